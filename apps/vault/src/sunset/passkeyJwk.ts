import type { PasskeyJwk } from '@health-kit/api';
import { decode } from 'cborg';

/** The public key of a passkey (COSE_Key, RFC 9053) as JWK, so that a certificate can be checked with any library. */
export function passkeyJwk(coseKey: Uint8Array): PasskeyJwk {
  const key: unknown = decode(new Uint8Array(coseKey), { useMaps: true });
  if (!(key instanceof Map)) throw new TypeError('a passkey is no COSE key');
  const bytes = (label: number): string => {
    const value: unknown = key.get(label);
    if (!(value instanceof Uint8Array)) throw new TypeError('a passkey lacks a member');
    return Buffer.from(value).toString('base64url');
  };
  switch (key.get(1)) {
    case 2: return { kty: 'EC', crv: 'P-256', x: bytes(-2), y: bytes(-3) };
    case 1: return { kty: 'OKP', crv: 'Ed25519', x: bytes(-2) };
    case 3: return { kty: 'RSA', n: bytes(-1), e: bytes(-2) };
    default: throw new TypeError('a passkey is of a kind that no certificate knows');
  }
}
