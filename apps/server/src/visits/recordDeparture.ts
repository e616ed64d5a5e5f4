import type { VenueId, VisitId, VisitPseudonym } from '@health-kit/api';
import type { Database } from '../database.ts';

/** Stores when a visit ended, if it is the subject's own; false when there is none such. Repeating it changes nothing. */
export async function recordDeparture(database: Database, departure: {
  readonly venueId: VenueId; readonly arrivedAtMs: number; readonly leftAtMs: number; readonly visitId: VisitId; readonly subject: VisitPseudonym;
}): Promise<boolean> {
  const rows = await database.query<{ visit_id: string }>(
    `UPDATE visit.visit SET left_at = $5, left_assumed = false
     WHERE venue_id = $1 AND arrived_at = $2 AND visit_id = $3 AND subject = $4 RETURNING visit_id`,
    [departure.venueId, new Date(departure.arrivedAtMs), departure.visitId, departure.subject, new Date(departure.leftAtMs)],
  );
  return rows.length > 0;
}
