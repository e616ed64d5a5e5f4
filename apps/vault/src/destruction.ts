/** The destruction of days whose term is over, its record, and whether it is overdue (docs/adr/0021). */
import type { Day } from '@health-kit/api';
import { firstRow, type Queries } from './database.ts';
import { localDay } from './identifiers.ts';
import { randomUuid } from './randomness.ts';
import { instant, nowOf, recordEvent, type Vault } from './vault.ts';

/** A day of visits that was dropped, and how many there were. */
interface DroppedDay { readonly day: string; readonly visits: number }

/** What one run destroyed. */
export interface DestructionRun {
  /** The oldest day whose visits and key are kept. */
  readonly firstKept: Day;
  /** Days whose keys were destroyed. */
  readonly days: readonly string[];
  readonly partitions: readonly DroppedDay[];
  /** Rows deleted besides, by table. */
  readonly rows: ReadonlyMap<string, number>;
}

/** How long after a day's beginning its destruction may take to be done. */
const graceMs = 3_600_000;

/**
 * Destroys the keys of the days before `firstKept`, with an event that says so; from then on their visits link to
 * nobody. A transaction of its own that touches nothing but the vault's: whoever holds up the visits does not hold it up.
 */
export async function destroyDayKeys(vault: Vault, queries: Queries, firstKept: Day): Promise<readonly string[]> {
  const days = await vault.keys.destroyDaysBefore(firstKept, queries);
  if (days.length === 0) return days;
  const keys = days.map((each) => `day/${each}`);
  await recordEvent(vault, queries, 'day-keys-destroyed', { day: vault.calendar.dayOf(nowOf(vault).getTime()), firstKept, keys });
  return days;
}

/** Drops the visits of the days before `firstKept`. Throws when anything of them is left afterwards, a key included. */
export async function dropVisits(queries: Queries, firstKept: Day): Promise<DestructionRun['partitions']> {
  const { rows } = await queries.query<{ day: string; visits: string }>('SELECT day::text, visits FROM visit.drop_partitions_before($1)', [firstKept]);
  if ((await daysBefore(queries, firstKept)).length > 0) throw new Error('something of a day is left after its destruction');
  return rows.map(({ day, visits }) => ({ day, visits: Number(visits) }));
}

/** Records what a run destroyed besides keys, which have their own event. One that found nothing to do is recorded once a day, so that a run that is missing shows. */
export async function noteRun(vault: Vault, queries: Queries, run: Omit<DestructionRun, 'days'>): Promise<void> {
  const now = nowOf(vault);
  const day = vault.calendar.dayOf(now.getTime());
  const rows = Object.fromEntries([...run.rows].filter(([, deleted]) => deleted > 0).sort(([a], [b]) => (a < b ? -1 : 1)));
  const idle = run.partitions.length === 0 && Object.keys(rows).length === 0;
  if (idle && (await queries.query('SELECT FROM vault.destruction_run WHERE day = $1', [day])).rowCount > 0) return;
  const destroyed = { partitions: run.partitions.map(({ day: dropped, visits }) => ({ day: dropped, visits })), rows };
  await queries.query('INSERT INTO vault.destruction_run (run_id, day, first_kept, ran_at, destroyed) VALUES ($1, $2, $3, $4, $5)', [
    randomUuid(vault.random), day, run.firstKept, now, JSON.stringify(destroyed),
  ]);
  await recordEvent(vault, queries, 'destruction-run', { day, firstKept: run.firstKept, ...destroyed });
}

/** What is overdue of the daily destruction; empty and false when all is well. */
export interface OverdueDestruction {
  /** Days whose term is over and of which a key or a partition still exists. */
  readonly days: readonly string[];
  /** No run has been recorded today. */
  readonly noRun: boolean;
  /** The last run that is recorded; null before the first. */
  readonly lastRunAt: string | null;
}

/**
 * Whether a day's destruction is overdue: asked by whoever raises alarms. It looks at what exists (partitions in the
 * database's catalogue, key rows), not only at what was recorded.
 */
export async function overdueDestruction(vault: Vault): Promise<OverdueDestruction> {
  const now = vault.clock.now();
  const today = vault.calendar.dayOf(now);
  const last = firstRow(await vault.database.query<{ ran_at: Date; day: string }>('SELECT ran_at, day::text FROM vault.destruction_run ORDER BY ran_at DESC LIMIT 1'));
  const lastRunAt = last === null ? null : instant(last.ran_at.getTime());
  // Just after midnight the run is still to come.
  if (now < vault.calendar.startOf(today) + graceMs) return { days: [], noRun: false, lastRunAt };
  const days = await daysBefore(vault.database, vault.calendar.addDays(today, -vault.limits.visitTermDays));
  return { days, noRun: last?.day !== today, lastRunAt };
}

/** Days before `firstKept` of which the database still has a partition or a key. */
async function daysBefore(queries: Queries, firstKept: Day): Promise<readonly string[]> {
  const { rows } = await queries.query<{ day: string }>(
    `SELECT day::text FROM vault.day_key WHERE day < $1
     UNION SELECT to_date(substr(relname, 7), 'YYYYMMDD')::text FROM pg_class
       WHERE relnamespace = 'visit'::regnamespace AND relname ~ '^visit_[0-9]{8}$' AND to_date(substr(relname, 7), 'YYYYMMDD') < $1
     ORDER BY 1`,
    [firstKept],
  );
  return rows.map(({ day }) => localDay(day));
}
