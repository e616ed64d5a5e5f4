import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test, type TestContext } from 'node:test';
import pg from 'pg';
import { embeddedAdminUrl, startEmbeddedPostgres, type EmbeddedPostgres } from '../apps/healthkit/src/embeddedPostgres.ts';
import { ensureDatabase } from '../apps/healthkit/src/databaseAccess.ts';
import { migrate, MigrationError } from './migrate.ts';

let folder: string;
let server: EmbeddedPostgres;
let databases = 0;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hk-migrate-'));
  server = await startEmbeddedPostgres({
    cluster: join(folder, 'postgres'), socketFolder: folder, superuserPassword: 'only for this test',
    logFile: join(folder, 'log'), signal: new AbortController().signal,
  });
});

after(async () => {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

/** A connection to an empty database of its own. */
async function emptyDatabase(context: TestContext): Promise<() => Promise<pg.Client>> {
  databases += 1;
  const url = await ensureDatabase(embeddedAdminUrl(folder, 'only for this test'), `test_${databases}`);
  return async () => {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    context.after(() => client.end());
    return client;
  };
}

async function sqlFolder(migrations: Readonly<Record<string, string>>, grants = 'SELECT 1'): Promise<string> {
  const path = await mkdtemp(join(folder, 'sql-'));
  await mkdir(join(path, 'migrations'));
  for (const [name, sql] of Object.entries(migrations)) await writeFile(join(path, 'migrations', name), sql);
  await writeFile(join(path, 'grants.sql'), grants);
  return path;
}

const first = { '0001-venue.sql': 'CREATE TABLE venue (id int)' };

test('migrations are applied once, in order, and the grants every time', async (context) => {
  const client = await (await emptyDatabase(context))();
  const sql = await sqlFolder(
    { '0002-fill.sql': 'INSERT INTO venue VALUES (1)', ...first },
    'CREATE TABLE IF NOT EXISTS grant_runs (run int GENERATED ALWAYS AS IDENTITY); INSERT INTO grant_runs DEFAULT VALUES',
  );
  assert.deepEqual(await migrate(client, sql), ['0001-venue.sql', '0002-fill.sql']);
  assert.deepEqual(await migrate(client, sql), []);
  assert.equal((await client.query('SELECT FROM venue')).rowCount, 1);
  assert.equal((await client.query('SELECT FROM grant_runs')).rowCount, 2);
});

test('a migration that fails leaves those before it and nothing of itself', async (context) => {
  const client = await (await emptyDatabase(context))();
  await assert.rejects(
    migrate(client, await sqlFolder({ ...first, '0002-broken.sql': 'CREATE TABLE half (id int); SELECT 1/0' })),
    (error: unknown) => error instanceof MigrationError && error.message.startsWith('0002-broken.sql could not be applied'),
  );
  const { rows } = await client.query<{ tables: string[] }>(`SELECT array_agg(tablename::text) AS tables FROM pg_tables WHERE schemaname = 'public'`);
  assert.deepEqual(rows[0]?.tables, ['venue']);
  assert.deepEqual(await migrate(client, await sqlFolder({ ...first, '0002-broken.sql': 'SELECT 1' })), ['0002-broken.sql']);
});

test('an applied file that was changed is refused', async (context) => {
  const client = await (await emptyDatabase(context))();
  await migrate(client, await sqlFolder(first));
  await assert.rejects(migrate(client, await sqlFolder({ '0001-venue.sql': 'CREATE TABLE venue (id bigint)' })), /0001-venue.sql was changed/);
});

test('a database that is newer than the program is refused', async (context) => {
  const client = await (await emptyDatabase(context))();
  await migrate(client, await sqlFolder({ ...first, '0002-next.sql': 'SELECT 1' }));
  await assert.rejects(migrate(client, await sqlFolder(first)), /0002-next.sql, which this version of Health Kit does not know/);
});

test('a migration that slips in before applied ones is refused', async (context) => {
  const client = await (await emptyDatabase(context))();
  await migrate(client, await sqlFolder({ '0002-later.sql': 'SELECT 1' }));
  await assert.rejects(migrate(client, await sqlFolder({ ...first, '0002-later.sql': 'SELECT 1' })), /needs a later number/);
});

test('two migrations of one number, and names out of form, are refused', async (context) => {
  const client = await (await emptyDatabase(context))();
  await assert.rejects(migrate(client, await sqlFolder({ ...first, '0001-again.sql': 'SELECT 1' })), /Two migrations bear the number 0001/);
  await assert.rejects(migrate(client, await sqlFolder({ '1-short.sql': 'SELECT 1' })), /is not named like/);
});

test('two programs that start at once apply each migration once', async (context) => {
  const connect = await emptyDatabase(context);
  const clients = await Promise.all([connect(), connect(), connect()]);
  const sql = await sqlFolder({ '0001-slow.sql': 'SELECT pg_sleep(0.2); CREATE TABLE once (id int)' });
  const applied = await Promise.all(clients.map((client) => migrate(client, sql)));
  assert.deepEqual(applied.flat(), ['0001-slow.sql']);
});
