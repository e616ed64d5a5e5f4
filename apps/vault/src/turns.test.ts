import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import pg from 'pg';
import { startCity, type City } from '../test/city.ts';
import { holdHashes } from './holdHashes.ts';
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

/** A call of every function by which anybody could take or give back an advisory lock. */
async function advisoryCalls(): Promise<readonly string[]> {
  const rows = await city.database.sql<{ call: string }>(
    `SELECT format('%s(%s)', p.proname, array_to_string(array(SELECT format('1::%s', format_type(kind, NULL)) FROM unnest(p.proargtypes) AS kind), ', ')) AS call
     FROM pg_proc p WHERE p.proname LIKE 'pg%advisory%' ORDER BY 1`,
  );
  assert.ok(rows.length >= 20);
  return rows.map(({ call }) => call);
}

test("the server's login holds up nothing of the vault: it may lock no turn, and there is no other lock to hold", async () => {
  const server = new pg.Client({ connectionString: city.database.urlOf('hk_server') });
  await server.connect();
  try {
    for (const turn of turns) {
      await assert.rejects(server.query(`BEGIN; LOCK TABLE vault.turn_${turn} IN SHARE MODE`), /permission denied/, turn);
      await server.query('ROLLBACK');
    }
    for (const call of await advisoryCalls()) {
      await assert.rejects(server.query(`SELECT ${call}`), /permission denied/, call);
    }
    await city.vault.database.transaction((queries) => recordEvent(city.vault, queries, 'test', {}));
    for (const turn of turns) await city.vault.database.transaction((queries) => takeTurn(queries, turn));
  } finally {
    await server.end();
  }
});

test('nobody but the making of partitions takes an advisory lock, and who has the document that a desk holds is seen by nobody', async () => {
  const roles = await city.database.sql<{ role: string }>(
    `SELECT DISTINCT r.rolname AS role FROM pg_roles r CROSS JOIN pg_proc p
     WHERE r.rolname ~ '^hk_' AND p.proname LIKE 'pg%advisory%' AND has_function_privilege(r.oid, p.oid, 'EXECUTE')`,
  );
  assert.deepEqual(roles, [{ role: 'hk_visit_owner' }]);
  const server = new pg.Client({ connectionString: city.database.urlOf('hk_server') });
  await server.connect();
  try {
    await city.vault.database.transaction(async (queries) => {
      await holdHashes(queries, [Buffer.alloc(32, 0xa5)]);
      const { rows } = await server.query<{ kind: string }>('SELECT locktype AS kind FROM pg_locks WHERE database = (SELECT oid FROM pg_database WHERE datname = current_database()) AND (classid IS NOT NULL OR objid IS NOT NULL)');
      assert.deepEqual(rows, []);
      await assert.rejects(server.query('SELECT hash FROM vault.held_hash'), /permission denied/);
    });
  } finally {
    await server.end();
  }
});

test('of two that ask for one hash the second waits until the first has ended, however it ends, and nothing of a hash stays', async () => {
  const [one, other] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];
  for (const end of ['commits', 'fails'] as const) {
    const done: string[] = [];
    const held = Promise.withResolvers<undefined>();
    const go = Promise.withResolvers<undefined>();
    const first = city.vault.database.transaction(async (queries) => {
      await holdHashes(queries, [one, other]);
      // Again within the transaction, which has it already.
      await holdHashes(queries, [other]);
      held.resolve(undefined);
      await go.promise;
      done.push('first');
      if (end === 'fails') throw new Error('fails');
    }).catch(() => undefined);
    await held.promise;
    const second = city.vault.database.transaction(async (queries) => {
      await holdHashes(queries, [other, one]);
      done.push('second');
    });
    const waits = async () => (await city.database.sql("SELECT FROM pg_locks WHERE locktype = 'transactionid' AND NOT granted")).length > 0;
    for (let attempt = 0; attempt < 500 && !(await waits()); attempt += 1) await new Promise((resolve) => setTimeout(resolve, 10));
    assert.deepEqual(done, [], end);
    go.resolve(undefined);
    await Promise.all([first, second]);
    assert.deepEqual(done, ['first', 'second'], end);
  }
  assert.deepEqual(await city.database.sql('SELECT FROM vault.held_hash'), []);
});
