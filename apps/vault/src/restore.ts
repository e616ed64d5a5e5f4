import { replayEndedLinks } from './journal/replayEndedLinks.ts';
import { replayShredded } from './journal/replayShredded.ts';
import { makeCheckpoint } from './ledger/checkpoints.ts';
import type { LedgerRestoration } from './ledger/restoreLedger.ts';
import { noteAllUnlinked } from './ledger/unlinkedEntries.ts';
import { runDestruction } from './retention.ts';
import { nowOf, recordEvent, type Vault } from './vault.ts';

/**
 * Makes a database whole that a backup replaced, before anybody is served: the ledger's leaves were appended again
 * when the vault was opened; whoever was erased since is erased again, guardianships that ended since end again, days and rows whose term is over are destroyed
 * again, everybody must sign in anew, and a request to end the system that may have been withdrawn since is. The
 * restoration is an event of the ledger. It can be repeated.
 *
 * @returns what was done, for the operator
 */
export async function restoreVault(vault: Vault, ledger: LedgerRestoration): Promise<string> {
  const erased = await replayShredded(vault);
  const links = await replayEndedLinks(vault);
  const { days, partitions } = await runDestruction(vault);
  await noteAllUnlinked(vault);
  const withdrawn = await vault.database.transaction(async (queries) => {
    await queries.query('DELETE FROM vault.officer_session');
    const requests = await queries.query('UPDATE vault.sunset_request SET withdrawn_at = $1 WHERE withdrawn_at IS NULL', [nowOf(vault)]);
    await recordEvent(vault, queries, 'database-restored', {
      leavesFound: ledger.found, leavesAppended: ledger.appended, erasedAgain: erased, keys: days.map((day) => `day/${day}`), days: partitions.map(({ day }) => day),
    });
    return requests.rowCount ?? 0;
  });
  // From here on a database that is older than this restoration is refused again.
  await makeCheckpoint(vault.database, vault.ledger, nowOf(vault));
  return `Ledger entries found ${ledger.found}, appended again ${ledger.appended}; people erased again ${erased}; guardianships ended again ${links}; days destroyed again ${new Set([...days, ...partitions.map(({ day }) => day)]).size}. All staff must sign in again; ${withdrawn === 0 ? 'no request to end the system was open' : 'the request to end the system is withdrawn'}.`;
}
