import { Type, type Static } from 'typebox';
import { OneOf, Strict } from './identifiers.ts';

/** A public key of this or another city, as scanners and apps trust it. */
export const TrustedKey = Strict({
  issuer: Type.String({ maxLength: 6 }),
  name: Type.String({ maxLength: 60 }),
  kid: Type.String({ maxLength: 32, description: 'base64url of the key identifier; a hint, not an authority' }),
  use: OneOf(['pass', 'venue', 'status-list']),
  publicKey: Strict({ kty: Type.Literal('EC'), crv: Type.Literal('P-256'), x: Type.String({ maxLength: 43 }), y: Type.String({ maxLength: 43 }) }),
  notBefore: Type.Integer({ description: 'epoch seconds' }),
  notAfter: Type.Integer({ description: 'epoch seconds' }),
});

/** What a reader of the ledger must know beforehand (C2SP signed-note, Verifier keys). */
export const LedgerKeys = Strict({
  /** Identity of the log: the first line of its checkpoints. */
  origin: Type.String({ maxLength: 300 }),
  key: Type.String({ maxLength: 400, description: 'verifier key of the log, name+id+base64' }),
  witnesses: Type.Array(Type.String({ maxLength: 400 }), { description: 'keys of the witnesses that cosign' }),
});

/** ECDH-ES on P-256 (RFC 7518); only the vault holds the private half. */
export const SealingKeyJwk = Strict({ kty: Type.Literal('EC'), crv: Type.Literal('P-256'), x: Type.String({ maxLength: 43 }), y: Type.String({ maxLength: 43 }), kid: Type.String({ maxLength: 43 }) });

/** RFC 7638 thumbprint of a trust root: what devices remember of the system, and people compare. */
export const TrustRoot = Type.String({ pattern: '^[A-Za-z0-9_-]{43}$', maxLength: 43 });
export type TrustRoot = Static<typeof TrustRoot>;

/** `typ` of a signed trust document: what the trust root signs is this and nothing else. */
export const trustDocumentType = 'health-kit-trust+jwt';

/**
 * What the vault states of its system, signed by the trust root: a JWT (RFC 7519) with ES256, whose header bears the
 * root's public key (`jwk`, RFC 7515, 4.1.3).
 */
export const TrustClaims = Strict({
  /** Time of issue and expiry, epoch seconds. */
  iat: Type.Integer(), exp: Type.Integer(),
  city: Strict({ zh: Type.String(), en: Type.String() }),
  /** Issuer of this city's own passes. */
  issuer: Type.String({ maxLength: 6 }),
  timeZone: Type.String(),
  sealingKey: SealingKeyJwk,
  keys: Type.Array(TrustedKey),
  ledger: LedgerKeys,
});
export type TrustClaims = Static<typeof TrustClaims>;
