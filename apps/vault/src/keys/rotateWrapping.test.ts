import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { afterEach, beforeEach, test } from 'node:test';
import { confirmRegistrationCode, issueDayPass, readAccessLog } from '@health-kit/api/vault';
import { identity, origin, seededRandomness, startCity, startMs, type City, type Resident } from '../../test/city.ts';
import { advanceAll, finishRotation, rotationsOf, type Rotations } from '../../test/rotations.ts';
import type { Queries } from '../database.ts';
import { localDay, personId, registrationId, type PersonId } from '../identifiers.ts';
import { accessEvent } from '../ledger/accessEvent.ts';
import { noOfficer } from '../authority/officers.ts';
import { appendPersonEvents, personPlace } from '../ledger/ledger.ts';
import { openVault } from '../openVault.ts';
import { dataKeyName, type DataKeyClass } from '../people/dataKeys.ts';
import { registrationKeyName } from '../people/identityVault.ts';
import { findPerson, storePerson } from '../people/people.ts';
import { randomUuid } from '../randomness.ts';
import { nowOf } from '../vault.ts';
import { fileKeyProvider } from './fileKeyProvider.ts';
import { advanceRotations } from './rotation.ts';
import { rotationPlan } from './rotationPlans.ts';
import { open, SealError } from './sealing.ts';

let city: City;
let rotations: Rotations;
let resident: Resident;
let person: PersonId;
beforeEach(async () => {
  city = await startCity({ processes: 2 });
  rotations = rotationsOf(city);
  resident = await city.register(identity(1));
  await city.prove(resident);
  await city.vault.keys.visit(localDay('2026-11-23'));
  const [row] = await city.database.sql<{ person_id: string }>('SELECT person_id FROM vault.person');
  person = personId(row?.person_id ?? '');
});
afterEach(() => city.close());

const entriesOf = async (of = resident) => (await of.call(readAccessLog, 'GET', '/v1/me/access-log')).content.entries.length;
const enter = (vault = city.vault, queries: Queries = vault.database) =>
  appendPersonEvents(vault, queries, [accessEvent(vault, { person }, { purpose: 'device', officer: noOfficer(vault), fields: ['deviceAsked'] })]);
const count = async (sql: string) => (await city.database.sql<{ count: number }>(`SELECT count(*)::int AS count FROM ${sql}`))[0]?.count;

/** Everything that a copy of the database has wrapped: name, bytes, version. */
async function wrappedCopies(): Promise<readonly { readonly name: string; readonly wrapped: Buffer; readonly kekVersion: number }[]> {
  type Copy = { wrapped: Buffer; kek_version: number };
  const sealed = await city.database.sql<Copy & { name: string }>('SELECT name, wrapped, kek_version FROM vault.sealed_key');
  const people = await city.database.sql<Copy & { person_id: string; class: DataKeyClass; generation: number }>('SELECT person_id, class, generation, wrapped, kek_version FROM vault.person_key');
  const waiting = await city.database.sql<Copy & { registration_id: string }>('SELECT registration_id, wrapped_key AS wrapped, kek_version FROM vault.registration WHERE wrapped_key IS NOT NULL');
  const copies = [
    ...sealed, ...people.map((row) => ({ name: dataKeyName(personId(row.person_id), row.class, row.generation), ...row })),
    ...waiting.map((row) => ({ name: registrationKeyName(registrationId(row.registration_id)), ...row })),
  ];
  return copies.map(({ name, wrapped, kek_version }) => ({ name, wrapped, kekVersion: kek_version }));
}
const dayCopy = async () => (await city.database.sql<{ wrapped: Buffer; kek_version: number }>('SELECT wrapped, kek_version FROM vault.day_key'))[0] ?? assert.fail('no day');

