import { CompactEncrypt } from 'jose';

/** The vault's sealing key as `/v1/trust` gives it: a P-256 JWK for ECDH-ES. */
export interface SealingKey {
  readonly kty: 'EC';
  readonly crv: 'P-256';
  readonly x: string;
  readonly y: string;
  readonly kid: string;
}

/**
 * Seals a value to the vault: JSON as JWE in compact serialization (RFC 7516), ECDH-ES with A256GCM. Whoever
 * relays it, the server included, cannot read it.
 */
export async function sealTo(sealingKey: SealingKey, value: unknown): Promise<string> {
  const { kid, ...publicKey } = sealingKey;
  const key = await crypto.subtle.importKey('jwk', publicKey, { name: 'ECDH', namedCurve: 'P-256' }, false, []);
  return new CompactEncrypt(new TextEncoder().encode(JSON.stringify(value)))
    .setProtectedHeader({ alg: 'ECDH-ES', enc: 'A256GCM', kid })
    .encrypt(key);
}
