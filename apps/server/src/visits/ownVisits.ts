import type { VenueId, VisitId, VisitPseudonym } from '@health-kit/api';
import type { Queryable } from '../database.ts';

export interface OwnVisit {
  readonly visitId: VisitId;
  readonly venueId: VenueId;
  readonly arrivedAt: Date;
  readonly leftAt: Date;
  readonly leftAssumed: boolean;
  readonly source: 'resident' | 'gate';
}
/** A day of the person who asks, under that day's pseudonym. */
export interface OwnDay {
  readonly subject: VisitPseudonym;
  /** First instant of the day and of the next. */
  readonly from: Date;
  readonly to: Date;
}

/** The visits of the days, newest first. The days are the vault's, given for the person's own request and kept nowhere. */
export async function readOwnVisits(queries: Queryable, days: readonly OwnDay[]): Promise<OwnVisit[]> {
  const rows = await queries.query<{ visit_id: VisitId; venue_id: VenueId; arrived_at: Date; left_at: Date; left_assumed: boolean; source: OwnVisit['source'] }>(
    `SELECT v.visit_id, v.venue_id, v.arrived_at, v.left_at, v.left_assumed, v.source
     FROM unnest($1::uuid[], $2::timestamptz[], $3::timestamptz[]) AS day (subject, starts_at, ends_at)
     JOIN visit.visit v ON v.subject = day.subject AND v.arrived_at >= day.starts_at AND v.arrived_at < day.ends_at
     ORDER BY v.arrived_at DESC, v.visit_id`,
    [days.map(({ subject }) => subject), days.map(({ from }) => from), days.map(({ to }) => to)],
  );
  return rows.map((row) => ({
    visitId: row.visit_id, venueId: row.venue_id, arrivedAt: row.arrived_at, leftAt: row.left_at, leftAssumed: row.left_assumed, source: row.source,
  }));
}
