import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  acknowledgeRaisedAlarm, beginOfficerRelease, beginOfficerSignIn, finishOfficerSignIn, freezeOfficerByHand, makeCanaryPeople, presentPassAtDesk, readOversightOfVault,
  releaseFrozenOfficer, reportRefusedSources,
} from '@health-kit/api/vault';
import { identity, startCity, type City, type Officer } from '../../test/city.ts';
import { finishRotation, rotationsOf } from '../../test/rotations.ts';
import { officerId, personId } from '../identifiers.ts';
import { countSubjects } from './countSubjects.ts';
import { tendCanaries } from './makeCanaries.ts';
import { proveCanaries } from './proveCanaries.ts';
import { watch } from './watch.ts';

let city: City;
let watcher: Officer;
before(async () => {
  city = await startCity({ limits: { failedCodesPerHour: 3, registrationsPerMinute: 4 } });
  watcher = await city.officer('Watcher', ['privacy-officer']);
});
after(() => city.close());

const look = async () => (await watcher.call(readOversightOfVault, 'GET', '/v1/oversight')).content;
const openAlarms = async () => (await look()).alarms.filter(({ acknowledgedAt }) => acknowledgedAt === null).map(({ kind, occurrences }) => `${kind} ${occurrences}`).sort();
const freeze = (by: Officer, officer: Officer, reason = 'asked by the office') => by.call(freezeOfficerByHand, 'POST', `/v1/oversight/officers/${officer.officerId}/freeze`, { reason });
async function signIn(officer: Officer, faults: Parameters<Officer['authenticator']['get']>[1] = {}) {
  const session = await city.stranger();
  const { options } = (await session.call(beginOfficerSignIn, 'POST', '/v1/staff/sign-in/options', {})).content;
  return session.call(finishOfficerSignIn, 'POST', '/v1/staff/sign-in', { assertion: officer.authenticator.get(options, faults) });
}
async function release(by: Officer, officer: Officer, reason: string, sent = reason, key = by) {
  const begun = await by.call(beginOfficerRelease, 'POST', `/v1/oversight/officers/${officer.officerId}/release/options`, { reason });
  if (begun.refusal !== null) return begun.refusal;
  return (await by.call(releaseFrozenOfficer, 'POST', `/v1/oversight/officers/${officer.officerId}/release`, { reason: sent, assertion: key.authenticator.get(begun.content.options) })).refusal;
}

test('a privacy officer stops an officer, who is out at once; by passkey over the reason the officer may go on', async () => {
  const officer = await city.officer('Stopped', ['registrar']);
  assert.equal((await freeze(watcher, officer)).status, 200);
  assert.deepEqual((await look()).stopped.map(({ name, by, reason, alarm }) => [name, by, reason, alarm]), [['Stopped', 'Watcher', 'asked by the office', null]]);
  assert.equal((await signIn(officer)).refusal, 'account-stopped', 'who has the passkey is told why');
  assert.equal((await signIn(officer, { userVerified: false })).refusal, 'not-authorized', 'whoever only knows the passkey by its name is told nothing');
  assert.equal((await signIn(officer, { origin: 'http://evil.example' })).refusal, 'not-authorized');
  assert.equal(await release(watcher, officer, 'talked it over', 'another reason'), 'approval-refused', 'the passkey signs this very reason');
  const other = await city.officer('Other watcher', ['privacy-officer']);
  assert.equal(await release(watcher, officer, 'talked it over', 'talked it over', other), 'approval-refused', "and not with somebody else's passkey");
  assert.equal(await release(watcher, officer, 'talked it over'), null);
  assert.deepEqual((await look()).stopped, []);
  assert.equal((await signIn(officer)).status, 200);
  assert.equal(await release(watcher, officer, 'once more'), 'not-found', 'nobody is released who is not frozen');
});

test('why an account was stopped is still told when the key of the ledger\'s events was replaced since', async () => {
  const own = await startCity();
  try {
    const rotations = rotationsOf(own);
    const privacy = await own.officer('Watcher', ['privacy-officer']);
    const officer = await own.officer('Stopped', ['registrar']);
    assert.equal((await freeze(privacy, officer)).status, 200);
    await rotations.rotate('ledger-event');
    await finishRotation(own, rotations);
    const { stopped } = (await privacy.call(readOversightOfVault, 'GET', '/v1/oversight')).content;
    assert.deepEqual(stopped.map(({ name, by, reason }) => [name, by, reason]), [['Stopped', 'Watcher', 'asked by the office']]);
  } finally {
    await own.close();
  }
});

