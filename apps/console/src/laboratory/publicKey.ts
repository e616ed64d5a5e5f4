import { type registerInstitutionKey, type BodyOf } from '@health-kit/api';
import { Check } from 'typebox/value';
import { Type } from 'typebox';

export type PublicKey = BodyOf<typeof registerInstitutionKey>['publicKey'];
export type PublicKeyFault = 'empty' | 'json' | 'private' | 'several' | 'kind';

const Jwk = Type.Object({
  kty: Type.Literal('EC'), crv: Type.Union([Type.Literal('P-256'), Type.Literal('P-384')]),
  x: Type.String({ minLength: 43, maxLength: 64 }), y: Type.String({ minLength: 43, maxLength: 64 }), kid: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
});
const KeySet = Type.Object({ keys: Type.Array(Type.Unknown()) });

/**
 * Reads a pasted public key: a JWK (RFC 7517), or a JWK Set with one key.
 * Members that say how a key is used are dropped. A private key is refused,
 * so that it goes no further than the clipboard.
 */
export function readPublicKey(pasted: string): { readonly ok: true; readonly key: PublicKey } | { readonly ok: false; readonly fault: PublicKeyFault } {
  if (pasted.trim() === '') return { ok: false, fault: 'empty' };
  let value: unknown;
  try {
    value = JSON.parse(pasted);
  } catch {
    return { ok: false, fault: /PRIVATE KEY/.test(pasted) ? 'private' : 'json' };
  }
  if (Check(KeySet, value)) {
    if (value.keys.length > 1) return { ok: false, fault: 'several' };
    value = value.keys[0];
  }
  if (typeof value === 'object' && value !== null && 'd' in value) return { ok: false, fault: 'private' };
  if (!Check(Jwk, value)) return { ok: false, fault: 'kind' };
  const { kty, crv, x, y, kid } = value;
  return { ok: true, key: { kty, crv, x, y, ...(kid === undefined ? {} : { kid }) } };
}
