import { Type } from 'typebox';
import { HealthPseudonym, NotifyPseudonym, Strict } from '../identifiers.ts';
import { AppealCounts, AppealEvidence, AppealQueue, AppealSummary, FiledAppeal, SealedOwnAppeals } from '../operations/appeals.ts';
import { Nothing, caller, vaultOperation } from './protocol.ts';

// Appeals against a status.
export const fileOwnAppeal = vaultOperation({ name: 'file-appeal', callerOperation: 'fileAppeal', request: Strict(caller), response: FiledAppeal });
export const readOwnAppeals = vaultOperation({ name: 'read-own-appeals', callerOperation: 'readMyAppeals', request: Strict(caller), response: SealedOwnAppeals });
export const withdrawOwnAppeal = vaultOperation({ name: 'withdraw-appeal', callerOperation: 'withdrawAppeal', request: Strict(caller), response: Nothing });
export const listFiledAppeals = vaultOperation({ name: 'list-appeals', callerOperation: 'listAppeals', request: Strict(caller), response: AppealQueue });
/** Names the facts it is against to the server, which keeps them; the words it cannot read. */
export const openFiledAppeal = vaultOperation({
  name: 'open-appeal', callerOperation: 'openAppeal', request: Strict(caller),
  response: Strict({ appeal: AppealSummary, evidence: Type.Array(AppealEvidence), sealed: Type.String({ maxLength: 32_768 }) }),
});
/** Withdraws the facts of an appeal that is upheld, in the same transaction; whoever is to be told of the answer. */
export const answerFiledAppeal = vaultOperation({
  name: 'answer-appeal', callerOperation: 'answerAppeal', request: Strict(caller),
  response: Strict({ health: HealthPseudonym, notify: NotifyPseudonym }),
});
export const countAppeals = vaultOperation({ name: 'count-appeals', callerOperation: null, request: Nothing, response: AppealCounts });
