import type { Case, CaseId, TracePseudonym } from '@health-kit/api';
import type { Queryable } from '../database.ts';
import { caseWindow } from './caseWindow.ts';

interface CaseRow {
  readonly case_id: CaseId; readonly index_person: TracePseudonym; readonly state: Case['state']; readonly profile: string;
  readonly collected_at: Date; readonly reported_at: Date; readonly window_from: Date; readonly window_to: Date;
  readonly opened_at: Date | null; readonly opened_by: string | null; readonly traced_at: Date | null;
  readonly closed_at: Date | null; readonly closed_by: string | null;
  readonly contacts: number; readonly ordered: number;
}
const columns = `c.case_id, c.index_person, c.state, c.profile, c.collected_at, c.reported_at, c.window_from, c.window_to, c.opened_at, c.opened_by, c.traced_at, c.closed_at, c.closed_by,
  (SELECT count(*)::integer FROM trace.contact t WHERE t.case_id = c.case_id) AS contacts,
  (SELECT count(DISTINCT pc.contact)::integer FROM trace.order_proposal_contact pc WHERE pc.case_id = c.case_id AND pc.ordered) AS ordered`;
const defaultLimit = 50;

/** Cases, newest report first, each with its window as it is at `nowMs`. */
export async function readCases(database: Queryable, state: Case['state'] | null, nowMs: number, limit: number = defaultLimit): Promise<Case[]> {
  const rows = await database.query<CaseRow & Record<string, unknown>>(
    `SELECT ${columns} FROM trace.case_file c WHERE ($1::text IS NULL OR c.state = $1) ORDER BY c.reported_at DESC, c.case_id LIMIT $2`, [state, limit],
  );
  return rows.map((row) => toCase(row, nowMs));
}

/** One case with its window as it is at `nowMs`; null where there is none. */
export async function readCase(database: Queryable, caseId: CaseId, nowMs: number): Promise<Case | null> {
  const [row] = await database.query<CaseRow & Record<string, unknown>>(`SELECT ${columns} FROM trace.case_file c WHERE c.case_id = $1`, [caseId]);
  return row === undefined ? null : toCase(row, nowMs);
}

/** Takes up a new case; one that is open stays as it is. Null where there is no case that could be taken up. */
export async function takeUpCase(database: Queryable, caseId: CaseId, officer: string, nowMs: number): Promise<Case | null> {
  await database.query(
    `UPDATE trace.case_file SET state = 'open', opened_at = $2, opened_by = $3 WHERE case_id = $1 AND state = 'new'`,
    [caseId, new Date(nowMs), officer],
  );
  const present = await readCase(database, caseId, nowMs);
  return present === null || present.state === 'closed' ? null : present;
}

/** Closes an open case, once; closing again changes nothing. */
export async function endCase(database: Queryable, caseId: CaseId, officer: string, nowMs: number): Promise<void> {
  await database.query(
    `UPDATE trace.case_file SET state = 'closed', closed_at = $2, closed_by = $3 WHERE case_id = $1 AND state <> 'closed'`,
    [caseId, new Date(nowMs), officer],
  );
}

function toCase(row: CaseRow, nowMs: number): Case {
  // The stored window is that of registration or the last trace; a case that is worked on can be traced up to now.
  const window = row.state === 'closed' ? { from: row.window_from.getTime(), to: row.window_to.getTime() } : caseWindow(row.collected_at.getTime(), nowMs);
  return {
    caseId: row.case_id, index: row.index_person, state: row.state, collectedAt: row.collected_at.toISOString(), reportedAt: row.reported_at.toISOString(),
    profile: row.profile, window: { from: new Date(window.from).toISOString(), to: new Date(window.to).toISOString() },
    openedAt: row.opened_at?.toISOString() ?? null, openedBy: row.opened_by, tracedAt: row.traced_at?.toISOString() ?? null,
    contacts: row.contacts, ordered: row.ordered, closedAt: row.closed_at?.toISOString() ?? null, closedBy: row.closed_by,
  };
}

/** How far a case is; null where there is none. */
export async function readCaseState(database: Queryable, caseId: CaseId): Promise<Case['state'] | null> {
  const [row] = await database.query<{ state: Case['state'] }>('SELECT state FROM trace.case_file WHERE case_id = $1', [caseId]);
  return row?.state ?? null;
}
