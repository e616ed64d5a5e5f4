import { releaseDisclosure, type DisclosureField, type DisclosureId, type ReleasedPeople, type TracePseudonym } from '@health-kit/api';
import { releaseRecordedDisclosure } from '@health-kit/api/vault';
import { officerHandler } from '../authority/handlers.ts';
import { findSignedInOfficer, type OfficerRecord } from '../authority/officers.ts';
import type { Queries } from '../database.ts';
import { personId, type PersonId } from '../identifiers.ts';
import { peopleOf, pseudonymOf } from '../keys/pseudonym.ts';
import { sealerFor } from '../keys/sealToPage.ts';
import { accessEvent, type AccessField } from '../ledger/accessEvent.ts';
import { appendPersonEvents } from '../ledger/ledger.ts';
import { findPerson, type OpenPerson } from '../people/people.ts';
import { refuse } from '../refusal.ts';
import { countSubjects } from '../stops/countSubjects.ts';
import { instant, recordEvent, type Vault } from '../vault.ts';
import { mayRelease } from './caps.ts';
import { take } from './disclosureState.ts';
import { findCase } from '../tracing/openCase.ts';
import { refusedAttempt, transactionWithRefusals } from './refusals.ts';
import { openGrant, readRequest } from './signedRequest.ts';
import { actorOf, factsOf, findDisclosure, lockCaps, type DisclosureRow } from './storedDisclosure.ts';
import { visibleFrom } from './visibleFrom.ts';

/** What a person's access log names for each field. */
const loggedFields: Readonly<Record<DisclosureField, readonly AccessField[]>> = { name: ['familyName', 'givenName'], phone: ['wholePhone'], document: ['documentType', 'documentNumber'] };

/**
 * The one way a clear name leaves the vault. Exactly the fields and people that two officers signed (one, for the half
 * hour of an emergency), to the session that asked, sealed to a key that its page made for this one answer. The entries
 * in the ledger and in each person's log are committed first; every repetition is counted and entered again.
 */
export const releaseDisclosureHandler = officerHandler(releaseRecordedDisclosure, releaseDisclosure, async (vault, call) => {
  const { officer, params: { disclosureId: id } } = call;
  const sealToPage = await sealerFor(call.body.publicKey);
  const now = vault.clock.now();
  const terms = vault.limits.disclosure;
  await countAsked(vault, id, officer);
  const { content, until, viewsLeft } = await transactionWithRefusals(vault, async (queries) => {
    await call.spend(queries);
    await lockCaps(queries);
    // Whoever was stopped while this waited for its turn opens nothing any more.
    if ((await findSignedInOfficer(queries, call.thumbprint, new Date(now))) === null) refuse('not-authorized');
    const attempt = { officer: officer.officerId, disclosure: id };
    const row = await findDisclosure(queries, id, true);
    if (row === null) return refusedAttempt(vault, queries, 'not-found', attempt);
    const taken = take(factsOf(row), 'release', actorOf(officer, call.thumbprint), now, terms);
    if (!taken.ok) return refusedAttempt(vault, queries, taken.refusal, attempt);
    const grant = row.sealed_grant === null ? null : openGrant(vault, id, row.sealed_grant);
    const request = readRequest(row);
    const granted = grant !== null && request !== null && grant.digest === row.digest.toString('base64url') && grant.session === call.thumbprint
      && grant.requestedBy === officer.officerId && now < grant.until && (grant.approvedBy !== null || row.emergency);
    if (!granted) return refusedAttempt(vault, queries, 'disclosure-refused', attempt);
    const found = await findCase(vault, queries, row.case_id);
    if (found?.open !== true) return refusedAttempt(vault, queries, 'disclosure-refused', attempt);

    const people = await presentSubjects(vault, queries, row, request.subjects);
    if (!(await mayRelease(vault, queries, officer.officerId, people.map(({ person }) => person)))) return refusedAttempt(vault, queries, 'too-many-requests', attempt);

    const view = taken.facts.views;
    await queries.query('INSERT INTO vault.disclosure_release (disclosure_id, view, released_at) VALUES ($1, $2, $3)', [id, view, new Date(now)]);
    await queries.query('UPDATE vault.disclosure SET views = $2 WHERE disclosure_id = $1', [id, view]);
    const visible = await visibleFrom(vault, queries, row.case_id, found.index, people.map(({ person }) => person));
    await recordEvent(vault, queries, 'disclosure-released', {
      disclosure: id, case: row.case_id, officer: officer.officerId, approver: grant.approvedBy, purpose: request.purpose, fields: request.fields, subjects: people.length, view,
    });
    const fields = request.fields.flatMap((field) => loggedFields[field]);
    await appendPersonEvents(vault, queries, people.map((subject) => {
      const waits = visible.get(subject.person);
      return accessEvent(vault, subject, { purpose: 'disclosure', officer, fields, caseId: row.case_id, ...(waits === undefined ? {} : { visibleFrom: waits }) });
    }));
    const released: ReleasedPeople = { disclosureId: id, people: people.map((subject) => particularsOf(vault, subject, request.fields)) };
    return { content: released, until: grant.until, viewsLeft: terms.mostViews - view };
  });
  // Committed: only now is anything sealed that could leave.
  return { sealed: await sealToPage(content), until: instant(until), viewsLeft };
});

/** Counts the people whom the officer is about to see, apart from the release, so that a refused one is counted too. */
async function countAsked(vault: Vault, id: DisclosureId, officer: OfficerRecord): Promise<void> {
  const row = await findDisclosure(vault.database, id);
  const request = row?.requested_by === officer.officerId ? readRequest(row) : null;
  if (request !== null) await countSubjects(vault, { officer, people: peopleOf(vault.keys.trace, request.subjects), kind: 'disclosure' });
}

/** The people of the signed request who still exist and still stand in the case, in its order. */
async function presentSubjects(vault: Vault, queries: Queries, row: DisclosureRow, subjects: readonly TracePseudonym[]): Promise<readonly OpenPerson[]> {
  const { rows } = await queries.query<{ person_id: string }>(
    'SELECT coalesce(contact_id, index_id) AS person_id FROM vault.disclosure_subject WHERE disclosure_id = $1', [row.disclosure_id],
  );
  const standing = new Set<PersonId>(rows.map(({ person_id }) => personId(person_id)));
  const people: OpenPerson[] = [];
  for (const person of peopleOf(vault.keys.trace, subjects)) {
    const found = standing.has(person) ? await findPerson(vault, queries, person) : null;
    if (found !== null) people.push(found);
  }
  return people;
}

function particularsOf(vault: Vault, { person, identity, provenAt }: OpenPerson, fields: readonly DisclosureField[]): ReleasedPeople['people'][number] {
  const { familyName, givenName, phone, documentType, documentNumber } = identity;
  return {
    subject: pseudonymOf(vault.keys.trace, person), identityProven: provenAt !== null,
    ...(fields.includes('name') ? { name: { familyName, givenName } } : {}),
    ...(fields.includes('phone') ? { phone } : {}),
    ...(fields.includes('document') ? { document: { type: documentType, number: documentNumber } } : {}),
  };
}
