/** The app's addresses under /gate. */
export const routes = {
  start: '/',
  scan: '/scan',
  enrol: '/enrol',
  gate: '/this-gate',
  venues: '/venues',
  registerVenue: '/venues/new',
  venue: '/venues/:venueId',
} as const;

/** The address of a venue's page. */
export function venueRoute(venueId: string): string {
  return routes.venue.replace(':venueId', venueId);
}
