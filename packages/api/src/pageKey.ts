import { Type, type Static } from 'typebox';
import { Strict } from './identifiers.ts';

const Coordinate = Type.String({ pattern: '^[A-Za-z0-9_-]{43}$', maxLength: 43 });

/**
 * A public key that the page which asks has made for one answer, ECDH on P-256 (RFC 7517). The vault seals to it what
 * the server relays and cannot read (JWE compact, ECDH-ES + A256GCM); the private half never leaves the browser.
 */
export const PageKey = Strict({ kty: Type.Literal('EC'), crv: Type.Literal('P-256'), x: Coordinate, y: Coordinate });
export type PageKey = Static<typeof PageKey>;