test('a signature over one freeze does not release from the next', async () => {
  const officer = await city.officer('Twice', ['registrar']);
  await freeze(watcher, officer);
  const reason = 'talked it over';
  const path = `/v1/oversight/officers/${officer.officerId}/release`;
  const { options } = (await watcher.call(beginOfficerRelease, 'POST', `${path}/options`, { reason })).content;
  assert.equal(await release(watcher, officer, reason), null);
  city.clock.set(city.clock.now() + 1000);
  await freeze(watcher, officer);
  assert.equal((await watcher.call(releaseFrozenOfficer, 'POST', path, { reason, assertion: watcher.authenticator.get(options) })).refusal, 'approval-refused');
});

test('nobody but a privacy officer watches, stops or releases, and nobody stops themselves', async () => {
  const target = await city.officer('Target', ['registrar']);
  for (const role of ['administrator', 'registrar', 'tracer', 'medical-officer'] as const) {
    const officer = await city.officer(`A ${role}`, [role]);
    assert.equal((await officer.call(readOversightOfVault, 'GET', '/v1/oversight')).refusal, 'not-permitted');
    assert.equal((await freeze(officer, target)).refusal, 'not-permitted');
    assert.equal(await release(officer, target, 'because'), 'not-permitted');
  }
  assert.equal((await freeze(watcher, watcher)).refusal, 'not-permitted');
});

test('one privacy officer does not stop the last administrator, nor the last other privacy officer', async () => {
  const own = await startCity();
  try {
    const by = await own.officer('Sole', ['privacy-officer']);
    const stop = (officer: Officer) => by.call(freezeOfficerByHand, 'POST', `/v1/oversight/officers/${officer.officerId}/freeze`, { reason: 'no reason at all' });
    const [administrator, other] = [await own.officer('Only administrator', ['administrator']), await own.officer('Only other', ['privacy-officer'])];
    assert.deepEqual([(await stop(administrator)).refusal, (await stop(other)).refusal], ['conflict', 'conflict']);
    await own.officer('Second administrator', ['administrator']);
    await own.officer('Third watcher', ['privacy-officer']);
    assert.deepEqual([(await stop(administrator)).status, (await stop(other)).status], [200, 200]);
    assert.deepEqual(await own.database.sql('SELECT kind, occurrences FROM vault.alarm'), [{ kind: 'watcher-frozen', occurrences: 1 }, { kind: 'watcher-frozen', occurrences: 1 }]);
    assert.equal((await stop(administrator)).status, 200, 'again is success');
  } finally {
    await own.close();
  }
});

test('an alarm stands until somebody acknowledges it; after that the same thing is a new one', async () => {
  await city.ask(reportRefusedSources, { sources: 9000 });
  await city.ask(reportRefusedSources, { sources: 9000 });
  const [alarm] = (await look()).alarms;
  assert.deepEqual([alarm?.kind, alarm?.occurrences, alarm?.officer], ['refused-sources', 1, null], 'what goes on within five minutes is one');
  const path = `/v1/oversight/alarms/${alarm?.alarmId ?? ''}/acknowledgement`;
  assert.equal((await watcher.call(acknowledgeRaisedAlarm, 'POST', path, {})).status, 200);
  assert.equal((await look()).alarms[0]?.acknowledgedBy, 'Watcher');
  await city.ask(reportRefusedSources, { sources: 9000 });
  assert.deepEqual(await openAlarms(), ['refused-sources 1']);
});

test('guessed codes and a flood of registrations raise an alarm at the next look', async () => {
  assert.ok(!(await openAlarms()).some((alarm) => /codes|registrations/.test(alarm)));
  for (let number = 1; number <= 4; number += 1) await city.startRegistration(identity(number), await city.stranger());
  await city.database.sql('INSERT INTO vault.failed_code SELECT gen_random_uuid(), $1 FROM generate_series(1, 3)', [new Date(city.clock.now())]);
  await watch(city.vault);
  assert.deepEqual((await openAlarms()).filter((alarm) => /codes|registrations/.test(alarm)), ['one-time-codes 1', 'registrations 1']);
  await city.database.sql('DELETE FROM vault.failed_code');
});

test('refusals are counted by office, and budgets show who is busiest; of a resident nothing is told', async () => {
  const resident = await city.register(identity(20));
  const registrar = await city.officer('Busy', ['registrar']);
  assert.equal((await registrar.call(presentPassAtDesk, 'POST', '/v1/desk/presentations', { pass: await resident.showPass() })).status, 200);
  assert.equal((await registrar.call(presentPassAtDesk, 'POST', '/v1/desk/presentations', { pass: `HK1:${'A'.repeat(900)}` })).refusal, 'pass-refused');
  const oversight = await look();
  assert.ok(oversight.refusals.some(({ operation, refusal, count }) => operation === 'present-pass-at-desk' && refusal === 'pass-refused' && count === 1));
  const desk = oversight.budgets.find(({ kind }) => kind === 'desk');
  assert.deepEqual([desk?.busiest?.officer.name, desk?.busiest?.hour, desk?.everybodyMinute], ['Busy', 1, 1]);
  const text = JSON.stringify(oversight);
  for (const word of [resident.identity.documentNumber, resident.identity.givenName, resident.identity.phone]) assert.ok(!text.includes(word));
});

