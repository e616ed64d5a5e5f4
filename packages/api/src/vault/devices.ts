import { Strict } from '../identifiers.ts';
import { OwnDevices, OwnRecoveries, RecoveryStarted } from '../operations/devices.ts';
import { Nothing, caller, vaultOperation } from './protocol.ts';

// Devices of one's own account, and coming back to it on another.
export const listDevices = vaultOperation({ name: 'list-devices', callerOperation: 'listMyDevices', request: Strict(caller), response: OwnDevices });
export const revokeDevice = vaultOperation({ name: 'revoke-device', callerOperation: 'revokeMyDevice', request: Strict(caller), response: Nothing });
/** The answer is the same whether the same human being has another account or not. */
export const beginRecovery = vaultOperation({ name: 'begin-recovery', callerOperation: 'startRecovery', request: Strict(caller), response: RecoveryStarted });
export const listRecoveries = vaultOperation({ name: 'list-recoveries', callerOperation: 'listMyRecoveries', request: Strict(caller), response: OwnRecoveries });
export const stopRecoveries = vaultOperation({ name: 'stop-recoveries', callerOperation: 'stopMyRecoveries', request: Strict(caller), response: Nothing });
