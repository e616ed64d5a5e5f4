import {
  certificateKinds, encodeBase45, importVerificationKey, keyIdOf, makeFaceFrame, makeTurningCode, parseP256PublicJwk, portraitDigest, signPass, signerFromCryptoKey,
  type CertificateSigner, type P256PublicJwk, type PassClaims, type Signer, type TrustList,
} from '@health-kit/pass';
import { encodeCbor } from '../../packages/pass/src/cbor.ts';
import { signCoseSign1 } from '../../packages/pass/src/coseSign1.ts';
import { deflate } from '../../packages/pass/src/deflate.ts';

const daySeconds = 86_400;
/** The size of a thumbnail that fills its frame, in bytes: the largest there may be. */
const faceBytes = 662;

/** A pass as a phone holds it, the codes that it shows, and what verifies them. */
export interface PassMaterial {
  readonly claims: PassClaims;
  readonly pass: Uint8Array;
  readonly turningCode: string;
  readonly faceFrame: string;
  readonly trustList: TrustList;
  readonly issuer: Signer;
  readonly issuerKid: string;
  readonly holder: Signer;
  /** A certificate of the EU's form with the same person and one test, and its signer. */
  readonly certificate: string;
  readonly certificateSigners: readonly CertificateSigner[];
  readonly nowMs: number;
}

/** Makes all of it with keys of its own, in Node and in browsers alike. @param nowMs Unix ms */
export async function makeMaterial(nowMs: number): Promise<PassMaterial> {
  const [issuer, holder] = [await makeKeyPair(), await makeKeyPair()];
  const issuedAt = Math.floor(nowMs / 1000) - 3600;
  const image = globalThis.crypto.getRandomValues(new Uint8Array(faceBytes));
  image.set([0xff, 0xd8, 0xff]);
  const claims: PassClaims = {
    issuer: 'CN-HZ', issuedAt, expiresAt: issuedAt + daySeconds, passId: globalThis.crypto.getRandomValues(new Uint8Array(16)), holderKey: holder.publicKey, status: 'clear',
    maskedName: '欧阳**', documentLastTwo: '4X', portraitDigest: await portraitDigest(image), statusListId: 20_260, statusListIndex: 12_345_678,
  };
  const pass = await signPass(claims, issuer.signer, issuer.kid);
  const cryptoKey = await importVerificationKey(issuer.publicKey);
  return {
    claims, pass, issuer: issuer.signer, issuerKid: issuer.kid, holder: holder.signer, nowMs,
    turningCode: await makeTurningCode(pass, nowMs, holder.signer),
    faceFrame: makeFaceFrame(image, 'image/jpeg'),
    trustList: { issuers: [{ issuer: 'CN-HZ', name: 'Hangzhou', kid: issuer.kid, publicKey: issuer.publicKey, use: 'pass', notBefore: issuedAt - daySeconds, notAfter: issuedAt + 30 * daySeconds }] },
    certificate: await makeCertificate(issuer.signer, issuer.kid, issuedAt),
    certificateSigners: [{ kid: issuer.kid, country: 'AT', certifies: certificateKinds, cryptoKey }],
  };
}

interface OwnKeyPair {
  readonly signer: Signer;
  readonly publicKey: P256PublicJwk;
  readonly kid: string;
}

async function makeKeyPair(): Promise<OwnKeyPair> {
  const pair = await globalThis.crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify']);
  const publicKey = parseP256PublicJwk(await globalThis.crypto.subtle.exportKey('jwk', pair.publicKey));
  if (publicKey === null) throw new Error('a key that was just made is not one');
  return { signer: signerFromCryptoKey(pair.privateKey), publicKey, kid: await keyIdOf(publicKey) };
}

/** A test certificate with what the EU's own example holds. */
async function makeCertificate(signer: Signer, kid: string, issuedAt: number): Promise<string> {
  const test = {
    tg: '840539006', tt: 'LP6464-4', nm: 'Roche LightCycler qPCR', sc: '2021-02-20T12:34:56Z', tr: '260415000', tc: 'Testing center Vienna 1', co: 'AT', is: 'Ministry of Health, Austria',
    ci: 'URN:UVCI:01:AT:B5921A35D6A0D696421B3E2462178297#I',
  };
  const name = { fn: 'Musterfrau-Gößinger', fnt: 'MUSTERFRAU<GOESSINGER', gn: 'Gabriele', gnt: 'GABRIELE' };
  const certificate = new Map<string, string | ReadonlyMap<string, string> | readonly ReadonlyMap<string, string>[]>([
    ['ver', '1.3.0'], ['nam', new Map(Object.entries(name))], ['dob', '1998-02-26'], ['t', [new Map(Object.entries(test))]],
  ]);
  const claims = encodeCbor(new Map<number, string | number | ReadonlyMap<number, typeof certificate>>([[1, 'AT'], [4, issuedAt + 180 * daySeconds], [6, issuedAt], [-260, new Map([[1, certificate]])]]));
  return `HC1:${encodeBase45(await deflate(await signCoseSign1(claims, signer, kid)))}`;
}
