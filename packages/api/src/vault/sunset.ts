import { Type } from 'typebox';
import { Instant, Nullable, PlainText, Strict } from '../identifiers.ts';
import { Sunset } from '../operations/sunset.ts';
import { SignedDestructionCertificate } from '../sunset.ts';
import { operatorOperation } from './operator.ts';
import { caller, Nothing, vaultOperation } from './protocol.ts';
import { WebAuthnJson } from '../webAuthn.ts';

// What officers decide, through the server.
export const readSunset = vaultOperation({ name: 'read-sunset', callerOperation: 'getSunset', request: Strict(caller), response: Strict({ sunset: Nullable(Sunset) }) });
export const beginSunsetApprovalByPasskey = vaultOperation({
  name: 'begin-sunset-approval', callerOperation: 'beginSunsetApproval', request: Strict(caller), response: Strict({ options: WebAuthnJson }),
});
export const approveSunsetByPasskey = vaultOperation({ name: 'approve-sunset', callerOperation: 'approveSunset', request: Strict(caller), response: Nothing });
export const withdrawOwnSunsetApproval = vaultOperation({ name: 'withdraw-sunset-approval', callerOperation: 'withdrawSunsetApproval', request: Strict(caller), response: Nothing });

// What the operator of the machine does, over the socket of their own.
const SunsetState = Strict({
  requestId: Type.String(), reason: Type.String(), copies: Nullable(Type.String()), statement: Type.String(), begunAt: Instant, earliestAt: Instant, approvalsNeeded: Type.Integer(),
  approvals: Type.Array(Strict({ name: Type.String(), office: Type.String(), unit: Type.String(), approvedAt: Instant })),
});
export const operatorBeginSunset = operatorOperation('operator-begin-sunset', Strict({
  reason: PlainText({ minLength: 10, maxLength: 300 }), copies: PlainText({ minLength: 4, maxLength: 500 }), approvals: Type.Integer({ minimum: 2, maximum: 20 }), waitHours: Type.Number({ minimum: 0, maximum: 8760 }),
}), SunsetState);
export const operatorReadSunset = operatorOperation('operator-read-sunset', Nothing, Strict({ sunset: Nullable(SunsetState) }));
export const operatorWithdrawSunset = operatorOperation('operator-withdraw-sunset', Nothing, Nothing);
/** Ends the system: refused with `not-permitted` until approvals and waiting time are complete. */
export const operatorCompleteSunset = operatorOperation('operator-complete-sunset', Nothing, SignedDestructionCertificate);