test('once the key-encryption key is replaced, no copy of the database from before opens with what is left', async () => {
  const device = await city.stranger();
  const { registrationId: waiting, code } = await city.startRegistration(identity(2), device);
  const copies = await wrappedCopies();
  const day = await dayCopy();
  const provider = await fileKeyProvider(city.keyFolder, seededRandomness('reader'));
  for (const { name, ...copy } of copies) assert.equal((await provider.unwrap(name, copy)).length > 0, true, 'the control: before, all of it opens');

  const begun = await rotations.rotate('kek');
  assert.equal(begun.total, copies.length + 1, 'and the day');
  assert.deepEqual((await readdir(city.keyFolder)).filter((name) => name.startsWith('kek')).sort(), ['kek', 'kek-2']);
  const over = await finishRotation(city, rotations);
  assert.deepEqual([over.done, over.finishedAt !== null], [over.total, true]);
  assert.deepEqual((await readdir(city.keyFolder)).filter((name) => name.startsWith('kek')), ['kek-2']);
  assert.deepEqual(await rotations.states('kek'), { 'kek/2': 'current' });

  const after = await fileKeyProvider(city.keyFolder, seededRandomness('reader'));
  for (const { name, ...copy } of copies) {
    await assert.rejects(after.unwrap(name, copy), SealError, name);
    await assert.rejects(after.unwrap(name, { ...copy, kekVersion: 2 }), SealError, name);
  }
  await assert.rejects(after.unwrapForDay(localDay('2026-11-23'), { wrapped: day.wrapped, kekVersion: day.kek_version }), SealError);
  for (const { name, ...copy } of await wrappedCopies()) assert.equal((await after.unwrap(name, copy)).length > 0, true, name);
  const anew = await dayCopy();
  assert.equal((await after.unwrapForDay(localDay('2026-11-23'), { wrapped: anew.wrapped, kekVersion: anew.kek_version }))?.length, 32);

  assert.equal((await device.call(confirmRegistrationCode, 'POST', `/v1/registrations/${waiting}/confirmation`, { code })).status, 200, 'a registration that waited goes on');
  const next = await openVault(
    {
      databaseUrl: city.database.urlOf('hk_vault'), socketPath: `${city.keyFolder}/next.sock`, keyFolder: city.keyFolder, outboxUrl: null, timeZone: 'Asia/Shanghai', origin,
      cityName: { zh: '海川', en: 'Haichuan' }, issuer: 'HC', controlledClock: { startMs },
    },
    { clock: city.clock, random: seededRandomness('next') },
  );
  assert.deepEqual(next.keys.health.key, city.vault.keys.health.key, 'the next start opens the same keys');
  await next.database.close();
});

test('what a process wraps that does not know of the new key-encryption key yet is wrapped anew, too, before the old one goes', async () => {
  const [first, late = assert.fail()] = city.vaults;
  await rotations.rotate('kek');
  while (await advanceRotations(first ?? late)) { /* the next batch */ }
  assert.equal(await count('vault.person_key WHERE kek_version = 1'), 0);
  // It has not looked since.
  await late.database.transaction((queries) => storePerson(late, queries, personId(randomUuid(late.random)), { ...identity(3), language: 'zh' }, nowOf(late)));
  assert.equal(await count('vault.person_key WHERE kek_version = 1'), 2);
  city.clock.set(city.clock.now() + 60_000);
  while (await advanceRotations(first ?? late)) { /* the next batch */ }
  assert.equal(await count('vault.person_key WHERE kek_version = 1'), 0);
  assert.equal(await count('vault.kek WHERE version = 1'), 0);
  // From then on nothing can be stored under it.
  await assert.rejects(late.database.transaction((queries) => storePerson(late, queries, personId(randomUuid(late.random)), { ...identity(4), language: 'zh' }, nowOf(late))), /foreign key/);
  await late.keys.reload();
  await late.database.transaction((queries) => storePerson(late, queries, personId(randomUuid(late.random)), { ...identity(4), language: 'zh' }, nowOf(late)));
});

test('the key-encryption key stays while a key under it is being stored', async () => {
  const [, late = assert.fail()] = city.vaults;
  await rotations.rotate('kek');
  const held = Promise.withResolvers<undefined>();
  const stored = Promise.withResolvers<undefined>();
  const storing = late.database.transaction(async (queries) => {
    await storePerson(late, queries, personId(randomUuid(late.random)), { ...identity(3), language: 'zh' }, nowOf(late));
    stored.resolve(undefined);
    await held.promise;
  });
  await stored.promise;
  while (await advanceRotations(city.vault)) { /* the next batch */ }
  city.clock.set(city.clock.now() + 60_000);
  const destroying = (async () => {
    while (await advanceRotations(city.vault)) { /* the next batch */ }
  })();
  await new Promise((resolve) => setTimeout(resolve, 200));
  held.resolve(undefined);
  await storing;
  await assert.rejects(destroying, /foreign key/);
  assert.deepEqual((await readdir(city.keyFolder)).filter((name) => name.startsWith('kek')).sort(), ['kek', 'kek-2']);
  await finishRotation(city, rotations);
  assert.equal(await count('vault.person_key WHERE kek_version < 2'), 0);
});

