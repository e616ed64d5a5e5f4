import type { Day, VenueId, VisitId, VisitPseudonym } from '@health-kit/api';
import { DAY_MS, type TimeWindow } from '@health-kit/policy';
import type { Database } from '../database.ts';

/** The index person's name in the visit table on one local day, whose instants are [startMs, endMs). */
export interface DaySubject {
  readonly day: Day;
  readonly startMs: number;
  readonly endMs: number;
  readonly subject: VisitPseudonym;
}
export interface IndexVisit {
  readonly venueId: VenueId;
  readonly visitId: VisitId;
  readonly arrivedAtMs: number;
  readonly leftAtMs: number;
  readonly leftAssumed: boolean;
  readonly gateId: string | null;
}
/** One visit of somebody who was there while an index visit exposed others. */
export interface Overlap {
  /** Position among the index visits. */
  readonly indexVisit: number;
  readonly visitId: VisitId;
  /** Who, under the pseudonym of the local day of their arrival. */
  readonly subject: VisitPseudonym;
  readonly day: Day;
  /** The shared time, [fromMs, toMs). */
  readonly fromMs: number;
  readonly toMs: number;
  readonly sameGate: boolean;
}

/** A visit lasts at most this long (a CHECK of visit.visit), which bounds how far back an overlapping one can have begun. */
const longestStayMs = DAY_MS;
/** Rows read at once; the event loop turns between two reads. */
const fetchSize = 4_000;
const fetchDeadlineMs = 60_000;

/** The index person's visits that begin in [from, to), in order of time, each looked up under the name of its own day. */
export async function findIndexVisits(database: Database, subjects: readonly DaySubject[], window: TimeWindow): Promise<IndexVisit[]> {
  const rows = await database.query<{ venue_id: VenueId; visit_id: VisitId; arrived_at: Date; left_at: Date; left_assumed: boolean; gate_id: string | null }>(
    `SELECT v.venue_id, v.visit_id, v.arrived_at, v.left_at, v.left_assumed, v.gate_id
     FROM unnest($1::uuid[], $2::timestamptz[], $3::timestamptz[]) AS named(subject, day_start, day_end)
     JOIN visit.visit v ON v.subject = named.subject AND v.arrived_at >= named.day_start AND v.arrived_at < named.day_end
     WHERE v.arrived_at >= $4 AND v.arrived_at < $5
     ORDER BY v.arrived_at, v.venue_id, v.visit_id`,
    [subjects.map(({ subject }) => subject), subjects.map(({ startMs }) => new Date(startMs)), subjects.map(({ endMs }) => new Date(endMs)),
      new Date(window.from), new Date(window.to)],
  );
  return rows.map((row) => ({
    venueId: row.venue_id, visitId: row.visit_id, arrivedAtMs: row.arrived_at.getTime(), leftAtMs: row.left_at.getTime(),
    leftAssumed: row.left_assumed, gateId: row.gate_id,
  }));
}

/**
 * The join of a trace. For each index visit one range of the primary key
 * (venue_id, arrived_at): who arrived before it ended and less than the longest
 * stay before it began. `OFFSET 0` keeps the planner from turning the ranges
 * into one pass over the table, which it might on the statistics of a day that
 * was never analysed. Stays are half-open, as in packages/policy: who leaves
 * as another arrives did not meet them.
 */
export const overlapSql = `
  SELECT (v.ordinal - 1)::integer AS index_visit, o.visit_id, o.subject, to_char(o.arrived_at AT TIME ZONE $8, 'YYYY-MM-DD') AS day,
    (extract(epoch FROM greatest(o.arrived_at, v.arrived_at)) * 1000)::float8 AS from_ms,
    (extract(epoch FROM least(o.left_at, v.exposing_until)) * 1000)::float8 AS to_ms,
    coalesce(o.gate_id = v.gate_id, false) AS same_gate
  FROM unnest($1::uuid[], $2::timestamptz[], $3::timestamptz[], $4::uuid[]) WITH ORDINALITY AS v(venue_id, arrived_at, exposing_until, gate_id, ordinal)
  CROSS JOIN LATERAL (
    SELECT visit_id, subject, arrived_at, left_at, gate_id FROM visit.visit
    WHERE venue_id = v.venue_id
      AND arrived_at < v.exposing_until AND arrived_at > v.arrived_at - interval '24 hours'
      AND arrived_at < $6 AND arrived_at > $5
      AND left_at > v.arrived_at AND left_at > arrived_at
      AND NOT subject = ANY ($7::uuid[])
    OFFSET 0
  ) o`;

/**
 * Parameters of {@link overlapSql}; null where no index visit exposes anybody.
 * `positions` are those of the visits that do: a stay of no length meets nobody.
 */
export function overlapParameters(indexVisits: readonly IndexVisit[], subjects: readonly DaySubject[], airborneTailMs: number, timeZone: string) {
  const positions = [...indexVisits.keys()].filter((position) => isExposing(indexVisits[position]));
  const exposing = positions.flatMap((position) => indexVisits[position] ?? []);
  if (exposing.length === 0) return null;
  const until = exposing.map(({ leftAtMs }) => leftAtMs + airborneTailMs);
  // Bounds over all visits let the planner leave out whole days before it runs.
  const earliest = exposing.reduce((least, { arrivedAtMs }) => Math.min(least, arrivedAtMs), Number.POSITIVE_INFINITY);
  const latest = until.reduce((most, ms) => Math.max(most, ms), 0);
  const values = [
    exposing.map(({ venueId }) => venueId), exposing.map(({ arrivedAtMs }) => new Date(arrivedAtMs)), until.map((ms) => new Date(ms)),
    exposing.map(({ gateId }) => gateId), new Date(earliest - longestStayMs), new Date(latest), subjects.map(({ subject }) => subject), timeZone,
  ];
  return { positions, values };
}

function isExposing(visit: IndexVisit | undefined): boolean {
  return visit !== undefined && visit.leftAtMs > visit.arrivedAtMs;
}

/** Everybody's visits that overlap the index visits. The index person's own names of the traced days are left out; those of other days come back. */
export async function findOverlaps(
  database: Database, indexVisits: readonly IndexVisit[], subjects: readonly DaySubject[], airborneTailMs: number, timeZone: string,
): Promise<Overlap[]> {
  const parameters = overlapParameters(indexVisits, subjects, airborneTailMs, timeZone);
  if (parameters === null) return [];
  return database.transaction(async (transaction) => {
    await transaction.query(`DECLARE overlapping NO SCROLL CURSOR FOR ${overlapSql}`, parameters.values);
    const overlaps: Overlap[] = [];
    for (;;) {
      const rows = await transaction.query<{
        index_visit: number; visit_id: VisitId; subject: VisitPseudonym; day: Day; from_ms: number; to_ms: number; same_gate: boolean;
      }>(`FETCH ${fetchSize} FROM overlapping`, [], { deadlineMs: fetchDeadlineMs });
      for (const row of rows) {
        const indexVisit = parameters.positions[row.index_visit];
        if (indexVisit === undefined) throw new Error('an overlap with a visit that was not asked for');
        overlaps.push({
          indexVisit, visitId: row.visit_id, subject: row.subject, day: row.day, fromMs: row.from_ms, toMs: row.to_ms, sameGate: row.same_gate,
        });
      }
      if (rows.length < fetchSize) return overlaps;
    }
  });
}
