import type { DiseaseProfile } from './diseaseProfile.ts';
import { MINUTE_MS } from './durations.ts';
import type { VenueKind } from './venueKinds.ts';
import { usualStayMinutes } from './venueKinds.ts';

/**
 * A stay at a venue as the half-open span [arrivedAt, leftAt), epoch ms. Half-open, so that who leaves at
 * the very moment another arrives did not meet them, and a stay of zero length (left at the moment of
 * arrival) or one that ends before it began meets nobody.
 */
export interface Stay {
  readonly arrivedAt: number;
  readonly leftAt: number;
}

/** The time two stays have in common, or null where that has no positive length. */
export function intersectStays(a: Stay, b: Stay): Stay | null {
  const arrivedAt = Math.max(a.arrivedAt, b.arrivedAt);
  const leftAt = Math.min(a.leftAt, b.leftAt);
  return arrivedAt < leftAt ? { arrivedAt, leftAt } : null;
}

/** Minutes, with fractions, that two stays have in common; 0 where they do not meet. */
export function overlapMinutes(a: Stay, b: Stay): number {
  const shared = intersectStays(a, b);
  return shared === null ? 0 : (shared.leftAt - shared.arrivedAt) / MINUTE_MS;
}

/**
 * A visit's stay, with a missing check-out filled by the usual stay at that kind of venue.
 */
export function fillStay(visit: { readonly arrivedAt: number; readonly leftAt: number | null }, kind: VenueKind): Stay {
  return {
    arrivedAt: visit.arrivedAt,
    leftAt: visit.leftAt ?? visit.arrivedAt + usualStayMinutes(kind) * MINUTE_MS,
  };
}

/**
 * The span in which a case's stay exposes others: the stay, and after it the time for which the profile
 * says the air still does. A stay of zero length exposes nobody.
 */
export function exposingStay(stay: Stay, profile: DiseaseProfile): Stay {
  if (stay.arrivedAt >= stay.leftAt) return stay;
  return { arrivedAt: stay.arrivedAt, leftAt: stay.leftAt + profile.closeContact.airborneTailMinutes * MINUTE_MS };
}
