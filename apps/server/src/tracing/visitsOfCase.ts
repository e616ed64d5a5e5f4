import type { CaseId, ResponseOf, VenueId, listCaseVisits } from '@health-kit/api';
import type { Queryable } from '../database.ts';
import { venueNames } from '../venues/index.ts';

type CaseVisit = ResponseOf<typeof listCaseVisits>['visits'][number];

/** The index person's visits as the last trace found them, in order of time. */
export async function readCaseVisits(database: Queryable, caseId: CaseId): Promise<CaseVisit[]> {
  const rows = await database.query<{ venue_id: VenueId; arrived_at: Date; left_at: Date; left_assumed: boolean; contacts: number }>(
    'SELECT venue_id, arrived_at, left_at, left_assumed, contacts FROM trace.index_visit WHERE case_id = $1 ORDER BY arrived_at, visit_id', [caseId],
  );
  const venues = await venueNames(database, [...new Set(rows.map(({ venue_id }) => venue_id))]);
  return rows.map((row) => ({
    venueId: row.venue_id, venueName: venues.get(row.venue_id)?.name ?? '', venueKind: venues.get(row.venue_id)?.kind ?? 'other',
    arrivedAt: row.arrived_at.toISOString(), leftAt: row.left_at.toISOString(), leftAssumed: row.left_assumed, contacts: row.contacts,
  }));
}
