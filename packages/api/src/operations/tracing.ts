import { Type, type Static } from 'typebox';
import { CaseId, Day, Instant, Nullable, OneOf, ProposalId, Strict, TracePseudonym, VenueId, PlainText } from '../identifiers.ts';
import { operation } from '../operation.ts';
import { Assertion, StatementToSign } from '../webAuthn.ts';

const tracer = { kind: 'staff', roles: ['tracer'] } as const;
const caseOffices = { kind: 'staff', roles: ['tracer', 'medical-officer'] } as const;

export const Case = Strict({
  caseId: CaseId, index: TracePseudonym, state: OneOf(['new', 'open', 'closed']),
  collectedAt: Instant, reportedAt: Instant, profile: Type.String(),
  window: Strict({ from: Instant, to: Instant }),
  openedAt: Nullable(Instant), openedBy: Nullable(Type.String({ description: 'name and unit' })), tracedAt: Nullable(Instant), contacts: Type.Integer(),
  closedAt: Nullable(Instant), closedBy: Nullable(Type.String({ description: 'name and unit; null where the end came by itself' })),
  ordered: Type.Integer({ description: 'contacts for whom an order was made' }),
});
export type Case = Static<typeof Case>;
export const listCases = operation({
  id: 'listCases', capability: 'tracing', method: 'GET', path: '/v1/cases', authority: caseOffices, status: 200,
  summary: 'Cases, newest first', query: Strict({ state: Type.Optional(OneOf(['new', 'open', 'closed'])), limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200 })) }),
  response: Strict({ cases: Type.Array(Case) }),
});
const params = Strict({ caseId: CaseId });
export const getCase = operation({
  id: 'getCase', capability: 'tracing', method: 'GET', path: '/v1/cases/:caseId', authority: caseOffices, status: 200,
  summary: 'One case', params, response: Case,
});
export const openCase = operation({
  id: 'openCase', capability: 'tracing', method: 'POST', path: '/v1/cases/:caseId/opening', authority: tracer, status: 200,
  summary: 'Take up a case that a positive result made', params, body: Strict({}), response: Case,
});
export const closeCase = operation({
  id: 'closeCase', capability: 'tracing', method: 'POST', path: '/v1/cases/:caseId/closing', authority: tracer, status: 200,
  summary: 'End the work on a case, for good: no trace and no proposal after it; its contacts are deleted after their term',
  params, body: Strict({ reason: PlainText({ minLength: 3, maxLength: 200 }) }), response: Case,
});
export const traceCase = operation({
  id: 'traceCase', capability: 'tracing', method: 'POST', path: '/v1/cases/:caseId/trace', authority: tracer, status: 200,
  summary: "Read the index person's visits in the window and find who was there",
  params, body: Strict({ from: Instant, to: Instant, reason: PlainText({ minLength: 3, maxLength: 200 }) }),
  response: Strict({ visits: Type.Integer(), contacts: Type.Integer(), exposures: Type.Integer(), elapsedMs: Type.Number() }),
});
export const listCaseVisits = operation({
  id: 'listCaseVisits', capability: 'tracing', method: 'GET', path: '/v1/cases/:caseId/visits', authority: tracer, status: 200,
  summary: "The index person's visits in the traced window", params,
  response: Strict({ visits: Type.Array(Strict({
    venueId: VenueId, venueName: Type.String(), venueKind: Type.String(), arrivedAt: Instant, leftAt: Instant, leftAssumed: Type.Boolean(), contacts: Type.Integer(),
  })) }),
});
export const Contact = Strict({
  contact: TracePseudonym, score: Type.Integer(), contactClass: OneOf(['close', 'casual']), overlapMinutes: Type.Integer(),
  terms: Type.Array(Strict({ term: Type.String(), points: Type.Number() })),
  exposures: Type.Array(Strict({ venueId: VenueId, venueName: Type.String(), from: Instant, to: Instant })),
  /** Not ordered: approved, but the contact's identity is not proven, and a self-asserted identity collects no orders. */
  order: Nullable(OneOf(['proposed', 'approved', 'not-ordered', 'refused', 'expired'])),
});
export const listContacts = operation({
  id: 'listContacts', capability: 'tracing', method: 'GET', path: '/v1/cases/:caseId/contacts', authority: tracer, status: 200,
  summary: 'Contacts of a case as pseudonyms, highest score first; paged by key', params,
  query: Strict({ after: Type.Optional(Type.String({ maxLength: 80 })), limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500 })) }),
  response: Strict({ contacts: Type.Array(Contact), next: Nullable(Type.String()) }),
});

