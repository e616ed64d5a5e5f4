import { alarmKinds, AlarmId, readOversight, subjectKinds, type Alarm, type BudgetUse, type WatchedOfficer } from '@health-kit/api';
import { readOversightOfVault } from '@health-kit/api/vault';
import { Value } from 'typebox/value';
import { officerHandler } from '../authority/handlers.ts';
import { firstRow, type Queries } from '../database.ts';
import { countByOffice, countUnreviewed } from '../disclosure/watchDisclosures.ts';
import { officerId } from '../identifiers.ts';
import { readLedgerState } from '../ledger/readLedgerState.ts';
import { instant, nowOf, type Vault } from '../vault.ts';
import { readStopped } from './readStopped.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
/** Alarms given at most, those that wait first. */
const mostAlarms = 100;
/** Officers given at most. */
const mostOfficers = 1_000;

/** What a privacy officer sees: alarms, stops, refusals, budgets and the ledger. Names of officers and counts; of residents nothing. */
export const readOversightHandler = officerHandler(readOversightOfVault, readOversight, async (vault) => {
  const { database } = vault;
  const [alarms, stopped, officers, refusals] = [await readAlarms(database), await readStopped(vault), await readOfficers(database), await readRefusals(vault)];
  const budgets: BudgetUse[] = [];
  for (const kind of subjectKinds) budgets.push(await readBudget(vault, kind));
  return {
    at: instant(vault.clock.now()), alarms, stopped, officers, refusals, budgets, canaries: await countCanaries(database), ledger: await readLedgerState(vault),
    disclosures: await countByOffice(vault), unreviewed: await countUnreviewed(vault),
  };
});

/** How many canaries there are; who they are, nobody is told. */
export async function countCanaries(queries: Queries): Promise<number> {
  return firstRow(await queries.query<{ count: number }>('SELECT count(*)::int AS count FROM vault.canary'))?.count ?? 0;
}

type OfficerRow = { officer_id: string; name: string; office: string; unit: string };
const watched = (row: OfficerRow): WatchedOfficer => ({ officerId: officerId(row.officer_id), name: row.name, office: row.office, unit: row.unit });

async function readAlarms(queries: Queries): Promise<Alarm[]> {
  type Row = { [Column in keyof OfficerRow]: string | null } & {
    alarm_id: string; kind: string; raised_at: Date; last_at: Date; occurrences: number; seen_by: string | null; acknowledged_at: Date | null;
  };
  const { rows } = await queries.query<Row>(
    `SELECT a.alarm_id, a.kind, a.raised_at, a.last_at, a.occurrences, a.acknowledged_at, s.name AS seen_by, o.officer_id, o.name, o.office, o.unit
     FROM vault.alarm a LEFT JOIN vault.officer o USING (officer_id) LEFT JOIN vault.officer s ON s.officer_id = a.acknowledged_by
     ORDER BY (a.acknowledged_at IS NULL) DESC, a.last_at DESC LIMIT ${mostAlarms}`,
  );
  return rows.map((row) => {
    const kind = alarmKinds.find((known) => known === row.kind);
    if (kind === undefined || !Value.Check(AlarmId, row.alarm_id)) throw new TypeError('an alarm is not of its form');
    const { officer_id, name, office, unit } = row;
    return {
      alarmId: row.alarm_id, kind, raisedAt: instant(row.raised_at.getTime()), lastAt: instant(row.last_at.getTime()), occurrences: row.occurrences,
      officer: officer_id === null || name === null || office === null || unit === null ? null : watched({ officer_id, name, office, unit }),
      acknowledgedBy: row.seen_by, acknowledgedAt: row.acknowledged_at === null ? null : instant(row.acknowledged_at.getTime()),
    };
  });
}

async function readOfficers(queries: Queries): Promise<WatchedOfficer[]> {
  const { rows } = await queries.query<OfficerRow>(
    `SELECT officer_id, name, office, unit FROM vault.officer o WHERE frozen_at IS NULL AND dismissed_at IS NULL
       AND EXISTS (SELECT FROM vault.passkey p WHERE p.officer_id = o.officer_id) ORDER BY office, name LIMIT ${mostOfficers}`,
  );
  return rows.map(watched);
}

async function readRefusals(vault: Vault) {
  const { rows } = await vault.database.query<{ office: string; operation: string; refusal: string; count: number }>(
    `SELECT office, operation, refusal, sum(refusals)::int AS count FROM vault.officer_refusal WHERE day > $1
     GROUP BY office, operation, refusal ORDER BY count DESC, office, operation, refusal LIMIT 200`,
    [vault.calendar.addDays(vault.calendar.dayOf(vault.clock.now()), -7)],
  );
  return rows.map(({ office, operation, refusal, count }) => ({ office, operation, refusal, count }));
}

async function readBudget(vault: Vault, kind: BudgetUse['kind']): Promise<BudgetUse> {
  const now = nowOf(vault).getTime();
  const limit = vault.limits.subjects[kind];
  const everybody = firstRow(await vault.database.query<{ people: number }>(
    'SELECT count(DISTINCT subject)::int AS people FROM vault.subject_touch WHERE kind = $1 AND touched_at > $2', [kind, new Date(now - minuteMs)],
  ));
  const busiest = firstRow(await vault.database.query<OfficerRow & { hour: number; day: number }>(
    `SELECT o.officer_id, o.name, o.office, o.unit, t.hour, t.day FROM (
       SELECT officer_id, count(*) FILTER (WHERE touched_at > $2)::int AS hour, count(*)::int AS day
       FROM vault.subject_touch WHERE kind = $1 AND touched_at > $3 GROUP BY officer_id ORDER BY hour DESC, day DESC LIMIT 1
     ) t JOIN vault.officer o USING (officer_id)`,
    [kind, new Date(now - hourMs), new Date(now - dayMs)],
  ));
  return {
    kind, everybodyMinute: everybody?.people ?? 0, everybodyMinuteLimit: limit.everybodyPerMinute, hourLimit: limit.perHour, dayLimit: limit.perDay,
    busiest: busiest === null ? null : { officer: watched(busiest), hour: busiest.hour, day: busiest.day },
  };
}
