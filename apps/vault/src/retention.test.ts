import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { issueDayTicket } from '@health-kit/api/vault';
import { identity, startCity, startMs, type City } from '../test/city.ts';
import { localDay } from './identifiers.ts';
import { clearExpired, scheduleClearing } from './retention.ts';

const dayMs = 86_400_000;

let city: City;
before(async () => {
  city = await startCity({ limits: { visitTermDays: 3 } });
});
after(() => city.close());

test('a day\'s key lives for the term of the visits and is then destroyed, in the database and at the provider, with a leaf that says so', async () => {
  const resident = await city.register(identity(1));
  for (let day = 0; day < 3; day += 1) {
    city.clock.set(startMs + day * dayMs);
    assert.equal((await resident.call(issueDayTicket, 'POST', '/v1/tickets', {})).status, 200);
  }
  city.clock.set(startMs + 3 * dayMs);
  assert.deepEqual(await clearExpired(city.vault), []);
  city.clock.set(startMs + 4 * dayMs);
  assert.deepEqual(await clearExpired(city.vault), ['2026-11-23']);
  assert.deepEqual(await clearExpired(city.vault), [], 'again there is nothing left to do');
  assert.deepEqual((await city.database.sql<{ day: string }>('SELECT day::text FROM vault.day_key ORDER BY day')).map(({ day }) => day), ['2026-11-24', '2026-11-25']);
  assert.deepEqual((await readdir(join(city.keyFolder, 'day'))).sort(), ['2026-11-24', '2026-11-25']);
  assert.equal(await city.vault.keys.visit(localDay('2026-11-23')), null);
  assert.notEqual(await city.vault.keys.visit(localDay('2026-11-24')), null);
});

test('what has had its time is deleted', async () => {
  await city.startRegistration(identity(2), await city.stranger());
  await city.prove(await city.register(identity(3)));
  const count = async (table: string) => (await city.database.sql<{ count: number }>(`SELECT count(*)::int AS count FROM vault.${table}`))[0]?.count;
  const shortLived = ['registration', 'message_sent', 'presentation', 'used_proof', 'pass', 'officer_session'];
  for (const table of shortLived) assert.notEqual(await count(table), 0, table);
  city.clock.set(startMs + 8 * dayMs);
  await clearExpired(city.vault);
  for (const table of shortLived) assert.equal(await count(table), 0, table);
  assert.equal(await count('person'), 2, 'people stay');
});

test('a vault that has looked in vain on one day clears on the next', async () => {
  const days = async () => (await city.database.sql<{ day: string }>('SELECT day::text FROM vault.day_key ORDER BY day')).map(({ day }) => day);
  const resident = await city.register(identity(4));
  const firstMs = startMs + 10 * dayMs;
  city.clock.set(firstMs);
  assert.equal((await resident.call(issueDayTicket, 'POST', '/v1/tickets', {})).status, 200);
  const errors: unknown[] = [];
  const clearing = scheduleClearing(city.vault, (error) => errors.push(error));
  try {
    await clearing.look();
    await clearing.look();
    assert.ok((await days()).includes('2026-12-03'));
    city.clock.set(firstMs + 4 * dayMs);
    await Promise.all([clearing.look(), clearing.look()]);
    assert.ok(!(await days()).includes('2026-12-03'));
    assert.deepEqual(errors, []);
  } finally {
    clearing.stop();
  }
});

test('every table says in the database for how long its rows are kept', async () => {
  const silent = await city.database.sql<{ name: string }>(
    "SELECT format('%s.%s', schemaname, tablename) AS name FROM pg_tables WHERE schemaname IN ('vault', 'ledger') AND coalesce(obj_description(format('%I.%I', schemaname, tablename)::regclass), '') NOT LIKE '%Retention: %'",
  );
  assert.deepEqual(silent, []);
});
