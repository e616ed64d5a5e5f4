import type { PageKey } from '@health-kit/api';
import { parseP256PublicJwk } from '@health-kit/pass';
import { CompactEncrypt, importJWK } from 'jose';
import { refuse } from '../refusal.ts';

/** Seals an answer to one page: JWE compact, ECDH-ES on P-256, A256GCM. The server relays what it cannot read. */
export type SealToPage = (content: unknown) => Promise<string>;

/** Reads the key of the page that asks; refuses what is no point of the curve, so that nothing is done whose answer nobody gets. */
export async function sealerFor(jwk: PageKey): Promise<SealToPage> {
  if (parseP256PublicJwk(jwk) === null) refuse('invalid-request');
  const recipient = await importJWK({ ...jwk }, 'ECDH-ES').catch(() => refuse('invalid-request'));
  return (content) => new CompactEncrypt(new TextEncoder().encode(JSON.stringify(content)))
    .setProtectedHeader({ alg: 'ECDH-ES', enc: 'A256GCM' })
    .encrypt(recipient);
}
