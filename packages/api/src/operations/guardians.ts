import { Type, type Static } from 'typebox';
import { Day, Instant, LinkId, Nullable, Strict } from '../identifiers.ts';
import { operation } from '../operation.ts';
import { DayPassAnswer, MaskedHolder } from './residents.ts';

// Guardians and dependants: a view of the pass and of nothing else, by a code from the dependant's own device, which
// then shows who asks, and confirms. Nothing is in force before.

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
/** What came of a code: a request that waits for the dependant's device until then; null where the link is in force. */
export const LinkRequest = Strict({ linkId: LinkId, waitsUntil: Nullable(Instant) });
/** A request of the caller's that waits: of whom, is said when it is in force. */
const AskedLink = Strict({ linkId: LinkId, until: Instant });
/** Somebody who asks to become the caller's guardian, in the least view. */
const AskingLink = Strict({ linkId: LinkId, holder: MaskedHolder, until: Instant });
export const Guardianships = Strict({ dependants: Type.Array(Link), guardians: Type.Array(Link), asked: Type.Array(AskedLink), asking: Type.Array(AskingLink) });
export type Guardianships = Static<typeof Guardianships>;

export const makeGuardianCode = operation({
  id: 'makeGuardianCode', capability: 'residents', method: 'POST', path: '/v1/me/guardian-codes', authority: { kind: 'device' }, status: 201,
  summary: 'A one-time code with which somebody else becomes the guardian of the caller', body: Strict({}), response: NewGuardianCode,
});
export const linkDependant = operation({
  id: 'linkDependant', capability: 'residents', method: 'POST', path: '/v1/me/dependants', authority: { kind: 'device' }, status: 201,
  summary: "Ask to become a guardian by the code that the dependant's own device shows; it takes effect when that device confirms", body: Strict({ code: GuardianCode }), response: LinkRequest,
});
export const listGuardianships = operation({
  id: 'listGuardianships', capability: 'residents', method: 'GET', path: '/v1/me/guardianships', authority: { kind: 'device' }, status: 200,
  summary: "The caller's dependants and guardians", response: Guardianships,
});
export const confirmGuardianship = operation({
  id: 'confirmGuardianship', capability: 'residents', method: 'POST', path: '/v1/me/guardianships/:linkId/confirmation', authority: { kind: 'device' }, status: 204,
  summary: "Confirm who asks to become the caller's guardian", params: Strict({ linkId: LinkId }), body: Strict({}),
});
export const endGuardianship = operation({
  id: 'endGuardianship', capability: 'residents', method: 'DELETE', path: '/v1/me/guardianships/:linkId', authority: { kind: 'device' }, status: 204,
  summary: 'End a guardianship, or refuse or withdraw a request, from either side', params: Strict({ linkId: LinkId }),
});
export const issueDependantPass = operation({
  id: 'issueDependantPass', capability: 'residents', method: 'POST', path: '/v1/me/dependants/:linkId/passes', authority: { kind: 'device' }, status: 201,
  summary: "Today's pass of a dependant, bound to the guardian's device", params: Strict({ linkId: LinkId }), body: Strict({}), response: DayPassAnswer,
});