test('canaries are made without being named, look like everybody in the database, and stop whoever touches them', async () => {
  assert.equal((await watcher.call(makeCanaryPeople, 'POST', '/v1/oversight/canaries', { count: 3 })).status, 200);
  assert.equal((await look()).canaries, 3);
  await tendCanaries(city.vault);
  assert.equal((await look()).canaries, 4, 'a city with too few gets one more by itself');

  const real = await city.register(identity(30));
  await city.prove(real);
  // By a registrar, whom the city has by now, within a day.
  const madeAtMs = city.clock.now();
  for (const atMs of [madeAtMs + 4 * 60_000, madeAtMs + 24 * 3_600_000, madeAtMs + 24 * 3_600_000 + 4 * 60_000]) {
    city.clock.set(atMs);
    await Promise.all([proveCanaries(city.vault), proveCanaries(city.vault)]);
    await proveCanaries(city.vault);
    const [proven] = await city.database.sql<{ count: number }>('SELECT count(*)::int AS count FROM vault.person WHERE proven_at IS NOT NULL');
    assert.equal(proven?.count, atMs > madeAtMs + 24 * 3_600_000 ? 5 : 1, 'not before a registrar has taken the time for it');
  }
  city.clock.set(madeAtMs);
  const shape = `SELECT p.proven_at IS NOT NULL AS proven, p.proven_by IN (SELECT officer_id FROM vault.officer WHERE 'registrar' = ANY (roles)) AS by_registrar,
    (SELECT array_agg(l.appended_at ORDER BY l.seq) FROM vault.access_entry a JOIN ledger.leaf l USING (seq) WHERE a.person_id = p.person_id) AS moments,
    p.created_at, p.proven_at, (SELECT min(d.registered_at) FROM vault.device d WHERE d.person_id = p.person_id) AS registered_at,
    (SELECT count(*)::int FROM vault.person_key k WHERE k.person_id = p.person_id) AS keys, (SELECT count(*)::int FROM vault.device d WHERE d.person_id = p.person_id) AS devices,
    (SELECT count(*)::int FROM vault.document d WHERE d.person_id = p.person_id) AS documents, (SELECT count(*)::int FROM vault.access_entry a WHERE a.person_id = p.person_id) AS entries
    FROM vault.person p WHERE p.proven_at IS NOT NULL`;
  const shapes = await city.database.sql<{ moments: Date[]; created_at: Date; proven_at: Date; registered_at: Date }>(shape);
  assert.equal(shapes.length, 5);
  for (const { moments, created_at, proven_at, registered_at, ...each } of shapes) {
    assert.deepEqual(each, { proven: true, by_registrar: true, keys: 2, devices: 1, documents: 1, entries: 3 });
    assert.deepEqual([moments[0], moments[2], registered_at], [created_at, proven_at, created_at], 'entered in the ledger when it happened');
  }
  const standing = shapes.filter(({ moments }) => new Set(moments.map((moment) => moment.getTime())).size < 3);
  assert.equal(standing.length, 1, 'the clock of this city stands still for the one who is real; a canary comes to the desk, and is proven there, some time after');
  const people = (await city.database.sql<{ person_id: string }>('SELECT person_id FROM vault.person WHERE proven_at IS NOT NULL ORDER BY created_at')).map((row) => personId(row.person_id));
  let frozen = 0;
  for (const [number, person] of people.entries()) {
    const officer = await city.officer(`Toucher ${number}`, ['tracer']);
    await countSubjects(city.vault, { officer: { officerId: officerId(officer.officerId) }, people: [person], kind: 'disclosure' }).then(() => undefined, (error: unknown) => assert.match(String(error), /not-found/));
    frozen += (await city.database.sql('SELECT FROM vault.officer WHERE officer_id = $1 AND frozen_at IS NOT NULL', [officer.officerId])).length;
  }
  assert.equal(frozen, 4, 'all but the one who is real');
  const touchers = (await look()).stopped.filter(({ name }) => name.startsWith('Toucher'));
  assert.deepEqual(touchers.map(({ by, reason, alarm }) => [by, reason, alarm]), Array(4).fill([null, null, 'canary-touched']));
});
