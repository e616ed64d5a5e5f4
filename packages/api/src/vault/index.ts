import { Type, type Static, type TSchema } from 'typebox';
import {
  Base64Url, CaseId, Day, HealthPseudonym, Instant, NotifyPseudonym, Nullable, OfficerId, OneOf, ProposalId, RegistrationId, ResultId,
  Strict, TracePseudonym, VenueId, VisitPseudonym, InstitutionId,
} from '../identifiers.ts';
import { staffRoles } from '../operation.ts';
import { LedgerKeys, SealingKeyJwk, TrustedKey } from '../trust.ts';
import { AccessLog, DayPassAnswer, MaskedHolder } from '../operations/residents.ts';
import { DeskMove } from '../operations/desk.ts';
import { KeyInventory } from '../operations/keys.ts';
import { Officer, StaffMember } from '../operations/staff.ts';

export * from './operator.ts';
export * from './sunset.ts';
export * from './oversight.ts';
import { caller, Nothing, vaultOperation, type VaultOperation } from './protocol.ts';
import { StatementToSign, WebAuthnJson } from '../webAuthn.ts';

export * from './accounts.ts';
export * from './appeals.ts';
export * from './cards.ts';
export { CallerRequest, type VaultOperation } from './protocol.ts';
export * from './desk.ts';
export * from './devices.ts';
export * from './disclosure.ts';
export * from './guardians.ts';
export * from './identityProof.ts';
export * from './institutionKeys.ts';
export * from './ledger.ts';
export * from './staffControl.ts';

const InvitationNumber = Base64Url(32);

/**
 * Refusals are answered with status 422 and { refusal }, one of these and
 * nothing more; the server turns them into problem details of the same name.
 * `not-authorized` is also the one answer to whatever is no proven request of an
 * operation: malformed, oversized, replayed, expired, or bound to something else.
 */
export const vaultRefusals = ['not-authorized', 'not-permitted', 'not-found', 'code-refused', 'pass-refused', 'document-mismatch', 'document-held', 'identity-not-proven', 'approval-refused', 'proposal-refused', 'disclosure-refused', 'account-stopped', 'conflict', 'too-many-requests', 'invalid-request'] as const;
export type VaultRefusal = (typeof vaultRefusals)[number];

// Keys ---------------------------------------------------------------------
export const publicKeys = vaultOperation({
  name: 'public-keys', callerOperation: null, request: Nothing,
  response: Strict({
    city: Strict({ zh: Type.String(), en: Type.String() }),
    /** What the vault was started with; a server with others would be refused whatever it carries, or mistake the day. */
    origin: Type.String(), timeZone: Type.String(),
    /** Issuer of this city's own passes. */
    issuer: Type.String({ maxLength: 6 }),
    sealingKey: SealingKeyJwk,
    keys: Type.Array(TrustedKey),
    ledger: LedgerKeys,
    /** The same as a document that the trust root signed just now; what apps believe. */
    document: Type.String({ maxLength: 131_072 }),
  }),
});
/**
 * Keys that open no identity: they seal tickets and turn a pass id into that day's visit pseudonym. Any day within the
 * retention term, today, tomorrow. `ticketRoot`: version of the root that the ticket key is of.
 */
export const dayKeys = vaultOperation({
  name: 'day-keys', callerOperation: null, request: Strict({ day: Day }),
  response: Strict({ ticketKey: Base64Url(32), passIdKey: Base64Url(32), dayStart: Instant, dayEnd: Instant, ticketRoot: Type.Integer() }),
});

/**
 * Keys that were revoked at `since` or later while a ticket of theirs may still be in force; nothing says whose they
 * were. `asOf` is from when to ask next; not `complete`: there are more, ask at once. Tickets under a root up to the
 * version `revokedTicketRoot` are worth nothing.
 */
export const listRevokedKeys = vaultOperation({
  name: 'list-revoked-keys', callerOperation: null, request: Strict({ since: Instant }),
  response: Strict({ keys: Type.Array(Strict({ thumbprint: Type.String(), until: Instant })), asOf: Instant, complete: Type.Boolean(), revokedTicketRoot: Type.Integer() }),
});

