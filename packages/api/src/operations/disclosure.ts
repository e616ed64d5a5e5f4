import { Type, type Static } from 'typebox';
import { CaseId, Day, DisclosureId, Instant, Nullable, OneOf, PlainText, Strict, TracePseudonym } from '../identifiers.ts';
import { operation } from '../operation.ts';
import { documentTypes } from './residents.ts';
import { PageKey } from '../pageKey.ts';
import { Assertion, StatementToSign } from '../webAuthn.ts';

/** What can be disclosed of a person. */
export const disclosureFields = ['name', 'phone', 'document'] as const;
export type DisclosureField = (typeof disclosureFields)[number];
/** What a disclosure can be for. An unknown purpose decrypts nothing. */
export const disclosurePurposes = ['telephone-interview', 'deliver-order', 'isolation-check', 'medical-emergency'] as const;
export type DisclosurePurpose = (typeof disclosurePurposes)[number];
/** The most that each purpose needs; a field outside its purpose decrypts nothing. */
export const fieldsOfPurpose: Readonly<Record<DisclosurePurpose, readonly DisclosureField[]>> = {
  'telephone-interview': ['name', 'phone'],
  'deliver-order': ['name', 'document'],
  'isolation-check': ['name', 'phone'],
  'medical-emergency': ['name', 'phone', 'document'],
};
/** Largest number of people in one disclosure, and in one for an emergency, which one officer opens alone; caps that the vault and the database enforce. */
export const maxSubjectsPerDisclosure = 50;
export const maxSubjectsPerEmergency = 5;

/**
 * How far a disclosure is. `waiting` for a second officer; `emergency`: open to the one officer who signed, and waiting
 * for the second; `open` by two officers; over: `refused`, `closed` by whoever asked, `expired`, or `lapsed`, an
 * emergency that nobody confirmed in time.
 */
export const disclosureStates = ['recorded', 'waiting', 'emergency', 'open', 'refused', 'closed', 'expired', 'lapsed'] as const;
export type DisclosureState = (typeof disclosureStates)[number];
export const reviewFindings = ['in-order', 'questioned'] as const;

const Reason = PlainText({ minLength: 3, maxLength: 300 });
const params = Strict({ disclosureId: DisclosureId });

const requesters = { kind: 'staff', roles: ['tracer', 'medical-officer'] } as const;
const approvers = { kind: 'staff', roles: ['medical-officer', 'privacy-officer'] } as const;
const concerned = { kind: 'staff', roles: ['tracer', 'medical-officer', 'privacy-officer'] } as const;
const reviewers = { kind: 'staff', roles: ['privacy-officer'] } as const;

const Decision = Strict({ by: Type.String({ description: 'name and unit' }), at: Instant });
export const DisclosureSummary = Strict({
  disclosureId: DisclosureId, caseId: CaseId, purpose: OneOf(disclosurePurposes), fields: Type.Array(OneOf(disclosureFields)),
  subjects: Type.Integer(), reason: Type.String(), state: OneOf(disclosureStates),
  requestedBy: Type.String({ description: 'name and unit' }), requestedAt: Instant,
  decided: Nullable(Strict({ ...Decision.properties, outcome: OneOf(['approved', 'refused']), reason: Nullable(Type.String()) })),
  /** Until when its state lasts by itself; null for one that is over. */
  until: Nullable(Instant),
  /** How often it was opened. */
  views: Type.Integer(),
  reviewed: Nullable(Strict({ ...Decision.properties, finding: OneOf(reviewFindings), note: Type.String() })),
  /** What the caller may do with it now. */
  mayOpen: Type.Boolean(), mayDecide: Type.Boolean(), mayClose: Type.Boolean(), mayReview: Type.Boolean(),
  awaitsReview: Type.Boolean({ description: 'a privacy officer who neither asked for it nor decided it has yet to review it' }),
});
export type DisclosureSummary = Static<typeof DisclosureSummary>;
export const Disclosure = Strict({ ...DisclosureSummary.properties, people: Type.Array(TracePseudonym) });
export type Disclosure = Static<typeof Disclosure>;

