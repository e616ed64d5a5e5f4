/** The end of a system, as it is signed: the statement that officers approve, and the certificate that remains. */
import { Type, type Static } from 'typebox';
import { Base64Url, Instant, Strict, Uuid } from './identifiers.ts';

/** What every approver's passkey signs: its challenge is the SHA-256 of the canonical JSON (RFC 8785) of this. */
export const SunsetStatement = Strict({
  type: Type.Literal('health-kit-sunset-1'),
  request: Uuid,
  /** Origin of the system, and the relying party of its passkeys. */
  system: Strict({ origin: Type.String(), relyingParty: Type.String(), issuer: Type.String(), city: Type.String() }),
  reason: Type.String(),
  begunAt: Instant,
  /** Nothing is destroyed before. */
  earliestAt: Instant,
  waitHours: Type.Number(),
  /** Officers of as many different units must approve. */
  approvals: Type.Integer({ minimum: 2 }),
  /**
   * What the operator declares about copies of the key folder, in words; absent in statements begun before it was
   * asked. The program cannot know of a copy: whoever holds one opens the backups of its time.
   */
  copies: Type.Optional(Type.String()),
  effect: Type.Union([
    Type.Literal('Every key that the system holds is destroyed and every record of a person is deleted, for good. Nobody can undo it. Copies of the key folder are not reached: until they are destroyed, they open the backups of their time.'),
    // What certificates of before say.
    Type.Literal('Every key is destroyed and every record of a person is deleted, for good. Nobody can undo it.'),
  ]),
});
export type SunsetStatement = Static<typeof SunsetStatement>;

/** A public key of a passkey as JWK (RFC 7517). */
export const PasskeyJwk = Type.Union([
  Strict({ kty: Type.Literal('EC'), crv: Type.Literal('P-256'), x: Base64Url(32), y: Base64Url(32) }),
  Strict({ kty: Type.Literal('OKP'), crv: Type.Literal('Ed25519'), x: Base64Url(32) }),
  Strict({ kty: Type.Literal('RSA'), n: Base64Url(1024), e: Base64Url(8) }),
]);
export type PasskeyJwk = Static<typeof PasskeyJwk>;

/** What was destroyed, when, and on whose signatures. */
export const DestructionCertificate = Strict({
  type: Type.Literal('health-kit-destruction-1'),
  statement: SunsetStatement,
  endedAt: Instant,
  approvals: Type.Array(Strict({
    officer: Uuid, name: Type.String(), office: Type.String(), unit: Type.String(), approvedAt: Instant,
    credential: Strict({ id: Type.String(), publicKey: PasskeyJwk }),
    assertion: Strict({ clientDataJSON: Base64Url(8192), authenticatorData: Base64Url(8192), signature: Base64Url(1024) }),
  })),
  /** Names of the keys that were destroyed, never the keys. */
  keys: Type.Array(Type.String()),
  tables: Type.Array(Strict({ table: Type.String(), rows: Type.Integer() })),
  /** The last state of the ledger, as a signed checkpoint (C2SP tlog-checkpoint). */
  checkpoint: Type.String(),
  /** The key that signed checkpoint and certificate, as a C2SP verifier key. */
  ledgerKey: Type.String(),
});
export type DestructionCertificate = Static<typeof DestructionCertificate>;

/** The certificate with its signature: Ed25519 over {@link certificateSigningText}. */
export const SignedDestructionCertificate = Strict({ certificate: DestructionCertificate, signature: Base64Url(64) });
export type SignedDestructionCertificate = Static<typeof SignedDestructionCertificate>;

/** What comes before the canonical JSON of the certificate in the signed text, so that the signature is good for nothing else. */
export const certificateSigningPrefix = 'health-kit certificate of destruction\n';
