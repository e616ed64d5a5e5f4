import assert from 'node:assert/strict';
import { appendFile, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { issueDayTicket } from '@health-kit/api/vault';
import { identity, startCity, startMs, type City } from '../../test/city.ts';
import { temporaryFolder } from '../../test/startDatabase.ts';
import { localDay, personId } from '../identifiers.ts';
import { randomUuid } from '../randomness.ts';
import { clearExpired } from '../retention.ts';
import { journalFile } from './journalFile.ts';
import { replayShredded } from './replayShredded.ts';
import { appendShredded, JournalError, prepareShreddedFile, readShredded, requireShreddedFile } from './shredded.ts';

let city: City;
before(async () => {
  city = await startCity();
});
after(() => city.close());

const path = () => join(city.keyFolder, 'journal', 'shredded');
const today = localDay('2026-11-23');
const newPerson = () => personId(randomUuid(city.vault.random));
const append = (people: ReturnType<typeof newPerson>[], day = today) => city.vault.database.transaction((queries) => appendShredded(city.vault, queries, people, day));
const peopleInDatabase = async () => (await city.database.sql<{ person_id: string }>('SELECT person_id FROM vault.person')).map(({ person_id }) => personId(person_id));

test('the journal remembers who was erased and when, for its owner alone, without writing down who', async () => {
  const people = [newPerson(), newPerson()];
  await append(people);
  assert.deepEqual((await readShredded(city.vault)).slice(-2), people.map((person) => ({ person, day: today })));
  assert.equal((await stat(path())).mode & 0o077, 0);
  const content = await readFile(path(), 'utf8');
  for (const person of people) assert.ok(!content.includes(person));
});

test('a record that a crash tore is not read, and hides none that follows', async () => {
  const [first, second] = [newPerson(), newPerson()];
  await append([first]);
  await appendFile(path(), '2026-11-23 0f1e2d3c-4b5a');
  assert.equal((await readShredded(city.vault)).at(-1)?.person, first);
  await append([second]);
  assert.deepEqual((await readShredded(city.vault)).slice(-2).map(({ person }) => person), [first, second]);
});

test('many writers at once leave whole records', async () => {
  const folder = await temporaryFolder();
  const files = Array.from({ length: 8 }, () => journalFile(join(folder, 'journal', 'lines')));
  for (const file of files) await file.create();
  await Promise.all(files.flatMap((file, writer) => Array.from({ length: 20 }, (_, index) => file.append([`${writer}-${index}`]))));
  const lines = await journalFile(join(folder, 'journal', 'lines')).read();
  assert.deepEqual([...lines].sort(), files.flatMap((_, writer) => Array.from({ length: 20 }, (__, index) => `${writer}-${index}`)).sort());
  await rm(folder, { recursive: true });
});

test('whoever is in the journal and, by a restored backup, in the database again is erased at the start; without the journal they would be back', async () => {
  const [erased, other] = [await city.register(identity(11)), await city.register(identity(12))];
  const ticket = (resident: typeof erased) => resident.call(issueDayTicket, 'POST', '/v1/tickets', {});
  const [person] = await peopleInDatabase();
  assert.ok(person !== undefined);
  const written = await readFile(path(), 'utf8');
  await append([person]);

  // The planted hole: the journal as it was before.
  const whole = await readFile(path(), 'utf8');
  await writeFile(path(), written);
  assert.equal(await replayShredded(city.vault), 0);
  assert.equal((await ticket(erased)).status, 200, 'the erased person is back');

  await writeFile(path(), whole);
  assert.equal(await replayShredded(city.vault), 1);
  assert.deepEqual([(await ticket(erased)).refusal, (await ticket(other)).status], ['not-authorized', 200]);
  assert.equal(await replayShredded(city.vault), 0, 'again there is nothing to do');
});

test('a vault whose journal is missing, or belongs to another database, does not start', async () => {
  const folder = await temporaryFolder();
  await assert.rejects(requireShreddedFile(folder), JournalError);
  await prepareShreddedFile(city.vault.database, folder);
  await assert.rejects(stat(join(folder, 'journal', 'shredded')), 'where the key exists, none is made that would look as if nobody had been erased');
  const emptyDatabase = { query: () => Promise.resolve({ rows: [], rowCount: 0 }) };
  await assert.rejects(prepareShreddedFile(emptyDatabase, city.keyFolder), JournalError);
  await prepareShreddedFile(emptyDatabase, folder);
  await requireShreddedFile(folder);
  assert.equal(await readFile(join(folder, 'journal', 'shredded'), 'utf8'), '');
  await rm(folder, { recursive: true });
});

test('records go when no backup is as old any more', async () => {
  const [old, recent] = [newPerson(), newPerson()];
  await append([old], localDay('2026-11-01'));
  await append([recent], localDay('2026-12-30'));
  city.clock.set(startMs + 401 * 86_400_000);
  await clearExpired(city.vault);
  const left = (await readShredded(city.vault)).map(({ person }) => person);
  assert.ok(left.includes(recent) && !left.includes(old));
});
