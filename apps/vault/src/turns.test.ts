import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import pg from 'pg';
import { startCity, type City } from '../test/city.ts';
import { takeTurn, type Turn } from './turns.ts';
import { recordEvent } from './vault.ts';

const turns: readonly Turn[] = ['ledger', 'checkpoint', 'clearing', 'journal', 'disclosure', 'subjects', 'token', 'data_keys'];

let city: City;
before(async () => {
  city = await startCity();
});
after(() => city.close());

test('who is alone is waited for, and who is together is together', async () => {
  const done: string[] = [];
  const take = (name: string, others: 'alone' | 'together', work: () => Promise<void>) => city.vault.database.transaction(async (queries) => {
    await takeTurn(queries, 'journal', others);
    await work();
    done.push(name);
  });
  const first = Promise.withResolvers<undefined>();
  const second = Promise.withResolvers<undefined>();
  const together = [take('a', 'together', () => first.promise), take('b', 'together', async () => second.resolve(undefined))];
  await second.promise;
  const alone = take('alone', 'alone', async () => undefined);
  first.resolve(undefined);
  await Promise.all([...together, alone]);
  assert.equal(done.at(-1), 'alone');
});

test("the server's login holds up nothing of the vault: it may lock no turn, and there is no other lock to hold", async () => {
  const server = new pg.Client({ connectionString: city.database.urlOf('hk_server') });
  await server.connect();
  try {
    for (const turn of turns) {
      await assert.rejects(server.query(`BEGIN; LOCK TABLE vault.turn_${turn} IN SHARE MODE`), /permission denied/, turn);
      await server.query('ROLLBACK');
    }
    // Numbers that once were the vault's own, and more of their kind.
    await server.query('SELECT pg_advisory_lock(number) FROM generate_series(1751854384, 1751854464) AS number');
    await city.vault.database.transaction((queries) => recordEvent(city.vault, queries, 'test', {}));
    for (const turn of turns) await city.vault.database.transaction((queries) => takeTurn(queries, turn));
  } finally {
    await server.end();
  }
});