export const requestDisclosure = operation({
  id: 'requestDisclosure', capability: 'disclosure', method: 'POST', path: '/v1/cases/:caseId/disclosures', authority: requesters, status: 201,
  summary: 'Ask for fields of people of a case; it counts once the passkey has signed it. A tracer, and for an emergency a medical officer',
  params: Strict({ caseId: CaseId }),
  body: Strict({
    purpose: OneOf(disclosurePurposes),
    subjects: Type.Array(TracePseudonym, { minItems: 1, maxItems: maxSubjectsPerDisclosure, uniqueItems: true }),
    fields: Type.Array(OneOf(disclosureFields), { minItems: 1, maxItems: disclosureFields.length, uniqueItems: true }),
    reason: Reason,
  }),
  response: Strict({ disclosureId: DisclosureId, ...StatementToSign.properties }),
});
export const signDisclosure = operation({
  id: 'signDisclosure', capability: 'disclosure', method: 'POST', path: '/v1/disclosures/:disclosureId/signature', authority: requesters, status: 204,
  summary: 'Sign the very request by passkey; only this session will open it', params, body: Assertion,
});
export const listDisclosures = operation({
  id: 'listDisclosures', capability: 'disclosure', method: 'GET', path: '/v1/disclosures', authority: concerned, status: 200,
  summary: 'Disclosures that concern the caller: asked for, to decide, to review; newest first',
  response: Strict({ disclosures: Type.Array(DisclosureSummary) }),
});
export const getDisclosure = operation({
  id: 'getDisclosure', capability: 'disclosure', method: 'GET', path: '/v1/disclosures/:disclosureId', authority: concerned, status: 200,
  summary: 'One disclosure, with the pseudonyms it is about', params, response: Disclosure,
});
export const beginDisclosureApproval = operation({
  id: 'beginDisclosureApproval', capability: 'disclosure', method: 'POST', path: '/v1/disclosures/:disclosureId/approval/options', authority: approvers, status: 200,
  summary: 'Passkey options whose challenge stands for approving the very request', params, body: Strict({}), response: StatementToSign,
});
export const approveDisclosure = operation({
  id: 'approveDisclosure', capability: 'disclosure', method: 'POST', path: '/v1/disclosures/:disclosureId/approval', authority: approvers, status: 204,
  summary: 'Approve by passkey over the request, as another officer of another unit', params, body: Assertion,
});
export const refuseDisclosure = operation({
  id: 'refuseDisclosure', capability: 'disclosure', method: 'POST', path: '/v1/disclosures/:disclosureId/refusal', authority: approvers, status: 204,
  summary: 'Refuse with a reason; an emergency closes at once', params, body: Strict({ reason: Reason }),
});

/** What the vault seals to the key of the page: the fields that were asked for and no others. */
export const ReleasedPeople = Strict({
  disclosureId: DisclosureId,
  people: Type.Array(Strict({
    subject: TracePseudonym,
    name: Type.Optional(Strict({ familyName: Type.String(), givenName: Type.String() })),
    phone: Type.Optional(Type.String()),
    document: Type.Optional(Strict({ type: OneOf(documentTypes), number: Type.String() })),
    identityProven: Type.Boolean(),
  })),
});
export type ReleasedPeople = Static<typeof ReleasedPeople>;
/** Sealed, {@link ReleasedPeople} are some 300 characters each. */
export const SealedRelease = Strict({
  sealed: Type.String({ pattern: '^[A-Za-z0-9_.-]+$', maxLength: 65_536, description: 'JWE compact serialization (RFC 7516)' }),
  until: Instant, viewsLeft: Type.Integer(),
});
export const releaseDisclosure = operation({
  id: 'releaseDisclosure', capability: 'disclosure', method: 'POST', path: '/v1/disclosures/:disclosureId/release', authority: requesters, status: 200,
  summary: 'Open an approved disclosure; sealed by the vault to a key of the session that asked', params, body: Strict({ publicKey: PageKey }),
  response: SealedRelease,
});
export const closeDisclosure = operation({
  id: 'closeDisclosure', capability: 'disclosure', method: 'POST', path: '/v1/disclosures/:disclosureId/closing', authority: requesters, status: 204,
  summary: 'Close a disclosure, or withdraw the request; nothing opens any more', params, body: Strict({}),
});
export const reviewDisclosure = operation({
  id: 'reviewDisclosure', capability: 'disclosure', method: 'POST', path: '/v1/disclosures/:disclosureId/review', authority: reviewers, status: 204,
  summary: 'State what a review of a disclosure that is over has found', params,
  body: Strict({ finding: OneOf(reviewFindings), note: Reason }),
});
export const DisclosureCounts = Strict({
  days: Type.Array(Strict({ day: Day, disclosures: Type.Integer(), people: Type.Integer(), emergencies: Type.Integer(), lapsed: Type.Integer() })),
});
/** Public daily numbers: how many disclosures there were; nobody's name. */
export const getDisclosureCounts = operation({
  id: 'getDisclosureCounts', capability: 'disclosure', method: 'GET', path: '/v1/disclosure-counts', authority: { kind: 'anyone' }, status: 200,
  summary: 'Disclosures per day, those for an emergency, and the emergencies that no second officer confirmed; in public',
  response: DisclosureCounts,
});
