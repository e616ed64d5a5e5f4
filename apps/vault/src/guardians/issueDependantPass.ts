import { issueDependantPass } from '@health-kit/api';
import { issuePassOfDependant } from '@health-kit/api/vault';
import { keyHandler } from '../authority/handlers.ts';
import { noOfficer } from '../authority/officers.ts';
import { accessEvent } from '../ledger/accessEvent.ts';
import { appendPersonEvents } from '../ledger/ledger.ts';
import { signDayPass } from '../passes/issueDayPass.ts';
import { requirePersonOfDevice } from '../people/people.ts';
import { requireDependant } from './guardianships.ts';

/**
 * Issues the pass of a dependant to the guardian's device, whose key makes the code turn. It is the pass alone: no
 * results, no ticket, and no portrait, which never left the dependant's device; the guard asks for the document.
 * Each time stands in the dependant's access log.
 */
export const issueDependantPassHandler = keyHandler(issuePassOfDependant, issueDependantPass, async (vault, call) => {
  const guardian = await requirePersonOfDevice(vault, vault.database, call.thumbprint);
  const dependant = await requireDependant(vault, vault.database, call.params.linkId, guardian.person);
  return signDayPass(vault, { ...dependant, portraitDigest: null }, call, {
    async first(queries) {
      await call.spend(queries);
      // Again, in the transaction: a link that ended at this moment has ended.
      await requireDependant(vault, queries, call.params.linkId, guardian.person, true);
    },
    async last(queries) {
      await appendPersonEvents(queries, vault.random, [accessEvent(vault, dependant, { purpose: 'guardian', officer: noOfficer(vault), fields: ['guardianPass'] })]);
    },
  });
});
