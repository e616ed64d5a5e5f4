import type { CaseId, ResultId, TracePseudonym } from '@health-kit/api';
import type { Clock } from '@health-kit/api/process-settings';
import { registerCase } from '@health-kit/api/vault';
import { DAY_MS } from '@health-kit/policy';
import type { Database, Queryable } from '../database.ts';
import { profileInForce } from '../health/index.ts';
import { visitRetentionDays } from '../retention.ts';
import type { VaultClient } from '../vault/index.ts';
import { caseWindow } from './caseWindow.ts';

/** Name of the sweep, to be woken when a result was stored. */
export const registerCasesSweep = 'register-cases';

interface Positive { readonly result_id: ResultId; readonly collected_at: Date; readonly reported_at: Date }
const batchSize = 50;

/**
 * Makes a case out of every positive result that has none, and closes cases
 * whose result was corrected. Derived from what is stored, so that a crash at
 * any moment loses no case: the vault answers the same case for the same
 * result, and a row that stands is left alone. One process at a time does it.
 *
 * @returns how many cases were made; the results the vault refused are skipped until the next time.
 */
export async function registerCases(database: Database, vault: VaultClient, clock: Clock): Promise<number> {
  let made = 0;
  let after: Positive | null = null;
  for (;;) {
    const batch: { last: Positive; made: number } | null = await database.inTurn('trace.turn_case_file', async (transaction) => {
      await closeCorrectedCases(transaction, clock.now());
      const positives = await positivesWithoutCase(transaction, after, clock.now());
      let inserted = 0;
      for (const positive of positives) {
        const outcome = await vault.call(registerCase, { resultId: positive.result_id });
        if (!outcome.ok) continue;
        await insertCase(transaction, positive, outcome.value, clock.now());
        inserted += 1;
      }
      const last = positives.at(-1);
      return last === undefined ? null : { last, made: inserted };
    });
    if (batch === null) return made;
    made += batch.made;
    after = batch.last;
  }
}

/** Of a corrected specimen only the newest version counts, and while an earlier version's case is not closed it stays the specimen's case. */
function positivesWithoutCase(transaction: Queryable, after: Positive | null, nowMs: number): Promise<Positive[]> {
  return transaction.query<{ result_id: ResultId; collected_at: Date; reported_at: Date }>(
    `SELECT r.result_id, r.collected_at, r.reported_at FROM health.result r
     WHERE r.value = 'positive' AND r.test_code = ANY($1::text[]) AND r.reported_at > $2
       AND ($3::timestamptz IS NULL OR (r.reported_at, r.result_id) > ($3, $4::uuid))
       AND NOT EXISTS (SELECT FROM health.result newer WHERE newer.specimen_id = r.specimen_id AND newer.version > r.version)
       AND NOT EXISTS (SELECT FROM trace.case_file c WHERE c.result_id = r.result_id)
       AND NOT EXISTS (SELECT FROM health.result earlier JOIN trace.case_file c ON c.result_id = earlier.result_id
                       WHERE earlier.specimen_id = r.specimen_id AND c.state <> 'closed')
     ORDER BY r.reported_at, r.result_id LIMIT ${batchSize}`,
    [profileInForce.tests.map(({ loinc }) => loinc), new Date(nowMs - visitRetentionDays * DAY_MS), after?.reported_at ?? null, after?.result_id ?? null],
  );
}

async function insertCase(transaction: Queryable, positive: Positive, registered: { readonly caseId: CaseId; readonly index: TracePseudonym }, nowMs: number): Promise<void> {
  const window = caseWindow(positive.collected_at.getTime(), nowMs);
  await transaction.query(
    `INSERT INTO trace.case_file (case_id, result_id, index_person, state, profile, collected_at, reported_at, window_from, window_to, registered_at)
     VALUES ($1, $2, $3, 'new', $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING`,
    [registered.caseId, positive.result_id, registered.index, profileInForce.id, positive.collected_at, positive.reported_at,
      new Date(window.from), new Date(window.to), new Date(nowMs)],
  );
}

/** No case without a positive result (docs/architecture.md): one that a laboratory took back ends the case. */
async function closeCorrectedCases(transaction: Queryable, nowMs: number): Promise<void> {
  await transaction.query(
    `UPDATE trace.case_file c SET state = 'closed', closed_at = $1
     FROM health.result r JOIN health.result newest ON newest.specimen_id = r.specimen_id AND newest.version > r.version
     WHERE c.state <> 'closed' AND r.result_id = c.result_id AND newest.value <> 'positive'
       AND NOT EXISTS (SELECT FROM health.result newer WHERE newer.specimen_id = newest.specimen_id AND newer.version > newest.version)`,
    [new Date(nowMs)],
  );
}
