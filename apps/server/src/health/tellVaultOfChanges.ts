import type { HealthPseudonym } from '@health-kit/api';
import type { Clock } from '@health-kit/api/process-settings';
import { factsChanged } from '@health-kit/api/vault';
import type { Database } from '../database.ts';
import { askVault, type VaultClient } from '../vault/index.ts';

/** Name of the sweep, to be woken when facts were stored. */
export const factChangesSweep = 'fact-changes';

/** The vault takes at most 1,000 people at once. */
const batchSize = 1000;

/**
 * Tells the vault whose facts changed and have begun to count, so that it
 * marks passes that no longer tell the truth, and forgets each change only
 * when the vault has answered. Repeating it is harmless; one process at a time
 * does it.
 *
 * @returns how many changes the vault was told of.
 */
export async function tellVaultOfChanges(database: Database, vault: VaultClient, clock: Clock): Promise<number> {
  let told = 0;
  for (;;) {
    const batch = await database.inTurn('health.turn_fact_change', async (transaction) => {
      const due = await transaction.query<{ change_id: string; subject: HealthPseudonym }>(
        `SELECT change_id, subject FROM health.fact_change WHERE due_at <= $1 ORDER BY due_at, change_id LIMIT ${batchSize}`,
        [new Date(clock.now())],
      );
      if (due.length === 0) return 0;
      await askVault(vault, factsChanged, { subjects: [...new Set(due.map(({ subject }) => subject))] });
      await transaction.query('DELETE FROM health.fact_change WHERE change_id = ANY($1::uuid[])', [due.map(({ change_id }) => change_id)]);
      return due.length;
    });
    told += batch ?? 0;
    if (batch === null || batch < batchSize) return told;
  }
}
