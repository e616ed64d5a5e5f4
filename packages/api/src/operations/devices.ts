import { Type } from 'typebox';
import { Day, Instant, Nullable, Strict } from '../identifiers.ts';
import { operation } from '../operation.ts';

/** A device of a resident, by the RFC 7638 thumbprint of its key. */
export const DeviceId = Type.String({ pattern: '^[A-Za-z0-9_-]{43}$', maxLength: 43 });

export const OwnDevices = Strict({ devices: Type.Array(Strict({
  deviceId: DeviceId, registeredOn: Day, revokedOn: Nullable(Day),
  /** Whether it is the one that asks. */
  current: Type.Boolean(),
})) });
/** When it would be complete, if nobody stops it. */
export const RecoveryStarted = Strict({ completesAt: Instant });
export const OwnRecoveries = Strict({
  recoveries: Type.Array(Strict({
    requestedAt: Instant, completesAt: Instant,
    /** Whether a registrar asked for it, who has seen the document. */
    atDesk: Type.Boolean(),
  })),
  /** When what this device asked for would be complete; null where it asked for nothing. */
  requestedHere: Nullable(Instant),
  /** Whether a registrar asked for that. */
  requestedAtDesk: Type.Boolean(),
  /** Whether what a registrar asked for was stopped. Never of what the device asked for by itself: that would say that there was something to stop. */
  stoppedAtDesk: Type.Boolean(),
  /** When this device lost its account to another one, or was revoked from there; null while it has one. */
  lostAt: Nullable(Instant),
});

export const listMyDevices = operation({
  id: 'listMyDevices', capability: 'residents', method: 'GET', path: '/v1/me/devices', authority: { kind: 'device' }, status: 200,
  summary: 'The devices that the account has or had',
  response: OwnDevices,
});
export const revokeMyDevice = operation({
  id: 'revokeMyDevice', capability: 'residents', method: 'DELETE', path: '/v1/me/devices/:deviceId', authority: { kind: 'device' }, status: 204,
  summary: 'Revoke another device of the own account: its passes and tickets die',
  params: Strict({ deviceId: DeviceId }),
});

export const startRecovery = operation({
  id: 'startRecovery', capability: 'residents', method: 'POST', path: '/v1/recoveries', authority: { kind: 'device' }, status: 202,
  summary: 'Ask for the account that the same person had on another device; the answer is the same whether there is one or not',
  body: Strict({}),
  response: RecoveryStarted,
});
export const listMyRecoveries = operation({
  id: 'listMyRecoveries', capability: 'residents', method: 'GET', path: '/v1/me/recoveries', authority: { kind: 'device' }, status: 200,
  summary: 'Other devices that ask for the own account, and what this device itself asked for',
  response: OwnRecoveries,
});
export const stopMyRecoveries = operation({
  id: 'stopMyRecoveries', capability: 'residents', method: 'DELETE', path: '/v1/me/recoveries', authority: { kind: 'device' }, status: 204,
  summary: 'This was not me: stop other devices that ask for the own account, and let none ask for a while',
});
