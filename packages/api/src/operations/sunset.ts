import { Type, type Static } from 'typebox';
import { Base64Url, Instant, Nullable, OneOf, Strict } from '../identifiers.ts';
import { operation } from '../operation.ts';
import { Assertion, WebAuthnJson } from '../webAuthn.ts';

const approvers = { kind: 'staff', roles: ['administrator', 'privacy-officer'] } as const;

/** The request to end the system that waits, as an approver sees it. */
export const Sunset = Strict({
  reason: Type.String(),
  copies: Nullable(Type.String({ description: 'what the operator declares about copies of the key folder, which the end does not reach' })),
  begunAt: Instant,
  earliestAt: Instant,
  approvalsNeeded: Type.Integer({ description: 'officers of as many different units' }),
  statement: Type.String({ description: 'the canonical JSON that passkeys sign' }), digest: Base64Url(32),
  approvals: Type.Array(Strict({ name: Type.String(), office: Type.String(), unit: Type.String(), approvedAt: Instant, own: Type.Boolean() })),
  state: OneOf(['waiting-for-approvals', 'waiting-for-time', 'approved']),
  /** Why the caller may not approve now; null when they may. */
  mayNot: Nullable(OneOf(['approved', 'same-unit'])),
});
export type Sunset = Static<typeof Sunset>;

export const getSunset = operation({
  id: 'getSunset', capability: 'sunset', method: 'GET', path: '/v1/sunset', authority: approvers, status: 200,
  summary: 'The request to end the system for good, if there is one', response: Strict({ sunset: Nullable(Sunset) }),
});
export const beginSunsetApproval = operation({
  id: 'beginSunsetApproval', capability: 'sunset', method: 'POST', path: '/v1/sunset/approval/options', authority: approvers, status: 200,
  summary: 'Passkey options whose challenge is the digest of the very statement', body: Strict({ digest: Base64Url(32) }),
  response: Strict({ options: WebAuthnJson }),
});
export const approveSunset = operation({
  id: 'approveSunset', capability: 'sunset', method: 'POST', path: '/v1/sunset/approval', authority: approvers, status: 204,
  summary: 'Approve the end of the system by passkey over the statement', body: Assertion,
});
export const withdrawSunsetApproval = operation({
  id: 'withdrawSunsetApproval', capability: 'sunset', method: 'POST', path: '/v1/sunset/approval/withdrawal', authority: approvers, status: 204,
  summary: 'Take the own approval back, as long as the system has not been ended', body: Strict({}),
});
