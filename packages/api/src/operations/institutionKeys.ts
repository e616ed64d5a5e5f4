import { Type, type Static } from 'typebox';
import { Instant, InstitutionId, Nullable, OfficerId, OneOf, PlainText, Strict } from '../identifiers.ts';
import { operation, type Authority } from '../operation.ts';
import { Assertion, StatementToSign } from '../webAuthn.ts';

// Keys of institutions' own systems: one officer registers, an administrator confirms, and one alone revokes.

/** The name of a key: what its owner calls it, or its RFC 7638 thumbprint. */
const KeyName = Type.String({ minLength: 1, maxLength: 64, pattern: '^[^\\u0000-\\u001f]+$' });
export const InstitutionPublicKey = Strict({
  kty: Type.Literal('EC'), crv: OneOf(['P-256', 'P-384']), x: Type.String({ maxLength: 64 }), y: Type.String({ maxLength: 64 }), kid: Type.Optional(KeyName),
});
export type InstitutionPublicKey = Static<typeof InstitutionPublicKey>;

const KeyOf = { institutionId: InstitutionId, kid: KeyName };
const KeyOfficer = Strict({ officerId: OfficerId, name: Type.String(), unit: Type.String(), dismissed: Type.Boolean() });
export const InstitutionKeys = Strict({ keys: Type.Array(Strict({
  ...KeyOf,
  institution: Type.String(), name: Type.String(),
  /** RFC 7638 thumbprint of the key itself, to compare with the institution's own. */
  fingerprint: Type.String(),
  registeredAt: Instant,
  /** Null for a key from before that was written down. A dismissed officer's key is there to be reviewed. */
  registeredBy: Nullable(KeyOfficer),
  confirmedAt: Nullable(Instant), confirmedBy: Nullable(Type.String({ description: 'name' })), revokedAt: Nullable(Instant),
  /** Whether the caller registered it: then another one confirms. */
  own: Type.Boolean(),
})) });

const administrator: Authority = { kind: 'staff', roles: ['administrator'] };

export const listInstitutionKeys = operation({
  id: 'listInstitutionKeys', capability: 'labs', method: 'GET', path: '/v1/institutions/keys', authority: administrator, status: 200,
  summary: 'The keys of all institutions, who registered and confirmed them, and whether they are revoked', response: InstitutionKeys,
});
export const beginInstitutionKeyConfirmation = operation({
  id: 'beginInstitutionKeyConfirmation', capability: 'labs', method: 'POST', path: '/v1/institutions/keys/confirmation/options', authority: administrator, status: 200,
  summary: 'Options for confirming a key by passkey, and the text of institution, key and who registered it, for which the challenge stands',
  body: Strict(KeyOf), response: StatementToSign,
});
export const confirmInstitutionKey = operation({
  id: 'confirmInstitutionKey', capability: 'labs', method: 'POST', path: '/v1/institutions/keys/confirmation', authority: administrator, status: 204,
  summary: "Confirm a key that another officer registered; only then are its results taken",
  body: Strict({ ...KeyOf, ...Assertion.properties }),
});
export const revokeInstitutionKey = operation({
  id: 'revokeInstitutionKey', capability: 'labs', method: 'POST', path: '/v1/institutions/keys/revocations', authority: administrator, status: 204,
  summary: 'Revoke a key for good, at once: no token is given for it and none that was given is taken',
  body: Strict({ ...KeyOf, reason: PlainText({ maxLength: 200 }) }),
});
