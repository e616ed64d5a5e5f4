import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { issueDayTicket } from '@health-kit/api/vault';
import pg from 'pg';
import { identity, startCity, startMs, type City } from '../test/city.ts';
import { ledgerEvents } from '../test/ledgerEvents.ts';
import { localDay } from './identifiers.ts';
import { overdueDestruction } from './destruction.ts';
import { clearExpired, scheduleClearing } from './retention.ts';
import { watch } from './stops/watch.ts';

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

/** The runs that the ledger proves, newest last; or the destructions of day keys. */
const provenRuns = (type: 'destruction-run' | 'day-keys-destroyed' = 'destruction-run') => ledgerEvents(city, type);

test('each day\'s run is one event of the ledger, and its keys are another: which days\' visits and how many, which rows; a day with nothing to do is one too', async () => {
  const resident = await city.register(identity(5));
  const firstMs = startMs + 30 * dayMs;
  city.clock.set(firstMs);
  await clearExpired(city.vault);
  const before = (await provenRuns()).length;
  assert.equal((await resident.call(issueDayTicket, 'POST', '/v1/tickets', {})).status, 200);
  await city.database.sql("SELECT visit.ensure_partition('2026-12-23', '2026-12-22T16:00:00Z', '2026-12-23T16:00:00Z')");
  await city.database.sql(
    `INSERT INTO visit.visit (venue_id, arrived_at, left_at, left_assumed, subject, visit_id, source)
     SELECT gen_random_uuid(), '2026-12-23T03:00:00Z', '2026-12-23T04:00:00Z', true, gen_random_uuid(), gen_random_uuid(), 'resident' FROM generate_series(1, 7)`,
  );
  for (let day = 1; day <= 4; day += 1) {
    city.clock.set(firstMs + day * dayMs);
    await clearExpired(city.vault);
    await clearExpired(city.vault);
  }
  const runs = (await provenRuns()).slice(before);
  assert.deepEqual(runs.map((run) => run['day']), ['2026-12-24', '2026-12-25', '2026-12-26', '2026-12-27']);
  assert.deepEqual(runs[1], { type: 'destruction-run', at: '2026-12-25T02:00:00.000Z', day: '2026-12-25', firstKept: '2026-12-22', partitions: [], rows: {} });
  assert.deepEqual(runs.at(-1)?.['partitions'], [{ day: '2026-12-23', visits: 7 }]);
  assert.deepEqual((await provenRuns('day-keys-destroyed')).at(-1), {
    type: 'day-keys-destroyed', at: '2026-12-27T02:00:00.000Z', day: '2026-12-27', firstKept: '2026-12-24', keys: ['day/2026-12-23'],
  });
});

test('a destruction that is overdue shows: a run that is missing, and a day of which something is left', async () => {
  const noon = startMs + 50 * dayMs + 4 * 3_600_000;
  city.clock.set(noon);
  assert.equal((await overdueDestruction(city.vault)).noRun, true, 'nobody ran today');
  const alarms = () => city.database.sql("SELECT FROM vault.alarm WHERE kind = 'destruction-overdue'").then(({ length }) => length);
  await watch(city.vault);
  assert.equal(await alarms(), 1, 'and privacy officers are told at the next look');
  await city.database.sql(
    "UPDATE vault.alarm SET acknowledged_at = $1, acknowledged_by = (SELECT officer_id FROM vault.officer LIMIT 1) WHERE kind = 'destruction-overdue'", [new Date(noon)],
  );
  city.clock.set(noon + 59 * 60_000);
  await watch(city.vault);
  assert.equal(await alarms(), 1, 'who acknowledged it has an hour');
  city.clock.set(noon + 60 * 60_000);
  await watch(city.vault);
  assert.equal(await alarms(), 2, 'while it is overdue still');
  city.clock.set(noon);
  await clearExpired(city.vault);
  assert.deepEqual(await overdueDestruction(city.vault), { days: [], noRun: false, lastRunAt: new Date(noon).toISOString() });
  await city.database.sql("DELETE FROM vault.alarm WHERE kind = 'destruction-overdue'");
  await watch(city.vault);
  assert.equal(await alarms(), 0);
  await city.database.sql("SELECT visit.ensure_partition('2026-12-24', '2026-12-23T16:00:00Z', '2026-12-24T16:00:00Z')");
  assert.deepEqual((await overdueDestruction(city.vault)).days, ['2026-12-24'], 'a partition that came back is noticed, whatever was recorded');
  await watch(city.vault);
  assert.equal(await alarms(), 1);
  assert.deepEqual(await clearExpired(city.vault), []);
  assert.deepEqual((await overdueDestruction(city.vault)).days, []);
});

