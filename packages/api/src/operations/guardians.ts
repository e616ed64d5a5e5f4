import { Type, type Static } from 'typebox';
import { Base64Url, Day, Instant, LinkId, Nullable, Strict } from '../identifiers.ts';
import { operation } from '../operation.ts';
import { DayPassAnswer, MaskedHolder, Sealed, SealedDocument, SealedIdentity } from './residents.ts';

// Guardians and dependants: a view of the pass and of nothing else, by a code from the dependant's own device, by one
// to the dependant's phone, or at a desk. The dependant's device, where there is one, shows who asks, and confirms.

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

/** Whose phone a code shall go to, sealed to the vault: goes there if all of it is one proven account's. The answer is the same if not. */
export const SealedDependant = Strict({ ...SealedDocument.properties, phone: SealedIdentity.properties.phone });
export type SealedDependant = Static<typeof SealedDependant>;
export const GuardianRequestId = Type.String({ pattern: '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$', maxLength: 36 });
export const GuardianRequest = Strict({ requestId: GuardianRequestId, expiresAt: Instant, resendAfterSeconds: Type.Integer() });
export const askDependantByPhone = operation({
  id: 'askDependantByPhone', capability: 'residents', method: 'POST', path: '/v1/me/dependant-requests', authority: { kind: 'device' }, status: 202,
  summary: 'Have a one-time code sent to the phone of somebody whom the caller looks after; always the same answer', body: Strict({ sealed: Sealed }),
  response: GuardianRequest,
});
export const linkDependantByPhone = operation({
  id: 'linkDependantByPhone', capability: 'residents', method: 'POST', path: '/v1/me/dependant-requests/:requestId/confirmation', authority: { kind: 'device' }, status: 201,
  summary: "Become a guardian by the code that came to the dependant's phone; where the dependant has a device, that one is asked", params: Strict({ requestId: GuardianRequestId }),
  body: Strict({ code: Type.String({ pattern: '^[0-9]{8}$', maxLength: 8 }) }), response: LinkRequest,
});

/** What a registrar reads off the document of a dependant, sealed to the vault; `birthDate` where the number does not say it. */
export const SealedDependantDocument = Strict({ ...SealedDocument.properties, birthDate: Type.Optional(Day) });
export type SealedDependantDocument = Static<typeof SealedDependantDocument>;
/** The dependant in the least view, and until when their own device is asked; null where the link is in force. */
export const DeskLink = Strict({ holder: MaskedHolder, waitsUntil: Nullable(Instant) });
export const linkDependantAtDesk = operation({
  id: 'linkDependantAtDesk', capability: 'residents', method: 'POST', path: '/v1/desk/guardianships', authority: { kind: 'staff', roles: ['registrar'] }, status: 201,
  summary: "Make the resident whose pass was scanned the guardian of whoever's document the registrar has seen, and register that one where there is no account",
  body: Strict({ presentationId: Base64Url(16), sealed: Sealed }),
  response: DeskLink,
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
