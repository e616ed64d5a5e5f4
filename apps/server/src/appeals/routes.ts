import { answerAppeal, fileAppeal, getAppealCounts, listAppeals, openAppeal, readMyAppeals, withdrawAppeal } from '@health-kit/api';
import { answerFiledAppeal, countAppeals, fileOwnAppeal, listFiledAppeals, openFiledAppeal, readOwnAppeals, withdrawOwnAppeal } from '@health-kit/api/vault';
import type { Core } from '../capability.ts';
import { showEvidence } from '../health/index.ts';
import { tell } from '../notifications/index.ts';
import { askVault } from '../vault/index.ts';

/**
 * Relays appeals to the vault, which reads the words, keeps them sealed, and withdraws what an upheld appeal is against.
 * What stands behind an appeal lies here, and is shown without a name.
 */
export function appeals({ routes, database, vault, clock }: Core): void {
  routes.device(fileAppeal, ({ caller }) => askVault(vault, fileOwnAppeal, { caller: caller.request }));
  routes.device(readMyAppeals, ({ caller }) => askVault(vault, readOwnAppeals, { caller: caller.request }));
  routes.device(withdrawAppeal, async ({ caller }) => {
    await askVault(vault, withdrawOwnAppeal, { caller: caller.request });
  });
  routes.staff(listAppeals, ({ caller }) => askVault(vault, listFiledAppeals, { caller: caller.request }));
  routes.staff(openAppeal, async ({ caller }) => {
    const { appeal, evidence, sealed } = await askVault(vault, openFiledAppeal, { caller: caller.request });
    return { appeal, evidence: await showEvidence(database, evidence), sealed };
  });
  routes.staff(answerAppeal, async ({ caller, params }) => {
    const { notify } = await askVault(vault, answerFiledAppeal, { caller: caller.request });
    // Once for the appeal: an answer that is repeated because its own got lost tells nobody twice.
    await tell(database, [{ kind: 'appeal', subject: notify, causeId: params.appealId, whatToDo: 'do.read-appeal' }], clock.now());
  });
  routes.anyone(getAppealCounts, () => askVault(vault, countAppeals, {}));
}