// Residents ----------------------------------------------------------------
export const beginRegistration = vaultOperation({
  name: 'begin-registration', callerOperation: 'startRegistration', request: Strict(caller),
  response: Strict({ registrationId: RegistrationId, expiresAt: Instant, resendAfterSeconds: Type.Integer() }),
});
export const confirmRegistrationCode = vaultOperation({ name: 'confirm-registration', callerOperation: 'confirmRegistration', request: Strict(caller), response: Nothing });
export const issueDayTicket = vaultOperation({
  name: 'issue-day-ticket', callerOperation: 'issueTicket', request: Strict(caller),
  response: Strict({ ticket: Type.String(), day: Day, dayStart: Instant, dayEnd: Instant, identityProven: Type.Boolean() }),
});
/** Reads the person's facts (view health.fact) itself, computes the status by the published rules, signs. No payload is taken. */
export const issueDayPass = vaultOperation({
  name: 'issue-day-pass', callerOperation: 'issuePass', request: Strict(caller),
  response: DayPassAnswer,
});
export const storePortraitDigest = vaultOperation({ name: 'store-portrait-digest', callerOperation: 'setPortraitDigest', request: Strict(caller), response: Nothing });
export const readAccessLog = vaultOperation({
  name: 'read-access-log', callerOperation: 'listMyAccessLog', request: Strict(caller),
  response: AccessLog,
});
export const readEarlierAccessLog = vaultOperation({
  name: 'read-earlier-access-log', callerOperation: 'listMyEarlierAccessLog', request: Strict(caller),
  response: AccessLog,
});

// Passes in officers' hands --------------------------------------------------
export const presentPassAtDesk = vaultOperation({
  name: 'present-pass-at-desk', callerOperation: 'presentAtDesk', request: Strict(caller),
  response: Strict({ presentationId: Type.String(), holder: MaskedHolder }),
});
export const proveIdentityAtDesk = vaultOperation({
  name: 'prove-identity', callerOperation: 'proveIdentity', request: Strict(caller), response: Strict({ holder: MaskedHolder, move: Nullable(DeskMove) }),
});
/** Refused with identity-not-proven for an account whose identity is not proven: it collects no results. */
export const presentPassForSpecimen = vaultOperation({
  name: 'present-pass-for-specimen', callerOperation: 'registerSpecimen', request: Strict(caller),
  response: Strict({ health: HealthPseudonym, holder: MaskedHolder }),
});

// Signed statements derived from rows ----------------------------------------
/** Signs the venue code of a row of venue.venue. */
export const signVenue = vaultOperation({ name: 'sign-venue-code', callerOperation: null, request: Strict({ venueId: VenueId }), response: Strict({ venueCode: Type.String() }) });
export const signStatusList = vaultOperation({ name: 'sign-status-list', callerOperation: null, request: Strict({ list: Type.Integer() }), response: Strict({ token: Base64Url(1048576), expiresAt: Instant }) });
/** Facts about these people changed: passes whose status is no longer what the facts say are marked invalid in the status list. */
export const factsChanged = vaultOperation({ name: 'facts-changed', callerOperation: null, request: Strict({ subjects: Type.Array(HealthPseudonym, { maxItems: 1000 }) }), response: Strict({ invalidated: Type.Integer() }) });

// Staff ----------------------------------------------------------------------
export const beginOfficerEnrolment = vaultOperation({ name: 'begin-officer-enrolment', callerOperation: null, request: Strict({ invitation: InvitationNumber }), response: Strict({ officer: Officer, options: WebAuthnJson }) });
export const finishOfficerEnrolment = vaultOperation({ name: 'finish-officer-enrolment', callerOperation: null, request: Strict({ invitation: InvitationNumber, credential: WebAuthnJson, proof: Base64Url(32) }), response: Nothing });
export const beginOfficerSignIn = vaultOperation({ name: 'begin-officer-sign-in', callerOperation: 'beginStaffSignIn', request: Strict(caller), response: Strict({ options: WebAuthnJson, nonce: Base64Url(32) }) });
export const finishOfficerSignIn = vaultOperation({
  name: 'finish-officer-sign-in', callerOperation: 'finishStaffSignIn', request: Strict(caller),
  response: Strict({ ticket: Type.String(), expiresAt: Instant, officer: Officer }),
});
export const inviteOfficer = vaultOperation({
  name: 'invite-officer', callerOperation: 'inviteStaff', request: Strict(caller),
  response: Strict({ officerId: OfficerId, sealed: Type.String({ maxLength: 2000 }), expiresAt: Instant, needsConfirmation: Type.Boolean() }),
});
export const listOfficers = vaultOperation({ name: 'list-officers', callerOperation: 'listStaff', request: Strict(caller), response: Strict({ officers: Type.Array(StaffMember) }) });
/**
 * The first officer of a new system, and the officers of a demo city. Accepted
 * only from the parent process over the IPC channel, never over the socket.
 */
