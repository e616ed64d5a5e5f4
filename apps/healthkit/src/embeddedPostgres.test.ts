import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import pg from 'pg';
import { scramVerifier } from './databaseAccess.ts';
import { embeddedAdminUrl, startEmbeddedPostgres, type EmbeddedPostgresOptions } from './embeddedPostgres.ts';
import { processesWorkingIn } from './processes.ts';
import { StartError } from './startError.ts';

async function options(context: TestContext): Promise<EmbeddedPostgresOptions> {
  const folder = await mkdtemp(join(tmpdir(), 'hk-database-'));
  context.after(() => rm(folder, { recursive: true, force: true }));
  return {
    cluster: join(folder, 'postgres'), socketFolder: folder, superuserPassword: 'only for this test',
    logFile: join(folder, 'postgres.log'), signal: new AbortController().signal,
  };
}

async function query(url: string, sql: string): Promise<readonly unknown[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    const { rows } = await client.query<Record<string, unknown>>(sql);
    return rows.flatMap((row) => Object.values(row));
  } finally {
    await client.end();
  }
}

test('committed rows survive a killed server, and a server left over by a killed parent makes way', async (context) => {
  const where = await options(context);
  const url = embeddedAdminUrl(where.socketFolder, where.superuserPassword);
  const first = await startEmbeddedPostgres(where);
  await query(url, 'CREATE TABLE visit (id int)');
  await query(url, 'INSERT INTO visit VALUES (7)');
  first.kill('SIGKILL');
  await first.exited;

  const second = await startEmbeddedPostgres(where);
  assert.deepEqual(await query(url, 'SELECT id FROM visit'), [7]);

  const third = await startEmbeddedPostgres(where);
  await second.exited;
  assert.deepEqual(await query(url, 'SELECT id FROM visit'), [7]);
  await third.stop();
  assert.deepEqual(await processesWorkingIn(where.cluster), []);
});

test('it is durable, listens on no network and lets nobody in without the password', async (context) => {
  const where = await options(context);
  const url = embeddedAdminUrl(where.socketFolder, where.superuserPassword);
  const server = await startEmbeddedPostgres(where);
  context.after(() => server.stop());
  const names = ['fsync', 'synchronous_commit', 'full_page_writes', 'data_checksums', 'listen_addresses', 'timezone', 'server_encoding'];
  const values = await query(url, `SELECT ${names.map((name) => `current_setting('${name}')`).map((call, index) => `${call} AS c${index}`).join(', ')}`);
  assert.deepEqual(values, ['on', 'on', 'on', 'on', '', 'UTC', 'UTF8']);
  await assert.rejects(query(embeddedAdminUrl(where.socketFolder, 'guess'), 'SELECT 1'), /password authentication failed/);
  assert.equal((await stat(join(where.socketFolder, 'database'))).mode & 0o777, 0o700);
});

test('a password set by its SCRAM verifier lets its role in', async (context) => {
  const where = await options(context);
  const url = new URL(embeddedAdminUrl(where.socketFolder, where.superuserPassword));
  const server = await startEmbeddedPostgres(where);
  context.after(() => server.stop());
  await query(url.href, `CREATE ROLE guard LOGIN PASSWORD '${scramVerifier('open sesame')}'`);
  url.username = 'guard';
  url.password = 'open sesame';
  assert.deepEqual(await query(url.href, 'SELECT current_user::text AS me'), ['guard']);
});

test('an aborted start leaves neither a server nor half a cluster', async (context) => {
  const where = await options(context);
  const aborted = AbortSignal.abort(new StartError('The start was interrupted.'));
  await assert.rejects(startEmbeddedPostgres({ ...where, signal: aborted }));
  assert.deepEqual((await readdir(where.socketFolder)).filter((name) => name.includes('.new-')), []);
  assert.deepEqual(await processesWorkingIn(where.cluster).catch(() => []), []);
});