export const orderKinds = ['home-observation', 'central-observation', 'test'] as const;
/** Largest number of people in one proposal; a cap that the vault enforces. */
export const maxSubjectsPerProposal = 200;
export const proposeOrders = operation({
  id: 'proposeOrders', capability: 'orders', method: 'POST', path: '/v1/cases/:caseId/order-proposals', authority: tracer, status: 201, bodyLimit: 65536,
  summary: 'Propose orders for contacts of a case; nothing happens until a second officer approves',
  params, body: Strict({
    contacts: Type.Array(TracePseudonym, { minItems: 1, maxItems: maxSubjectsPerProposal }),
    kind: OneOf(orderKinds), legalBasis: PlainText({ minLength: 3, maxLength: 200 }), reason: PlainText({ minLength: 3, maxLength: 300 }),
    startsAt: Instant, endsAt: Instant,
  }),
  response: Strict({ proposalId: ProposalId }),
});
/** `expired`: nobody decided it within its term. */
export const proposalStates = ['proposed', 'approved', 'refused', 'expired'] as const;
export const ProposalSummary = Strict({
  proposalId: ProposalId, caseId: CaseId, kind: OneOf(orderKinds), legalBasis: Type.String(), reason: Type.String(), startsAt: Instant, endsAt: Instant,
  subjects: Type.Integer(), proposedBy: Type.String({ description: 'name' }), proposedUnit: Type.String(), proposedAt: Instant,
  state: OneOf(proposalStates), decidedBy: Nullable(Type.String({ description: 'name and unit' })), decidedAt: Nullable(Instant),
  refusalReason: Nullable(Type.String()), ordered: Type.Integer({ description: 'orders that an approval made; fewer than subjects where identities are not proven' }),
  mayDecide: Type.Boolean({ description: 'whether the caller is another officer of another unit' }),
});
export type ProposalSummary = Static<typeof ProposalSummary>;
export const Proposal = Strict({ ...ProposalSummary.properties, contacts: Type.Array(TracePseudonym) });
export type Proposal = Static<typeof Proposal>;
export const listProposals = operation({
  id: 'listProposals', capability: 'orders', method: 'GET', path: '/v1/order-proposals', authority: caseOffices, status: 200,
  summary: 'Proposals of orders, newest first', query: Strict({ state: Type.Optional(OneOf(proposalStates)) }),
  response: Strict({ proposals: Type.Array(ProposalSummary) }),
});
export const getProposal = operation({
  id: 'getProposal', capability: 'orders', method: 'GET', path: '/v1/order-proposals/:proposalId', authority: caseOffices, status: 200,
  summary: 'One proposal, with the contacts it is about', params: Strict({ proposalId: ProposalId }), response: Proposal,
});
export const beginApproval = operation({
  id: 'beginApproval', capability: 'orders', method: 'POST', path: '/v1/order-proposals/:proposalId/approval/options', authority: { kind: 'staff', roles: ['medical-officer'] }, status: 200,
  summary: 'Passkey options whose challenge stands for approving the very proposal, and its text', params: Strict({ proposalId: ProposalId }), body: Strict({}),
  response: StatementToSign,
});
export const approveProposal = operation({
  id: 'approveProposal', capability: 'orders', method: 'POST', path: '/v1/order-proposals/:proposalId/approval', authority: { kind: 'staff', roles: ['medical-officer'] }, status: 200,
  summary: 'Approve by passkey over the proposal; orders take effect and everybody concerned is told',
  params: Strict({ proposalId: ProposalId }), body: Assertion,
  response: Strict({ orders: Type.Integer() }),
});
export const refuseProposal = operation({
  id: 'refuseProposal', capability: 'orders', method: 'POST', path: '/v1/order-proposals/:proposalId/refusal', authority: { kind: 'staff', roles: ['medical-officer'] }, status: 204,
  summary: 'Refuse a proposal with a reason', params: Strict({ proposalId: ProposalId }), body: Strict({ reason: PlainText({ minLength: 3, maxLength: 300 }) }),
});
/** Public daily numbers: how many orders were made, by kind; nobody's name. */
export const getOrderCounts = operation({
  id: 'getOrderCounts', capability: 'orders', method: 'GET', path: '/v1/order-counts', authority: { kind: 'anyone' }, status: 200,
  summary: 'Orders made per day and kind, in public',
  response: Strict({ days: Type.Array(Strict({ day: Day, kind: OneOf(orderKinds), orders: Type.Integer() })) }),
});
