import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { beginOfficerSignIn, beginTrace, finishOfficerSignIn, presentPassAtDesk, presentPassForSpecimen, proveIdentityAtDesk, registerCase, resolveContacts } from '@health-kit/api/vault';
import { calculateJwkThumbprint, exportJWK } from 'jose';
import { identity, startCity, startMs, type City, type Officer, type Resident } from '../../test/city.ts';
import { officerId, personId, resultId, visitPseudonym } from '../identifiers.ts';
import { pseudonymOf } from '../keys/pseudonym.ts';
import { addCanary } from './canaries.ts';
import { countSubjects } from './countSubjects.ts';

const narrow = { perMinute: 3, perHour: 5, perDay: 8, everybodyPerMinute: 4 };
const wide = { perMinute: 1000, perHour: 1000, perDay: 1000, everybodyPerMinute: 1000 };

let city: City;
let residents: Resident[];
before(async () => {
  // Narrow at the desk alone: everything else is as delivered.
  city = await startCity({ limits: { subjects: { desk: narrow } } });
  residents = [];
  for (let number = 1; number <= 9; number += 1) residents.push(await city.register(identity(number)));
});
after(() => city.close());

const resident = (index: number): Resident => residents[index] ?? assert.fail('no such resident');
const present = async (officer: Officer, index: number) => (await officer.call(presentPassAtDesk, 'POST', '/v1/desk/presentations', { pass: await resident(index).showPass() })).refusal;
const personOf = async (who: Resident) => {
  const [row] = await city.database.sql<{ person_id: string }>('SELECT person_id FROM vault.device WHERE thumbprint = $1', [await thumbprintOf(who)]);
  return personId(row?.person_id ?? '');
};
const thumbprintOf = async (who: Resident | Officer) => {
  return calculateJwkThumbprint(await exportJWK(who.keys.publicKey), 'sha256');
};
const alarms = () => city.database.sql<{ kind: string; officer_id: string | null; occurrences: number }>('SELECT kind, officer_id, occurrences FROM vault.alarm ORDER BY raised_at, kind');
const frozen = async (officer: Officer) => (await city.database.sql('SELECT FROM vault.officer WHERE officer_id = $1 AND frozen_at IS NOT NULL', [officer.officerId])).length === 1;
const minutes = (count: number) => city.clock.set(city.clock.now() + count * 60_000);
/** What others of the same minute have touched is over. */
const quietly = () => minutes(2);

test('people are counted, not requests: the same person again is no further one', async () => {
  const officer = await city.officer('Patient', ['registrar']);
  for (let again = 0; again < 6; again += 1) assert.equal(await present(officer, 0), null);
  for (const index of [1, 2]) assert.equal(await present(officer, index), null);
  assert.equal(await present(officer, 3), 'too-many-requests');
  assert.equal(await frozen(officer), false, 'too fast is not too many');
});

test('a minute later the minute is free again', async () => {
  quietly();
  const officer = await city.officer('Fast', ['registrar']);
  for (const index of [0, 1, 2]) assert.equal(await present(officer, index), null);
  assert.equal(await present(officer, 3), 'too-many-requests');
  minutes(1.1);
  assert.equal(await present(officer, 4), null);
});

test('a loop that goes on against the refusals comes to the budget of the hour, which freezes the account, ends its sessions and raises an alarm', async () => {
  quietly();
  const officer = await city.officer('Loop', ['registrar']);
  const answers: (string | null)[] = [];
  for (let index = 0; index < 6; index += 1) answers.push(await present(officer, index));
  assert.deepEqual(answers, [null, null, null, 'too-many-requests', 'too-many-requests', 'too-many-requests']);
  assert.equal(await frozen(officer), true);
  assert.equal(await present(officer, 0), 'not-authorized', 'the session is over');
  const thumbprint = await thumbprintOf(officer);
  assert.equal((await city.database.sql('SELECT FROM vault.revoked_key WHERE thumbprint = $1 AND until > $2', [thumbprint, new Date(city.clock.now())])).length, 1, 'servers are told of its key');

  const session = await city.stranger();
  const { options } = (await session.call(beginOfficerSignIn, 'POST', '/v1/staff/sign-in/options', {})).content;
  const again = await session.call(finishOfficerSignIn, 'POST', '/v1/staff/sign-in', { assertion: officer.authenticator.get(options) });
  assert.equal(again.refusal, 'account-stopped', 'and the passkey opens no other');
  assert.deepEqual((await alarms()).filter(({ officer_id }) => officer_id === officer.officerId), [{ kind: 'officer-budget', officer_id: officer.officerId, occurrences: 1 }]);
});

test('all officers together have a budget, which stops and raises an alarm, and freezes nobody', async () => {
  quietly();
  const [one, two] = [await city.officer('One', ['registrar']), await city.officer('Two', ['registrar'])];
  for (const index of [0, 1]) assert.equal(await present(one, index), null);
  for (const index of [2, 3]) assert.equal(await present(two, index), null);
  assert.equal(await present(two, 4), 'too-many-requests');
  assert.deepEqual([await frozen(one), await frozen(two)], [false, false]);
  assert.ok((await alarms()).some(({ kind, officer_id }) => kind === 'everybody-budget' && officer_id === null));
});

test('two requests at once do not both take the last one that is free', async () => {
  quietly();
  const officer = await city.officer('Double', ['registrar']);
  const answers = await Promise.all([0, 1, 2, 3, 4].map((index) => present(officer, index)));
  assert.equal(answers.filter((answer) => answer === null).length, 3);
});