test('a key that still opens after its destruction is no run: nothing is recorded, and the next run tries again', async () => {
  const day = localDay('2027-03-03');
  const { wrapped, kekVersion } = await city.vault.provider.wrapForDay(day, Buffer.alloc(32, 1));
  await city.database.sql('INSERT INTO vault.day_key (day, wrapped, kek_version, created_at) VALUES ($1, $2, $3, now())', [day, wrapped, kekVersion]);
  city.clock.set(Date.parse('2027-03-07T02:00:00Z'));
  const before = (await provenRuns()).length;
  const keysBefore = (await provenRuns('day-keys-destroyed')).length;
  const { provider } = city.vault;
  const destroy = provider.destroyDaysBefore.bind(provider);
  provider.destroyDaysBefore = () => Promise.resolve();
  try {
    await assert.rejects(clearExpired(city.vault), /still opens/);
    assert.equal((await provenRuns()).length, before);
    assert.equal((await provenRuns('day-keys-destroyed')).length, keysBefore);
  } finally {
    provider.destroyDaysBefore = destroy;
  }
  assert.deepEqual(await clearExpired(city.vault), [day]);
});

test("the server's login keeps no key past its term: whoever reads visits holds up their dropping, which shows, and not the destruction of their keys", async () => {
  const day = '2027-05-03';
  const resident = await city.register(identity(6));
  city.clock.set(Date.parse('2027-05-03T02:00:00Z'));
  await clearExpired(city.vault);
  assert.equal((await resident.call(issueDayTicket, 'POST', '/v1/tickets', {})).status, 200);
  await city.database.sql("SELECT visit.ensure_partition('2027-05-03', '2027-05-02T16:00:00Z', '2027-05-03T16:00:00Z')");
  const server = new pg.Client({ connectionString: city.database.urlOf('hk_server') });
  await server.connect();
  try {
    await server.query('BEGIN');
    await server.query('SELECT count(*) FROM visit.visit');
    city.clock.set(Date.parse('2027-05-07T02:00:00Z'));
    const runs = (await provenRuns()).length;
    await assert.rejects(clearExpired(city.vault), /lock timeout/);
    assert.deepEqual(await city.database.sql('SELECT FROM vault.day_key WHERE day = $1', [day]), []);
    assert.ok(!(await readdir(join(city.keyFolder, 'day'))).includes(day));
    assert.equal(await city.vault.keys.visit(localDay(day)), null);
    assert.deepEqual((await provenRuns('day-keys-destroyed')).at(-1), {
      type: 'day-keys-destroyed', at: '2027-05-07T02:00:00.000Z', day: '2027-05-07', firstKept: '2027-05-04', keys: [`day/${day}`],
    });
    assert.equal((await provenRuns()).length, runs, 'no run is recorded that dropped nothing');
    const { days, noRun } = await overdueDestruction(city.vault);
    assert.deepEqual({ days, noRun }, { days: [day], noRun: true });
    await server.query('ROLLBACK');
  } finally {
    await server.end();
  }
  assert.deepEqual(await clearExpired(city.vault), [], 'its key is long gone');
  assert.deepEqual((await provenRuns()).at(-1)?.['partitions'], [{ day, visits: 0 }]);
  assert.equal((await provenRuns('day-keys-destroyed')).length, new Set((await provenRuns('day-keys-destroyed')).map((event) => JSON.stringify(event))).size, 'and said once');
});
