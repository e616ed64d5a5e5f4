import { issueDependantPass } from '@health-kit/api';
import { issuePassOfDependant } from '@health-kit/api/vault';
import { keyHandler } from '../authority/handlers.ts';
import { noOfficer } from '../authority/officers.ts';
import { firstRow, type Queries } from '../database.ts';
import type { PersonId } from '../identifiers.ts';
import { accessEvent } from '../ledger/accessEvent.ts';
import { appendPersonEvents } from '../ledger/ledger.ts';
import { signDayPass } from '../passes/issueDayPass.ts';
import { requirePersonOfDevice } from '../people/people.ts';
import { refuse } from '../refusal.ts';
import { requireDependant } from './guardianLinks.ts';

/**
 * Issues the pass of a dependant to the guardian's device, whose key makes the code turn. It is the pass alone: no
 * results, no ticket, and no portrait, which never left the dependant's device; the guard asks for the document.
 * Each day on which a guardian does so stands in the dependant's access log, once: no guardian pushes other entries out of it.
 */
export const issueDependantPassHandler = keyHandler(issuePassOfDependant, issueDependantPass, async (vault, call) => {
  const guardian = await requirePersonOfDevice(vault, vault.database, call.thumbprint);
  const dependant = await requireDependant(vault, vault.database, call.params.linkId, guardian.person);
  let issuedToday = 0;
  return signDayPass(vault, { ...dependant, portraitDigest: null }, call, {
    async first(queries, expiresAt) {
      await call.spend(queries);
      // Again, in the transaction: a link that ended at this moment has ended.
      await requireDependant(vault, queries, call.params.linkId, guardian.person, true);
      issuedToday = await passesOfDay(queries, guardian.person, dependant.person, expiresAt);
      if (issuedToday >= vault.limits.guardianPassesPerDay) refuse('too-many-requests');
    },
    async last(queries) {
      if (issuedToday === 0) await appendPersonEvents(vault, queries, [accessEvent(vault, dependant, { purpose: 'guardian', officer: noOfficer(vault), fields: ['guardianPass'] })]);
    },
  });
});

/** Passes of a dependant that were issued to a guardian's devices, former ones included, for the day that ends so. */
async function passesOfDay(queries: Queries, guardian: PersonId, dependant: PersonId, expiresAt: Date): Promise<number> {
  const row = firstRow(await queries.query<{ count: number }>(
    'SELECT count(*)::int AS count FROM vault.pass p JOIN vault.device d USING (thumbprint) WHERE p.person_id = $2 AND p.expires_at = $3 AND d.person_id = $1', [guardian, dependant, expiresAt],
  ));
  return row?.count ?? 0;
}
