import { Type } from 'typebox';
import { Base64Url, Instant, InstitutionId, Nullable, OfficerId, OneOf, Strict, PlainText } from '../identifiers.ts';
import { operation, staffRoles } from '../operation.ts';
import { PageKey } from '../pageKey.ts';
import { Assertion, WebAuthnJson } from '../webAuthn.ts';

export const Officer = Strict({
  officerId: OfficerId, name: Type.String(), office: Type.String(), unit: Type.String(),
  roles: Type.Array(OneOf(staffRoles)), institutionId: Nullable(InstitutionId),
});
/** An officer in the list of staff. */
export const StaffMember = Strict({ ...Officer.properties, enrolled: Type.Boolean({ description: 'has made a passkey; until then the officer is only invited' }) });
/** What is sealed to the inviting page: the one-time code, which no server sees. */
export const SealedInvitation = Strict({ code: Type.String({ pattern: '^[A-Za-z0-9_-]{22,44}$', maxLength: 44 }) });
/** The invitation's number, a digest of its code (`invitationNumber` of packages/proof). */
const InvitationNumber = Base64Url(32);

export const beginStaffEnrolment = operation({
  id: 'beginStaffEnrolment', capability: 'staff', method: 'POST', path: '/v1/staff/enrolments/options', authority: { kind: 'anyone' }, status: 200,
  summary: 'Options for making a passkey with an invitation', body: Strict({ invitation: InvitationNumber }),
  response: Strict({ officer: Officer, options: WebAuthnJson }),
});
export const finishStaffEnrolment = operation({
  id: 'finishStaffEnrolment', capability: 'staff', method: 'POST', path: '/v1/staff/enrolments', authority: { kind: 'anyone' }, status: 204,
  summary: 'Store the passkey that was made with an invitation; the code is proven by an HMAC over that passkey',
  body: Strict({ invitation: InvitationNumber, credential: WebAuthnJson, proof: Base64Url(32) }),
});
export const beginStaffSignIn = operation({
  id: 'beginStaffSignIn', capability: 'staff', method: 'POST', path: '/v1/staff/sign-in/options', authority: { kind: 'device' }, status: 200,
  summary: 'Options for signing in with a passkey; the challenge is made of the nonce and the session key of the proof, so that the page can tell it', body: Strict({}),
  response: Strict({ options: WebAuthnJson, nonce: Base64Url(32) }),
});
export const finishStaffSignIn = operation({
  id: 'finishStaffSignIn', capability: 'staff', method: 'POST', path: '/v1/staff/sign-in', authority: { kind: 'device' }, status: 201,
  summary: 'Sign in; the ticket is worth nothing without the session key',
  body: Assertion,
  response: Strict({ ticket: Type.String(), expiresAt: Instant, officer: Officer }),
});
export const inviteStaff = operation({
  id: 'inviteStaff', capability: 'staff', method: 'POST', path: '/v1/staff/invitations', authority: { kind: 'staff', roles: ['administrator'] }, status: 201,
  summary: 'Invite a member of staff to make a passkey',
  body: Strict({
    name: PlainText({ maxLength: 60 }), office: PlainText({ maxLength: 60 }), unit: PlainText({ maxLength: 60 }),
    roles: Type.Array(OneOf(staffRoles), { minItems: 1, maxItems: 3 }), institutionId: Nullable(InstitutionId),
    publicKey: PageKey,
  }),
  /** `sealed`: a `SealedInvitation` as JWE to `publicKey`. Where it needs confirmation, the code is good only once a second officer confirmed the invitation. */
  response: Strict({ officerId: OfficerId, sealed: Type.String({ maxLength: 2000 }), expiresAt: Instant, needsConfirmation: Type.Boolean() }),
});
export const listStaff = operation({
  id: 'listStaff', capability: 'staff', method: 'GET', path: '/v1/staff', authority: { kind: 'staff', roles: ['administrator'] }, status: 200,
  summary: 'Members of staff', response: Strict({ officers: Type.Array(StaffMember) }),
});
export const registerInstitution = operation({
  id: 'registerInstitution', capability: 'labs', method: 'POST', path: '/v1/institutions', authority: { kind: 'staff', roles: ['administrator'] }, status: 201,
  summary: 'Register a test site or laboratory',
  body: Strict({ name: PlainText({ maxLength: 60 }), kind: OneOf(['test-site', 'laboratory']) }),
  response: Strict({ institutionId: InstitutionId, name: Type.String(), kind: OneOf(['test-site', 'laboratory']) }),
});
export const listInstitutions = operation({
  id: 'listInstitutions', capability: 'labs', method: 'GET', path: '/v1/institutions', authority: { kind: 'staff', roles: ['administrator'] }, status: 200,
  summary: 'Institutions',
  response: Strict({ institutions: Type.Array(Strict({ institutionId: InstitutionId, name: Type.String(), kind: OneOf(['test-site', 'laboratory']) })) }),
});
