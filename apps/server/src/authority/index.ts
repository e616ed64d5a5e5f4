export type {
  AnyoneCaller, DeviceCaller, GateCaller, InstitutionCaller, ResidentCaller, StaffCaller, TicketCaller,
} from './callers.ts';
export { signatureOf } from './callers.ts';
export { makeAuthorizer, type Authorizer, type RawRequest } from './authorize.ts';
export { makeDayKeys, type DayKey, type DayKeys } from './dayKeys.ts';
export { makeRevokedKeys, type RevokedKeys } from './revokedKeys.ts';
export { makeReplayGuard } from './replayGuard.ts';