test('a canary at the desk or at sampling is answered as nobody, and the account is frozen in the same moment', async () => {
  quietly();
  const canary = await city.register(identity(40));
  await city.prove(canary);
  await addCanary(city.vault, city.vault.database, { person: await personOf(canary), visits: false, reference: null });
  const registrar = await city.officer('Curious registrar', ['registrar']);
  const sampler = await city.officer('Curious sampler', ['sampler']);
  const pass = await canary.showPass();
  const specimen = (code: string) => sampler.call(presentPassForSpecimen, 'POST', '/v1/specimens', { pass: code, barcode: 'CANARY-1', collectedAt: new Date(startMs).toISOString() });
  const nobody = `HK1:${'A'.repeat(800)}`;
  assert.equal((await registrar.call(presentPassAtDesk, 'POST', '/v1/desk/presentations', { pass: nobody })).refusal, 'pass-refused');
  assert.equal((await registrar.call(presentPassAtDesk, 'POST', '/v1/desk/presentations', { pass })).refusal, 'pass-refused');
  assert.equal((await specimen(nobody)).refusal, 'pass-refused');
  assert.equal((await specimen(pass)).refusal, 'pass-refused');
  assert.deepEqual([await frozen(registrar), await frozen(sampler)], [true, true]);
  assert.equal((await alarms()).filter(({ kind }) => kind === 'canary-touched').length, 2);
});

test("whoever proves an identity with a canary's document is answered as for any document that does not agree", async () => {
  quietly();
  const canary = identity(41);
  const account = await city.register(canary);
  await city.prove(account);
  await addCanary(city.vault, city.vault.database, { person: await personOf(account), visits: false, reference: null });
  const registrar = await city.officer('Accomplice', ['registrar']);
  const { presentationId } = (await registrar.call(presentPassAtDesk, 'POST', '/v1/desk/presentations', { pass: await resident(0).showPass() })).content;
  const sealed = await city.seal({ familyName: canary.familyName, givenName: canary.givenName, documentType: canary.documentType, documentNumber: canary.documentNumber });
  const answer = await registrar.call(proveIdentityAtDesk, 'POST', '/v1/desk/identity-proofs', { presentationId, sealed });
  assert.equal(answer.refusal, 'document-mismatch');
  assert.equal(await frozen(registrar), true);
});

test("a name that no visit of the case has led to ends the trace when it is a canary's: nobody is answered, and the tracer is frozen", async () => {
  quietly();
  const index = await city.register(identity(50));
  await city.prove(index);
  const { caseId } = (await city.ask(registerCase, { resultId: resultId(await city.result(index, 'positive')) })).content;
  const tracer = await city.officer('Tracer', ['tracer']);
  const now = city.clock.now();
  const { traceId } = (await tracer.call(beginTrace, 'POST', `/v1/cases/${caseId}/trace`, { from: new Date(now - 3_600_000).toISOString(), to: new Date(now).toISOString(), reason: 'a positive result' })).content;
  const canary = await city.register(identity(51));
  await addCanary(city.vault, city.vault.database, { person: await personOf(canary), visits: false, reference: null });

  const day = city.vault.calendar.dayOf(now);
  const key = (await city.vault.keys.visit(day)) ?? assert.fail('no key');
  const nameOf = async (who: Resident) => ({ day, subject: pseudonymOf(key, await personOf(who)) });
  const contact = await nameOf(resident(0));
  const stolen = await nameOf(canary);
  const nobodys = { day, subject: visitPseudonym('00000000-0000-4000-8000-000000000000') };
  const [before] = (await city.ask(resolveContacts, { traceId, subjects: [contact, nobodys] })).content.contacts;
  assert.ok(before !== null, 'the control: a contact is resolved');
  assert.deepEqual((await city.ask(resolveContacts, { traceId, subjects: [contact, stolen] })).content, { contacts: [null, null] });
  assert.equal(await frozen(tracer), true);
  assert.equal((await city.ask(resolveContacts, { traceId, subjects: [contact] })).refusal, 'not-authorized', 'the trace ended with its officer');
});

test('without budgets the same loop meets nobody: these tests notice when a budget is lifted', async () => {
  const open = await startCity({ limits: { subjects: { desk: wide } } });
  try {
    const officer = await open.officer('Loop', ['registrar']);
    const people = Array.from({ length: 20 }, (_, number) => personId(`00000000-0000-4000-8000-${String(number).padStart(12, '0')}`));
    for (const person of people) await countSubjects(open.vault, { officer: { officerId: officerId(officer.officerId) }, people: [person], kind: 'desk' });
    assert.deepEqual(await open.database.sql('SELECT FROM vault.officer WHERE frozen_at IS NOT NULL'), []);
  } finally {
    await open.close();
  }
});

test('nobody who reads the database learns from it whom officers touched or who is a canary', async () => {
  const people = (await city.database.sql<{ person_id: string }>('SELECT person_id FROM vault.person')).map(({ person_id }) => person_id.replaceAll('-', ''));
  const stored = await city.database.sql<{ row: string }>("SELECT encode(subject, 'hex') AS row FROM vault.subject_touch UNION ALL SELECT encode(canary_hash, 'hex') || encode(sealed, 'hex') FROM vault.canary");
  assert.ok(stored.length > 10 && people.length > 10);
  for (const { row } of stored) assert.ok(!people.some((person) => row.includes(person)));
});