export const FoundingOfficer = Strict({
  name: Type.String(), office: Type.String(), unit: Type.String(), roles: Type.Array(OneOf(staffRoles)), institutionId: Nullable(InstitutionId),
});
export type FoundingOfficer = Static<typeof FoundingOfficer>;

// Tracing --------------------------------------------------------------------
/** Makes a case out of a positive result that stands in health.result; the same result twice is the same case. */
export const registerCase = vaultOperation({
  name: 'register-case', callerOperation: null, request: Strict({ resultId: ResultId }), response: Strict({ caseId: CaseId, index: TracePseudonym }),
});
/** Ends a case for good: it opens nobody's days and takes no proposal any more. Closing again is success. */
export const closeRegisteredCase = vaultOperation({ name: 'close-case', callerOperation: 'closeCase', request: Strict(caller), response: Nothing });
/** The index person's daily pseudonyms for the days of the window (bounded by the profile's longest window and by retention). */
export const beginTrace = vaultOperation({
  name: 'begin-trace', callerOperation: 'traceCase', request: Strict(caller),
  response: Strict({ traceId: Type.String(), subjects: Type.Array(Strict({ day: Day, dayStart: Instant, dayEnd: Instant, subject: VisitPseudonym })) }),
});
/** Turns the visit pseudonyms that a trace found into trace pseudonyms, in order; null for one that is nobody's. */
export const resolveContacts = vaultOperation({
  name: 'resolve-contacts', callerOperation: null,
  request: Strict({ traceId: Base64Url(16), subjects: Type.Array(Strict({ day: Day, subject: VisitPseudonym }), { maxItems: 20000 }) }),
  response: Strict({ contacts: Type.Array(Nullable(TracePseudonym)) }),
});

// Orders ---------------------------------------------------------------------
/** Records the proposal with its digest; contacts outside the case are refused, and more than the cap. */
export const recordProposal = vaultOperation({ name: 'record-proposal', callerOperation: 'proposeOrders', request: Strict(caller), response: Strict({ proposalId: ProposalId }) });
export const beginProposalApproval = vaultOperation({ name: 'begin-approval', callerOperation: 'beginApproval', request: Strict(caller), response: StatementToSign });
/**
 * Checks the second officer's passkey over the digest and names the people to the health and notify schemas.
 * Repeating an approved approval by the same officer gives the same answer, so that a lost answer loses nothing.
 */
export const approveRecordedProposal = vaultOperation({
  name: 'approve-proposal', callerOperation: 'approveProposal', request: Strict(caller),
  response: Strict({ proposalId: ProposalId, subjects: Type.Array(Strict({ contact: TracePseudonym, health: HealthPseudonym, notify: NotifyPseudonym })) }),
});
export const refuseRecordedProposal = vaultOperation({ name: 'refuse-proposal', callerOperation: 'refuseProposal', request: Strict(caller), response: Nothing });

export const listVaultKeys = vaultOperation({ name: 'list-keys', callerOperation: 'listKeys', request: Strict(caller), response: KeyInventory });

export const ready = vaultOperation({ name: 'ready', callerOperation: null, request: Nothing, response: Strict({ ready: Type.Boolean() }) });

/** The types of a vault operation's parts. */
export type VaultRequest<O> = O extends VaultOperation<infer S extends TSchema, TSchema> ? Static<S> : never;
export type VaultResponse<O> = O extends VaultOperation<TSchema, infer S extends TSchema> ? Static<S> : never;
