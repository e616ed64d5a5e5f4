import { Type, type Static } from 'typebox';
import { Day, Instant, LinkId, Nullable, Strict } from '../identifiers.ts';
import { operation } from '../operation.ts';
import { DayPassAnswer, MaskedHolder } from './residents.ts';

// Guardians and dependants: a view of the pass and of nothing else, by a code from the dependant's own device.

/** Crockford's Base32 without the letters that are mistaken for figures: 40 bits. */
export const GuardianCode = Type.String({ pattern: '^[0-9A-HJKMNP-TV-Z]{8}$', maxLength: 8 });
export const NewGuardianCode = Strict({ code: GuardianCode, expiresAt: Instant });

const Link = Strict({
  linkId: LinkId,
  /** The other one, in the least view. */
  holder: MaskedHolder, since: Day,
  /** The day of the dependant's majority; null where it ends only when somebody ends it. */
  endsOn: Nullable(Day),
});
export const Guardianships = Strict({ dependants: Type.Array(Link), guardians: Type.Array(Link) });
export type Guardianships = Static<typeof Guardianships>;

export const makeGuardianCode = operation({
  id: 'makeGuardianCode', capability: 'residents', method: 'POST', path: '/v1/me/guardian-codes', authority: { kind: 'device' }, status: 201,
  summary: 'A one-time code with which somebody else becomes the guardian of the caller', body: Strict({}), response: NewGuardianCode,
});
export const linkDependant = operation({
  id: 'linkDependant', capability: 'residents', method: 'POST', path: '/v1/me/dependants', authority: { kind: 'device' }, status: 201,
  summary: "Become a guardian by the code that the dependant's own device shows", body: Strict({ code: GuardianCode }), response: Strict({ linkId: LinkId }),
});
export const listGuardianships = operation({
  id: 'listGuardianships', capability: 'residents', method: 'GET', path: '/v1/me/guardianships', authority: { kind: 'device' }, status: 200,
  summary: "The caller's dependants and guardians", response: Guardianships,
});
export const endGuardianship = operation({
  id: 'endGuardianship', capability: 'residents', method: 'DELETE', path: '/v1/me/guardianships/:linkId', authority: { kind: 'device' }, status: 204,
  summary: 'End a guardianship, from either side', params: Strict({ linkId: LinkId }),
});
export const issueDependantPass = operation({
  id: 'issueDependantPass', capability: 'residents', method: 'POST', path: '/v1/me/dependants/:linkId/passes', authority: { kind: 'device' }, status: 201,
  summary: "Today's pass of a dependant, bound to the guardian's device", params: Strict({ linkId: LinkId }), body: Strict({}), response: DayPassAnswer,
});
