/** Leaving: erasing an account, and taking one's data along. */
import { Type } from 'typebox';
import { Day, Instant, Nullable, Strict, VisitPseudonym } from '../identifiers.ts';
import { caller, Nothing, vaultOperation } from './protocol.ts';

export const previewAccountErasure = vaultOperation({
  name: 'preview-erasure', callerOperation: 'previewErasure', request: Strict(caller),
  response: Strict({ identityProven: Type.Boolean(), heldUntil: Nullable(Instant) }),
});
/** Shreds the person's keys, and deletes what other schemas keep of them, in one transaction. */
export const eraseAccount = vaultOperation({ name: 'erase-account', callerOperation: 'eraseMyAccount', request: Strict(caller), response: Nothing });

/** Seals identity, devices and passes to the app's key, and names the person's days to the server, which reads the visits of them. */
export const exportAccount = vaultOperation({
  name: 'export-account', callerOperation: 'exportMyData', request: Strict(caller),
  response: Strict({
    sealed: Type.String({ maxLength: 2_097_152 }),
    days: Type.Array(Strict({ dayStart: Instant, dayEnd: Instant, day: Day, subject: VisitPseudonym })),
  }),
});
