import type { Day, TracePseudonym, VisitPseudonym } from '@health-kit/api';
import { resolveContacts } from '@health-kit/api/vault';
import { openHandler } from '../authority/handlers.ts';
import { uuidArray } from '../binaryArrays.ts';
import { firstRow, type Queries } from '../database.ts';
import { localDay, officerId, personId, type PersonId } from '../identifiers.ts';
import { peopleOf, pseudonymsOf } from '../keys/pseudonym.ts';
import { accessEvents, hiddenUntilNoticed } from '../ledger/accessEvent.ts';
import { appendPersonEvents } from '../ledger/ledger.ts';
import { holdDataKeys, openDataKeys } from '../people/dataKeys.ts';
import { refuse } from '../refusal.ts';
import { touchSubjects } from '../stops/countSubjects.ts';
import { nowOf, recordEvent, type Vault } from '../vault.ts';
import { findCase } from './openCase.ts';

/**
 * Turns the visit pseudonyms that a trace found into trace pseudonyms, and records who they are as contacts of the
 * case: orders can name nobody else. In batches of thousands: one inversion per day, a few statements in all.
 */
export const resolveContactsHandler = openHandler(resolveContacts, async (vault, { traceId, subjects }) => {
  const now = nowOf(vault);
  const trace = firstRow(await vault.database.query<{ case_id: string; officer_id: string; office: string; from_day: string; to_day: string; index_person: string }>(
    `SELECT t.case_id, t.officer_id, t.office, t.from_day::text, t.to_day::text, c.person_id AS index_person
     FROM vault.trace t JOIN vault.case_authority c USING (case_id) JOIN vault.officer o USING (officer_id)
     WHERE t.trace_id = $1 AND t.expires_at > $2 AND o.frozen_at IS NULL AND o.dismissed_at IS NULL`,
    [traceId, now],
  )) ?? refuse('not-authorized');
  if ((await findCase(vault, vault.database, trace.case_id))?.open !== true) refuse('not-authorized');
  // Whoever was there may have come the evening before the window, or after the midnight that ends it: a day of arrival on either side.
  const firstDay = vault.calendar.addDays(localDay(trace.from_day), -1);
  const lastDay = vault.calendar.addDays(localDay(trace.to_day), 1);
  if (subjects.some(({ day }) => day < firstDay || day > lastDay)) refuse('invalid-request');

  const found = await invert(vault, subjects);
  const absent = await absentPeople(vault.database, found.filter((person) => person !== null));
  const resolved = found.map((person) => (person === null || !absent.has(person) ? person : absent.get(person) ?? null));

  const people = [...new Set(resolved)].filter((person) => person !== null);
  const pseudonyms = new Map<PersonId, TracePseudonym>();
  pseudonymsOf(vault.keys.trace, people).forEach((pseudonym, index) => {
    const person = people[index];
    if (person !== undefined) pseudonyms.set(person, pseudonym);
  });

  const contacts = people.filter((person) => person !== trace.index_person);
  const tracer = officerId(trace.officer_id);
  const verdict = await touchSubjects(vault, { officer: { officerId: tracer }, people: contacts, kind: 'resolution' });
  // Nobody, all of them: whoever sent a name that no visit of the case has led to learns nothing about the others either.
  if (verdict === 'canary') return { contacts: subjects.map(() => null) };
  if (verdict === 'beyond-budget') refuse('too-many-requests');

  await vault.database.transaction(async (queries) => {
    // One batch of a case at a time: no two may find the same people new, or both find the case's last place free.
    await queries.query('SELECT case_id FROM vault.case_authority WHERE case_id = $1 FOR NO KEY UPDATE', [trace.case_id]);
    const added = await notYetContacts(queries, trace.case_id, contacts);
    await holdDataKeys(queries);
    // The database writes the contacts while the vault unwraps their keys: both take long, and neither needs the other.
    const [keys] = await Promise.all([
      openDataKeys(vault, queries, added, 'access-log'),
      queries.query(
        'INSERT INTO vault.case_contact (case_id, person_id, resolved_at) SELECT $1, person_id, $3 FROM unnest($2::uuid[]) AS found (person_id)',
        [trace.case_id, uuidArray(added), now],
      ),
    ]);
    await refuseBeyondCase(vault, queries, trace.case_id);
    await recordEvent(vault, queries, 'contacts-resolved', { case: trace.case_id, officer: tracer, asked: subjects.length, found: contacts.length, added: added.length });
    const officer = { officerId: tracer, office: trace.office };
    // Contacts see that they were found when they are told.
    const visibleFrom = hiddenUntilNoticed(vault);
    await appendPersonEvents(vault, queries, accessEvents(vault, added, { purpose: 'exposure-notice', officer, fields: ['visits'], visibleFrom, caseId: trace.case_id }), keys);
  });
  return { contacts: resolved.map((person) => (person === null ? null : pseudonyms.get(person) ?? null)) };
});

/** Those of the people who are no contacts of the case yet, in the order of the index that they are written to. */
async function notYetContacts(queries: Queries, caseId: string, people: readonly PersonId[]): Promise<readonly PersonId[]> {
  const { rows } = await queries.query<{ person_id: string }>(
    `SELECT found.person_id FROM unnest($2::uuid[]) AS found (person_id)
     WHERE NOT EXISTS (SELECT FROM vault.case_contact c WHERE c.case_id = $1 AND c.person_id = found.person_id) ORDER BY found.person_id`,
    [caseId, uuidArray(people)],
  );
  return rows.map((row) => personId(row.person_id));
}

/** A case has no more contacts than a city's busiest case: whoever resolves on and on is not tracing. */
async function refuseBeyondCase(vault: Vault, queries: Queries, caseId: string): Promise<void> {
  const all = firstRow(await queries.query<{ count: number }>('SELECT count(*)::int AS count FROM vault.case_contact WHERE case_id = $1', [caseId]));
  if (all === null || all.count > vault.limits.contactsPerCase) refuse('too-many-requests');
}

/** The people behind daily pseudonyms, in order; null for a day whose key is gone. */
async function invert(vault: Vault, subjects: readonly { readonly day: Day; readonly subject: VisitPseudonym }[]): Promise<(PersonId | null)[]> {
  const byDay = new Map<Day, number[]>();
  subjects.forEach(({ day }, index) => {
    const indexes = byDay.get(day);
    if (indexes === undefined) byDay.set(day, [index]);
    else indexes.push(index);
  });
  const people = new Array<PersonId | null>(subjects.length).fill(null);
  for (const [day, indexes] of byDay) {
    const key = await vault.keys.visit(day);
    if (key === null) continue;
    const inverted = peopleOf(key, indexes.flatMap((index) => subjects[index]?.subject ?? []));
    inverted.forEach((person, position) => {
      const index = indexes[position];
      if (index !== undefined) people[index] = person;
    });
  }
  return people;
}

/** Those of the identifiers that are no people now, each with whose erased account it is, or null. Of thousands they are few. */
async function absentPeople(queries: Queries, people: readonly PersonId[]): Promise<ReadonlyMap<PersonId, PersonId | null>> {
  const { rows } = await queries.query<{ asked: string; person_id: string | null }>(
    `SELECT asked.person_id AS asked, former.person_id FROM unnest($1::uuid[]) AS asked (person_id)
       LEFT JOIN vault.person USING (person_id) LEFT JOIN vault.former_person former ON former.former_id = asked.person_id
     WHERE person.person_id IS NULL`,
    [uuidArray([...new Set(people)])],
  );
  return new Map(rows.map((row) => [personId(row.asked), row.person_id === null ? null : personId(row.person_id)]));
}
