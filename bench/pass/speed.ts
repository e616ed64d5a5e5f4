import { makeTurningCode, signPass, verifyHealthCertificate, verifyTurningCode } from '@health-kit/pass';
import { makeMaterial } from './codes.ts';

/** How long each operation is repeated, milliseconds, and how often; the median of the rounds counts. */
const roundMs = 300;
const rounds = 5;

/** Operations a second, one after the other, each beside what it cannot do without. */
export interface PassSpeed {
  readonly rawSignsPerSecond: number;
  readonly passSignsPerSecond: number;
  readonly turningCodesPerSecond: number;
  readonly rawVerifiesPerSecond: number;
  /** The whole of what a gate does with a code: Base45, CBOR, the issuer's signature and the holder's. */
  readonly codeVerifiesPerSecond: number;
  /** Two bare checks of a signature take as long as this part of one verification of a code. */
  readonly codeVerifyRatio: number;
  readonly certificateVerifiesPerSecond: number;
}

/** Measures signs and verifies, wherever it runs. */
export async function measureSpeed(): Promise<PassSpeed> {
  const material = await makeMaterial(Date.now());
  const { claims, pass, issuer, issuerKid, holder, turningCode, trustList, nowMs, certificate, certificateSigners } = material;
  const pair = await globalThis.crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify']);
  const es256 = { name: 'ECDSA', hash: 'SHA-256' };
  const signature = await globalThis.crypto.subtle.sign(es256, pair.privateKey, new Uint8Array(pass));

  const operations = {
    rawSigns: () => globalThis.crypto.subtle.sign(es256, pair.privateKey, new Uint8Array(pass)),
    passSigns: () => signPass(claims, issuer, issuerKid),
    turningCodes: () => makeTurningCode(pass, nowMs, holder),
    rawVerifies: () => globalThis.crypto.subtle.verify(es256, pair.publicKey, signature, new Uint8Array(pass)),
    codeVerifies: () => accepted(verifyTurningCode(turningCode, trustList, nowMs)),
    certificateVerifies: () => accepted(verifyHealthCertificate(certificate, certificateSigners, nowMs)),
  };
  const found = new Map<string, number[]>(Object.keys(operations).map((name) => [name, []]));
  // In turn, so that what else the machine does meets all of them.
  for (let round = -1; round < rounds; round += 1) {
    for (const [name, operation] of Object.entries(operations)) {
      const rate = await perSecond(operation);
      if (round >= 0) found.get(name)?.push(rate);
    }
  }
  const of = (name: keyof typeof operations) => median(found.get(name) ?? []);
  return {
    rawSignsPerSecond: of('rawSigns'), passSignsPerSecond: of('passSigns'), turningCodesPerSecond: of('turningCodes'),
    rawVerifiesPerSecond: of('rawVerifies'), codeVerifiesPerSecond: of('codeVerifies'),
    codeVerifyRatio: Math.round((100 * 2 * of('codeVerifies')) / of('rawVerifies')) / 100,
    certificateVerifiesPerSecond: of('certificateVerifies'),
  };
}

async function accepted(verification: Promise<{ readonly accepted: boolean }>): Promise<void> {
  if (!(await verification).accepted) throw new Error('what is measured was refused');
}

async function perSecond(operation: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  let done = 0;
  for (; performance.now() - start < roundMs; done += 1) await operation();
  return Math.round((1000 * done) / (performance.now() - start));
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
