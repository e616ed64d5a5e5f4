import type { TimeWindow } from './infectiousWindow.ts';
import { intersectStays } from './overlap.ts';
import type { Stay } from './overlap.ts';

/** A visit as the reference sees it: person and venue by any identifiers that compare with `===`. */
export interface ReferenceVisit extends Stay {
  readonly person: string;
  readonly venue: string;
}

/** The shared time of one visit of the index person and one visit of a contact. */
export interface ContactOverlap extends Stay {
  readonly venue: string;
  readonly indexVisit: ReferenceVisit;
  readonly contactVisit: ReferenceVisit;
}

/**
 * The reference that the tracing engine's SQL is measured against: every visit compared with every other.
 *
 * Index visits are those of the index person that *begin* in the window [from, to). A contact is any other
 * person with a visit at the same venue whose half-open stay shares a positive length with the index
 * visit's, however long before the window the contact arrived. Each pair of visits is reported once.
 *
 * `airborneTailMs` (default 0) prolongs each index visit of positive length, for profiles whose air stays
 * infectious.
 *
 * @returns contacts to their overlaps; overlaps sorted by start, end, venue, then by the arrival of the index
 * visit and of the contact's. Visits given twice count twice: the input is a list of visits, not of scans.
 */
export function bruteForceContacts(
  visits: readonly ReferenceVisit[],
  indexPerson: string,
  window: TimeWindow,
  airborneTailMs = 0,
): Map<string, ContactOverlap[]> {
  const contacts = new Map<string, ContactOverlap[]>();
  for (const indexVisit of visits) {
    if (indexVisit.person !== indexPerson) continue;
    if (indexVisit.arrivedAt < window.from || indexVisit.arrivedAt >= window.to) continue;
    if (indexVisit.arrivedAt >= indexVisit.leftAt) continue;
    const exposing = { arrivedAt: indexVisit.arrivedAt, leftAt: indexVisit.leftAt + airborneTailMs };
    for (const contactVisit of visits) {
      if (contactVisit.person === indexPerson || contactVisit.venue !== indexVisit.venue) continue;
      const shared = intersectStays(exposing, contactVisit);
      if (shared === null) continue;
      const overlaps = contacts.get(contactVisit.person) ?? [];
      overlaps.push({ ...shared, venue: indexVisit.venue, indexVisit, contactVisit });
      contacts.set(contactVisit.person, overlaps);
    }
  }
  for (const overlaps of contacts.values()) overlaps.sort(compareOverlaps);
  return contacts;
}

function compareOverlaps(a: ContactOverlap, b: ContactOverlap): number {
  return (
    a.arrivedAt - b.arrivedAt ||
    a.leftAt - b.leftAt ||
    (a.venue < b.venue ? -1 : a.venue > b.venue ? 1 : 0) ||
    a.indexVisit.arrivedAt - b.indexVisit.arrivedAt ||
    a.contactVisit.arrivedAt - b.contactVisit.arrivedAt
  );
}
