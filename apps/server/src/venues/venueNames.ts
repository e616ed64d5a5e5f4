import type { VenueId, VenueKind } from '@health-kit/api';
import type { Queryable } from '../database.ts';

/** Names and kinds of venues, for tracers; a venue that no longer takes part is missing. */
export async function venueNames(
  queries: Queryable, venueIds: readonly VenueId[],
): Promise<ReadonlyMap<VenueId, { readonly name: string; readonly kind: VenueKind }>> {
  if (venueIds.length === 0) return new Map();
  const rows = await queries.query<{ venue_id: VenueId; name: string; kind: VenueKind }>(
    'SELECT venue_id, name, kind FROM venue.venue WHERE venue_id = ANY($1::uuid[])', [venueIds],
  );
  return new Map(rows.map(({ venue_id, name, kind }) => [venue_id, { name, kind }]));
}
