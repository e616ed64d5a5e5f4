import type { VenueId } from '@health-kit/api';
import type { Queryable } from '../database.ts';

/** Milliseconds that a visit to this venue is taken to last; null where there is no such venue. */
export async function usualStayMsOf(queries: Queryable, venueId: VenueId): Promise<number | null> {
  const [row] = await queries.query<{ usual_stay_minutes: number }>('SELECT usual_stay_minutes FROM venue.venue WHERE venue_id = $1', [venueId]);
  return row === undefined ? null : row.usual_stay_minutes * 60_000;
}
