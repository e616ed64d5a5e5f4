import { TracePseudonym, type CaseId, type Day, type ResponseOf, type VenueId, type listContacts } from '@health-kit/api';
import { PROPOSAL_TERM_MS, type ContactClass } from '@health-kit/policy';
import { Type, type Static } from 'typebox';
import { Value } from 'typebox/value';
import type { Queryable } from '../database.ts';
import { venueNames } from '../venues/index.ts';

type Contact = ResponseOf<typeof listContacts>['contacts'][number];
const Terms = Type.Array(Type.Object({ term: Type.String(), points: Type.Number() }));

/** Where a page ends: contacts are ordered by score, highest first, then by pseudonym. */
export interface ContactKey { readonly score: number; readonly contact: TracePseudonym }

export function writeContactKey({ score, contact }: ContactKey): string {
  return `${score}.${contact}`;
}
/** Reads what {@link writeContactKey} wrote; null for anything else. */
export function readContactKey(text: string): ContactKey | null {
  const match = /^(\d{1,3})\.(.+)$/.exec(text);
  const contact = match?.[2];
  return match === null || !Value.Check(TracePseudonym, contact) ? null : { score: Number(match[1]), contact };
}

/** A page of a case's contacts. */
export async function readContacts(
  database: Queryable, caseId: CaseId, after: ContactKey | null, limit: number, nowMs: number,
): Promise<{ contacts: Contact[]; next: string | null }> {
  const found = await database.query<{
    contact: TracePseudonym; score: number; contact_class: ContactClass; overlap_minutes: number; terms: unknown; order_state: Contact['order'];
  }>(
    `SELECT t.contact, t.score, t.contact_class, t.overlap_minutes, t.terms,
       (SELECT o.state FROM trace.order_proposal_contact pc JOIN trace.order_proposal p ON p.proposal_id = pc.proposal_id,
          LATERAL (SELECT CASE WHEN p.state = 'approved' AND pc.ordered IS NOT TRUE THEN 'not-ordered'
                       WHEN p.state = 'proposed' AND p.proposed_at <= $5 THEN 'expired' ELSE p.state END AS state) o
        WHERE pc.case_id = t.case_id AND pc.contact = t.contact
        -- An order that stands says more than a proposal that still waits, led nowhere, was left lying or was refused.
        ORDER BY array_position(ARRAY['approved', 'proposed', 'not-ordered', 'expired', 'refused'], o.state) LIMIT 1) AS order_state
     FROM trace.contact t
     WHERE t.case_id = $1 AND ($2::integer IS NULL OR t.score < $2 OR (t.score = $2 AND t.contact > $3::uuid))
     ORDER BY t.score DESC, t.contact LIMIT $4`,
    [caseId, after?.score ?? null, after?.contact ?? null, limit + 1, new Date(nowMs - PROPOSAL_TERM_MS)],
  );
  const page = found.slice(0, limit);
  const exposures = await database.query<{ contact: TracePseudonym; venue_id: VenueId; overlap_from: Date; overlap_to: Date }>(
    `SELECT contact, venue_id, overlap_from, overlap_to FROM trace.exposure
     WHERE case_id = $1 AND contact = ANY($2::uuid[]) ORDER BY contact, overlap_from, overlap_to, venue_id`,
    [caseId, page.map(({ contact }) => contact)],
  );
  const venues = await venueNames(database, [...new Set(exposures.map(({ venue_id }) => venue_id))]);
  const byContact = Map.groupBy(exposures, ({ contact }) => contact);
  const last = page.at(-1);
  return {
    contacts: page.map((row) => ({
      contact: row.contact, score: row.score, contactClass: row.contact_class, overlapMinutes: row.overlap_minutes, terms: readTerms(row.terms),
      exposures: (byContact.get(row.contact) ?? []).map(({ venue_id, overlap_from, overlap_to }) => ({
        venueId: venue_id, venueName: venues.get(venue_id)?.name ?? '', from: overlap_from.toISOString(), to: overlap_to.toISOString(),
      })),
      order: row.order_state,
    })),
    next: found.length > limit && last !== undefined ? writeContactKey(last) : null,
  };
}

function readTerms(value: unknown): Static<typeof Terms> {
  if (!Value.Check(Terms, value)) throw new Error('the terms of a score have an unknown shape');
  return value;
}

/** A contact's class, and the local days on which it was exposed. */
export interface ContactDays { readonly contact: TracePseudonym; readonly contactClass: ContactClass; readonly days: readonly Day[] }

/** On which days which of these contacts of a case were exposed: all that an exposure notice is made from. */
export async function readContactDays(database: Queryable, caseId: CaseId, contacts: readonly TracePseudonym[], timeZone: string): Promise<ContactDays[]> {
  const rows = await database.query<{ contact: TracePseudonym; contact_class: ContactClass; days: Day[] }>(
    `SELECT t.contact, t.contact_class,
       array(SELECT DISTINCT to_char(e.overlap_from AT TIME ZONE $3, 'YYYY-MM-DD') AS day FROM trace.exposure e
             WHERE e.case_id = t.case_id AND e.contact = t.contact ORDER BY day) AS days
     FROM trace.contact t WHERE t.case_id = $1 AND t.contact = ANY($2::uuid[])`,
    [caseId, contacts, timeZone],
  );
  return rows.map((row) => ({ contact: row.contact, contactClass: row.contact_class, days: row.days }));
}
