import { createPublicKey, type KeyObject } from 'node:crypto';
import { trustDocumentType, type TrustClaims } from '@health-kit/api';
import { parseP256PublicJwk, type P256PublicJwk } from '@health-kit/pass';
import { calculateJwkThumbprint, CompactSign } from 'jose';

/**
 * How long a trust document is believed, seconds: as long as a gate without a network goes on with the last one it
 * saw, and as long as a stolen old one could be shown to a device that knows no newer.
 */
export const trustDocumentLifeSeconds = 7 * 86_400;

/** The key that vouches for all public keys of this system. It signs trust documents and nothing else, and is not replaced. */
export interface TrustRootKey {
  readonly privateKey: KeyObject;
  readonly publicKey: P256PublicJwk;
  /** RFC 7638 thumbprint of the public half; devices remember it. */
  readonly fingerprint: string;
}

export async function trustRootKey(privateKey: KeyObject): Promise<TrustRootKey> {
  const publicKey = parseP256PublicJwk(createPublicKey(privateKey).export({ format: 'jwk' }));
  if (publicKey === null) throw new Error('the trust root is not on P-256');
  return { privateKey, publicKey, fingerprint: await calculateJwkThumbprint(publicKey, 'sha256') };
}

/** States the system's public keys as of `nowMs`: a JWT of the `TrustClaims`, whose header bears the root's public key. */
export function signTrustDocument(root: TrustRootKey, statement: Omit<TrustClaims, 'iat' | 'exp'>, nowMs: number): Promise<string> {
  const iat = Math.floor(nowMs / 1000);
  const claims: TrustClaims = { iat, exp: iat + trustDocumentLifeSeconds, ...statement };
  return new CompactSign(new TextEncoder().encode(JSON.stringify(claims)))
    .setProtectedHeader({ alg: 'ES256', typ: trustDocumentType, jwk: root.publicKey })
    .sign(root.privateKey);
}
