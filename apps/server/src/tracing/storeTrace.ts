import type { CaseId } from '@health-kit/api';
import type { TimeWindow } from '@health-kit/policy';
import type { Database, Queryable } from '../database.ts';
import type { IndexVisit } from './findOverlaps.ts';
import type { ScoredContact } from './scoreContacts.ts';

/** Rows of one statement. */
const chunkSize = 5_000;
/** Longest that one statement of a large trace may take, ms. */
const deadlineMs = 60_000;

/**
 * Stores what a trace found in one transaction, in place of what an earlier
 * one of the case found. Contacts on whom a proposal hangs stay, found again
 * or not, and with them what they were found by.
 */
export async function storeTrace(
  database: Database,
  trace: { readonly caseId: CaseId; readonly window: TimeWindow; readonly indexVisits: readonly IndexVisit[]; readonly contacts: readonly ScoredContact[] },
  nowMs: number,
): Promise<void> {
  const { caseId, window, indexVisits, contacts } = trace;
  await database.transaction(async (transaction) => {
    // Proposals and other traces of the case wait here.
    await transaction.query('SELECT case_id FROM trace.case_file WHERE case_id = $1 FOR UPDATE', [caseId], { deadlineMs });
    await clearEarlierTrace(transaction, trace);
    for (const chunk of chunks(contacts)) await insertContacts(transaction, caseId, chunk, nowMs);
    const exposures = contacts.flatMap(({ contact, overlaps }) => overlaps.map((overlap) => ({ contact, ...overlap })));
    for (const chunk of chunks(exposures)) {
      const at = (position: number) => {
        const visit = indexVisits[position];
        if (visit === undefined) throw new Error('an exposure without its index visit');
        return visit;
      };
      await transaction.query(
        `INSERT INTO trace.exposure (case_id, contact, venue_id, index_visit_id, visit_id, overlap_from, overlap_to)
         SELECT $1, found.* FROM unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::uuid[], $6::timestamptz[], $7::timestamptz[]) AS found
         ON CONFLICT DO NOTHING`,
        [caseId, chunk.map(({ contact }) => contact), chunk.map(({ indexVisit }) => at(indexVisit).venueId), chunk.map(({ indexVisit }) => at(indexVisit).visitId),
          chunk.map(({ visitId }) => visitId), chunk.map(({ fromMs }) => new Date(fromMs)), chunk.map(({ toMs }) => new Date(toMs))],
        { deadlineMs },
      );
    }
    await insertIndexVisits(transaction, caseId, indexVisits, contacts);
    await transaction.query('UPDATE trace.case_file SET traced_at = $2, window_from = $3, window_to = $4 WHERE case_id = $1',
      [caseId, new Date(nowMs), new Date(window.from), new Date(window.to)]);
  });
}

async function clearEarlierTrace(transaction: Queryable, { caseId, contacts }: { readonly caseId: CaseId; readonly contacts: readonly ScoredContact[] }): Promise<void> {
  const kept = await transaction.query<{ contact: string }>('SELECT DISTINCT contact FROM trace.order_proposal_contact WHERE case_id = $1', [caseId]);
  const keptContacts = new Set(kept.map(({ contact }) => contact));
  const foundAgain = contacts.filter(({ contact }) => keptContacts.has(contact)).map(({ contact }) => contact);
  await transaction.query('DELETE FROM trace.exposure WHERE case_id = $1 AND (contact = ANY($2::uuid[]) OR NOT contact = ANY($3::uuid[]))',
    [caseId, foundAgain, [...keptContacts]], { deadlineMs });
  await transaction.query('DELETE FROM trace.contact WHERE case_id = $1 AND NOT contact = ANY($2::uuid[])', [caseId, [...keptContacts]], { deadlineMs });
  await transaction.query('DELETE FROM trace.index_visit WHERE case_id = $1', [caseId]);
}

async function insertContacts(transaction: Queryable, caseId: CaseId, contacts: readonly ScoredContact[], nowMs: number): Promise<void> {
  await transaction.query(
    `INSERT INTO trace.contact (case_id, contact, score, contact_class, overlap_minutes, terms, found_at)
     SELECT $1, found.contact, found.score, found.contact_class, found.overlap_minutes, found.terms, $7
     FROM unnest($2::uuid[], $3::integer[], $4::text[], $5::integer[], $6::jsonb[]) AS found(contact, score, contact_class, overlap_minutes, terms)
     ON CONFLICT (case_id, contact) DO UPDATE SET score = excluded.score, contact_class = excluded.contact_class,
       overlap_minutes = excluded.overlap_minutes, terms = excluded.terms`,
    [caseId, contacts.map(({ contact }) => contact), contacts.map(({ score }) => score.score), contacts.map(({ score }) => score.contactClass),
      contacts.map(({ overlapMinutes }) => overlapMinutes),
      contacts.map(({ score }) => JSON.stringify(score.terms.map(({ term, points }) => ({ term, points })))), new Date(nowMs)],
    { deadlineMs },
  );
}

async function insertIndexVisits(transaction: Queryable, caseId: CaseId, visits: readonly IndexVisit[], contacts: readonly ScoredContact[]): Promise<void> {
  const contactsAt = new Array<number>(visits.length).fill(0);
  for (const { overlaps } of contacts) {
    for (const position of new Set(overlaps.map(({ indexVisit }) => indexVisit))) contactsAt[position] = (contactsAt[position] ?? 0) + 1;
  }
  await transaction.query(
    `INSERT INTO trace.index_visit (case_id, venue_id, arrived_at, left_at, left_assumed, visit_id, contacts)
     SELECT $1, visited.* FROM unnest($2::uuid[], $3::timestamptz[], $4::timestamptz[], $5::boolean[], $6::uuid[], $7::integer[]) AS visited
     ON CONFLICT DO NOTHING`,
    [caseId, visits.map(({ venueId }) => venueId), visits.map(({ arrivedAtMs }) => new Date(arrivedAtMs)), visits.map(({ leftAtMs }) => new Date(leftAtMs)),
      visits.map(({ leftAssumed }) => leftAssumed), visits.map(({ visitId }) => visitId), contactsAt],
  );
}

function* chunks<T>(items: readonly T[]): Generator<readonly T[]> {
  for (let start = 0; start < items.length; start += chunkSize) yield items.slice(start, start + chunkSize);
}
