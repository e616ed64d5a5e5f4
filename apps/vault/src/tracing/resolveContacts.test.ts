import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { VisitPseudonym } from '@health-kit/api';
import { beginTrace, registerCase, resolveContacts } from '@health-kit/api/vault';
import { identity, startCity, startMs, type City } from '../../test/city.ts';
import { localDay, personId, resultId, type PersonId } from '../identifiers.ts';
import { pseudonymsOf } from '../keys/pseudonym.ts';
import type { Identity } from '../people/normaliseIdentity.ts';
import { storePerson } from '../people/people.ts';
import { randomUuid } from '../randomness.ts';

const today = localDay('2026-11-23');
const many = 10_000;

let city: City;
before(async () => {
  city = await startCity();
});
after(() => city.close());

test('ten thousand contacts are resolved in one request, each with an entry in their own access log', async (context) => {
  const index = await city.register(identity(1));
  await city.prove(index);
  const { caseId } = (await city.ask(registerCase, { resultId: resultId(await city.result(index, 'positive')) })).content;

  const people: PersonId[] = [];
  for (let number = 0; number < many; number += 1) people.push(personId(randomUuid(city.vault.random)));
  const particulars: Identity = { ...identity(2), familyName: 'Ouyang', givenName: 'Nana' };
  await city.vault.database.transaction(async (queries) => {
    for (const person of people) await storePerson(city.vault, queries, person, particulars, new Date(startMs));
  });
  const key = await city.vault.keys.visit(today);
  assert.ok(key !== null);
  const subjects: { day: typeof today; subject: VisitPseudonym }[] = pseudonymsOf(key, people).map((subject) => ({ day: today, subject }));

  const tracer = await city.officer('Tracer', ['tracer']);
  const { traceId } = (await tracer.call(beginTrace, 'POST', `/v1/cases/${caseId}/trace`, {
    from: new Date(startMs - 86_400_000).toISOString(), to: new Date(startMs).toISOString(), reason: 'a positive result',
  })).content;
  const elapsed: number[] = [];
  for (const request of ['first', 'again']) {
    const begun = performance.now();
    const { contacts } = (await city.ask(resolveContacts, { traceId, subjects })).content;
    elapsed.push(performance.now() - begun);
    assert.equal(new Set(contacts).size, many, request);
    assert.ok(!contacts.includes(null));
  }
  context.diagnostic(`first ${elapsed[0]?.toFixed(0)} ms, again ${elapsed[1]?.toFixed(0)} ms`);
  const [stored] = await city.database.sql<{ contacts: number; entries: number }>(
    `SELECT (SELECT count(*) FROM vault.case_contact)::int AS contacts,
       (SELECT count(DISTINCT commitment) FROM vault.case_contact JOIN vault.access_entry USING (case_id, person_id) JOIN ledger.leaf USING (seq))::int AS entries`,
  );
  assert.deepEqual(stored, { contacts: many, entries: many }, 'once each, however often they are resolved');
});
