import { firstRow, type Queries } from '../database.ts';
import type { PersonId } from '../identifiers.ts';
import type { Vault } from '../vault.ts';

/** How many different people disclosures may concern. */
export interface DisclosureCaps {
  readonly perOfficerPerHour: number;
  readonly perOfficerPerDay: number;
  readonly perCasePerDay: number;
}

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const people = 'coalesce(s.contact_id, s.index_id)';

/** Whether these people may be asked for on top of those that were. Call it under `lockCaps`. */
export async function mayRequest(vault: Vault, queries: Queries, officerId: string, caseId: string, asked: readonly PersonId[]): Promise<boolean> {
  const { caps } = vault.limits.disclosure;
  const requested = (column: 'requested_by' | 'case_id', value: string, withinMs: number) => countDistinct(
    queries, `SELECT ${people} FROM vault.disclosure d JOIN vault.disclosure_subject s USING (disclosure_id) WHERE d.${column} = $2 AND d.requested_at > $3`,
    asked, value, new Date(vault.clock.now() - withinMs),
  );
  return (await requested('requested_by', officerId, hourMs)) <= caps.perOfficerPerHour
    && (await requested('requested_by', officerId, dayMs)) <= caps.perOfficerPerDay
    && (await requested('case_id', caseId, dayMs)) <= caps.perCasePerDay;
}

/** Whether these people may be shown to the officer on top of those that were. Call it under `lockCaps`. */
export async function mayRelease(vault: Vault, queries: Queries, officerId: string, shown: readonly PersonId[]): Promise<boolean> {
  const { caps } = vault.limits.disclosure;
  const released = (withinMs: number) => countDistinct(
    queries,
    `SELECT ${people} FROM vault.disclosure_release e JOIN vault.disclosure d USING (disclosure_id) JOIN vault.disclosure_subject s USING (disclosure_id)
     WHERE d.requested_by = $2 AND e.released_at > $3`,
    shown, officerId, new Date(vault.clock.now() - withinMs),
  );
  return (await released(hourMs)) <= caps.perOfficerPerHour && (await released(dayMs)) <= caps.perOfficerPerDay;
}

/** How many different people there are of the new ones and those that `before` selects. */
async function countDistinct(queries: Queries, before: string, more: readonly PersonId[], value: string, since: Date): Promise<number> {
  const row = firstRow(await queries.query<{ people: number }>(
    `SELECT count(*)::integer AS people FROM (SELECT unnest($1::uuid[]) UNION ${before}) AS both_sets`, [more, value, since],
  ));
  if (row === null) throw new Error('the database did not count');
  return row.people;
}
