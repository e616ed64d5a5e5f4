import { Type } from 'typebox';
import { Instant, Nullable, OfficerId, PlainText, Strict } from '../identifiers.ts';
import { operation, staffRoles } from '../operation.ts';
import { Officer } from './staff.ts';
import { Assertion, StatementToSign, WebAuthnJson } from '../webAuthn.ts';

// Officers over officers: a second one confirms an invitation, an administrator dismisses, and everybody keeps their own passkeys.

const confirmers = ['administrator', 'privacy-officer'] as const;

export const StaffInvitations = Strict({ invitations: Type.Array(Strict({
  officer: Officer,
  /** Name of the administrator; null where the operator of the machine invited. */
  invitedBy: Nullable(Type.String()),
  invitedAt: Nullable(Instant), expiresAt: Instant,
  /** Whether a second officer still has to confirm it before it is good. */
  waits: Type.Boolean(),
  /** Whether the caller invited: then another one confirms. */
  own: Type.Boolean(),
})) });
export const OwnPasskeys = Strict({ passkeys: Type.Array(Strict({ passkeyId: Type.String(), createdAt: Instant })) });

export const listStaffInvitations = operation({
  id: 'listStaffInvitations', capability: 'staff', method: 'GET', path: '/v1/staff/invitations', authority: { kind: 'staff', roles: confirmers }, status: 200,
  summary: 'Invitations that were not used yet, and whether they wait for a second officer', response: StaffInvitations,
});
export const beginInvitationConfirmation = operation({
  id: 'beginInvitationConfirmation', capability: 'staff', method: 'POST', path: '/v1/staff/invitations/:officerId/confirmation/options', authority: { kind: 'staff', roles: confirmers }, status: 200,
  summary: 'Options for confirming an invitation by passkey, and its text; the challenge stands for the very invitation',
  params: Strict({ officerId: OfficerId }), body: Strict({}), response: StatementToSign,
});
export const confirmInvitation = operation({
  id: 'confirmInvitation', capability: 'staff', method: 'POST', path: '/v1/staff/invitations/:officerId/confirmation', authority: { kind: 'staff', roles: confirmers }, status: 204,
  summary: "Confirm another officer's invitation; only then is it good",
  params: Strict({ officerId: OfficerId }), body: Assertion,
});
export const dismissStaff = operation({
  id: 'dismissStaff', capability: 'staff', method: 'POST', path: '/v1/staff/:officerId/dismissal', authority: { kind: 'staff', roles: ['administrator'] }, status: 204,
  summary: 'Dismiss a member of staff: sessions, passkeys and invitations end at once',
  params: Strict({ officerId: OfficerId }), body: Strict({ reason: PlainText({ maxLength: 200 }) }),
});
export const listMyPasskeys = operation({
  id: 'listMyPasskeys', capability: 'staff', method: 'GET', path: '/v1/staff/passkeys', authority: { kind: 'staff', roles: staffRoles }, status: 200,
  summary: "The caller's own passkeys", response: OwnPasskeys,
});
export const beginPasskeyAddition = operation({
  id: 'beginPasskeyAddition', capability: 'staff', method: 'POST', path: '/v1/staff/passkeys/options', authority: { kind: 'staff', roles: staffRoles }, status: 200,
  summary: 'Options for making a further passkey', body: Strict({}), response: Strict({ options: WebAuthnJson }),
});
export const addPasskey = operation({
  id: 'addPasskey', capability: 'staff', method: 'POST', path: '/v1/staff/passkeys', authority: { kind: 'staff', roles: staffRoles }, status: 204,
  summary: 'Store a further passkey, which one the caller has already signed',
  body: Strict({ credential: WebAuthnJson, assertion: WebAuthnJson }),
});
