/**
 * Group commit: visits that arrive within a moment of each other become one multi-row insert, and each is
 * answered only after that insert is durable. One commit then costs what a hundred would.
 */
import { DatabaseError } from 'pg';
import type { GateId, VenueId, VisitId, VisitPseudonym } from '@health-kit/api';
import { DatabaseUnavailableError, type Database } from '../database.ts';

export interface NewVisit {
  readonly venueId: VenueId;
  /** Epoch ms. */
  readonly arrivedAtMs: number;
  /** Epoch ms; the usual stay after the arrival, until a check-out says better. */
  readonly leftAtMs: number;
  readonly subject: VisitPseudonym;
  readonly visitId: VisitId;
  /** The gate whose guard scanned the pass; null where the resident scanned the venue's code. */
  readonly gateId: GateId | null;
}

export interface GroupCommit {
  /**
   * Resolves when the visit is durable; a visit that is stored already is as good. Throws
   * `DatabaseUnavailableError` when that is unknown (the same visit may be sent again) or too many wait, and the
   * database's own error for a row that it refuses.
   */
  commit(visit: NewVisit): Promise<void>;
  /** Commits what waits, and returns when nothing is under way. */
  close(): Promise<void>;
}

export interface GroupCommitOptions {
  /** Rows of one statement at most. */
  readonly mostRows: number;
  /** Statements under way at the same time at most. The fewer, the more visits gather for the next while the database is busy. */
  readonly mostStatements: number;
  /** A visit waits at most this long for others to join it, ms. */
  readonly gatherMs: number;
  /** Visits that may wait; more are refused at once. */
  readonly mostWaiting: number;
  /** When a statement's outcome counts as unknown, ms. */
  readonly deadlineMs: number;
}
export const usualGroupCommit: GroupCommitOptions = { mostRows: 500, mostStatements: 2, gatherMs: 2, mostWaiting: 20_000, deadlineMs: 5_000 };

interface Waiting {
  readonly visit: NewVisit;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

export function makeGroupCommit(database: Database, options: GroupCommitOptions = usualGroupCommit): GroupCommit {
  const { mostRows, mostStatements, gatherMs, mostWaiting, deadlineMs } = options;
  let waiting: Waiting[] = [];
  let underWay = 0;
  let timer: NodeJS.Timeout | null = null;
  let idle: (() => void) | null = null;

  function gather(): void {
    if (waiting.length >= mostRows) flush();
    else timer ??= setTimeout(flush, gatherMs);
  }

  function flush(): void {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    while (waiting.length > 0 && underWay < mostStatements) {
      const batch = waiting.length <= mostRows ? waiting : waiting.slice(0, mostRows);
      waiting = waiting.length <= mostRows ? [] : waiting.slice(mostRows);
      underWay += 1;
      void store(batch).finally(() => {
        underWay -= 1;
        // While statements were under way others gathered: they have waited long enough.
        if (waiting.length > 0) flush();
        else if (underWay === 0) idle?.();
      });
    }
  }

  async function store(batch: readonly Waiting[]): Promise<void> {
    try {
      await insertVisits(database, batch.map(({ visit }) => visit), deadlineMs);
    } catch (error) {
      if (batch.length > 1 && error instanceof DatabaseError) return storeSingly(batch);
      for (const { reject } of batch) reject(error);
      return;
    }
    for (const { resolve } of batch) resolve();
  }

  /** One bad row refuses its whole statement: each is tried by itself, so that it alone is refused. */
  async function storeSingly(batch: readonly Waiting[]): Promise<void> {
    for (const { visit, resolve, reject } of batch) await insertVisits(database, [visit], deadlineMs).then(resolve, reject);
  }

  return {
    commit(visit) {
      if (waiting.length >= mostWaiting) return Promise.reject(new DatabaseUnavailableError('too many visits wait'));
      return new Promise((resolve, reject) => {
        waiting.push({ visit, resolve, reject });
        gather();
      });
    },
    async close() {
      flush();
      if (underWay > 0 || waiting.length > 0) await new Promise<void>((resolve) => (idle = resolve));
    },
  };
}

/**
 * One text for batches of every size, with one array a column: it parses in no time on either side, where a list of
 * VALUES has a parameter for each field of each row (measured: a fifth less of the database's time at 64 rows, and
 * half of ours), and a pooler needs no named statement for it. A gate array that is shorter is filled up with NULL.
 */
const insertStatement = `INSERT INTO visit.visit (venue_id, arrived_at, left_at, left_assumed, subject, visit_id, source, gate_id)
  SELECT venue_id, arrived_at, left_at, true, subject, visit_id, CASE WHEN gate_id IS NULL THEN 'resident' ELSE 'gate' END, gate_id
  FROM unnest($1::uuid[], $2::timestamptz[], $3::timestamptz[], $4::uuid[], $5::uuid[], $6::uuid[]) AS visit (venue_id, arrived_at, left_at, subject, visit_id, gate_id)
  ON CONFLICT DO NOTHING`;

async function insertVisits(database: Database, visits: readonly NewVisit[], deadlineMs: number): Promise<void> {
  const columns = [
    arrayOf(visits, ({ venueId }) => venueId),
    arrayOf(visits, ({ arrivedAtMs }) => new Date(arrivedAtMs).toISOString()),
    arrayOf(visits, ({ leftAtMs }) => new Date(leftAtMs).toISOString()),
    arrayOf(visits, ({ subject }) => subject),
    arrayOf(visits, ({ visitId }) => visitId),
    visits.every(({ gateId }) => gateId === null) ? '{}' : arrayOf(visits, ({ gateId }) => gateId ?? 'NULL'),
  ];
  await database.query(insertStatement, columns, { deadlineMs });
}

/** An array in PostgreSQL's text form, of elements that need no quotes: identifiers and instants. */
function arrayOf(visits: readonly NewVisit[], element: (visit: NewVisit) => string): string {
  return `{${visits.map(element).join(',')}}`;
}