test('once data keys are replaced, no copy of what was sealed under the old ones opens with a key that is left', async () => {
  const [before] = await city.database.sql<{ identity: Buffer }>('SELECT identity FROM vault.person');
  const entries = await city.database.sql<{ seq: string; sealed: Buffer }>('SELECT seq, sealed FROM vault.access_entry');
  const copies = [{ place: `vault.person/identity/${person}`, sealed: before?.identity ?? assert.fail() }, ...entries.map(({ seq, sealed }) => ({ place: personPlace(Number(seq)), sealed }))];
  const opening = async () => {
    const keys = await Promise.all((await wrappedCopies()).filter(({ name }) => name.includes(person)).map(({ name, ...copy }) => city.vault.provider.unwrap(name, copy)));
    return copies.filter(({ place, sealed }) => keys.some((key) => {
      try {
        return open(key, place, sealed).length > 0;
      } catch {
        return false;
      }
    })).length;
  };
  assert.equal(await opening(), copies.length, 'the control: before, all of it opens');
  await rotations.rotate('data');
  await finishRotation(city, rotations);
  assert.equal(await opening(), 0);
  assert.equal(await count('vault.person_key WHERE generation <> 2'), 0);
  const found = await findPerson(city.vault, city.vault.database, person);
  assert.equal(found?.identity.documentNumber, identity(1).documentNumber);
  assert.equal(await entriesOf(), 2);
});

test('an entry that is being appended while data keys are replaced opens afterwards', async () => {
  await rotations.rotate('data');
  const held = Promise.withResolvers<undefined>();
  const appended = Promise.withResolvers<undefined>();
  const appending = city.vault.database.transaction(async (queries) => {
    await enter(city.vault, queries);
    appended.resolve(undefined);
    await held.promise;
  });
  await appended.promise;
  const replacing = advanceAll(city.vaults);
  await new Promise((resolve) => setTimeout(resolve, 200));
  held.resolve(undefined);
  await Promise.all([appending, replacing]);
  await finishRotation(city, rotations);
  assert.equal(await count('vault.person_key WHERE generation <> 2'), 0);
  assert.equal(await entriesOf(), 3);
});

test('who waits for a person whose keys are being replaced reads the person with the new keys', async () => {
  const rotation = { version: 2, revokes: false, startedAtMs: city.clock.now() };
  let waiting: Promise<unknown> = Promise.resolve();
  await city.vault.database.transaction(async (queries) => {
    assert.equal((await rotationPlan('data').advance(city.vault, queries, rotation)).done, 1);
    waiting = city.vaults[1]?.database.transaction((others) => findPerson(city.vault, others, person, true)) ?? assert.fail();
    await new Promise((resolve) => setTimeout(resolve, 200));
  });
  assert.ok((await waiting) !== null);
});

test('whoever is held by somebody else keeps their keys until the next look, and loses nothing', async () => {
  await rotations.rotate('data');
  for (const hold of ['SELECT FROM vault.person FOR UPDATE', 'SELECT FROM vault.access_entry LIMIT 1 FOR UPDATE', "SELECT FROM vault.person_key WHERE class = 'identity' FOR UPDATE"]) {
    await city.vault.database.transaction(async (queries) => {
      await queries.query(hold);
      assert.equal(await advanceRotations(city.vaults[1] ?? assert.fail()), false, hold);
      assert.equal(await count('vault.person_key WHERE generation <> 1'), 0, hold);
    });
  }
  const over = await finishRotation(city, rotations);
  assert.deepEqual([over.done, over.total], [1, 1]);
  assert.equal(await entriesOf(), 2);
  assert.equal((await resident.call(issueDayPass, 'POST', '/v1/passes', {})).status, 200);
});
