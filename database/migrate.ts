/**
 * Brings a database to the state this program needs: numbered SQL files once each and in order, then the roles
 * and grants, which are one file that says how things are to be and is applied every time.
 */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Client } from 'pg';

/** Oldest PostgreSQL whose SQL the migrations use (`security_invoker` views, `UNIQUE NULLS NOT DISTINCT`). */
export const minimumServerVersion = 15;

/** Why a database cannot be migrated, as one sentence for the operator. */
export class MigrationError extends Error {
  override readonly name = 'MigrationError';
}

/** Any fixed number will do, as long as nobody else locks it: "hkit" in ASCII. */
const advisoryLockKey = 0x686b6974;

const migrationName = /^\d{4}-[a-z0-9-]+\.sql$/;

type Migration = { readonly name: string; readonly sql: string; readonly sha256: string };

/**
 * Applies every migration of `folder` that `client`'s database has not seen, each in a transaction of its own, and
 * then `grants.sql`. Two callers at once wait for each other; an interrupted call leaves whole migrations only.
 *
 * @param client a connected client of a role that may create schemas and roles; a session of its own, because the
 * lock belongs to the session (so not through a pooler in transaction mode)
 * @param folder holds `migrations/NNNN-name.sql` and `grants.sql`; this file's own folder unless given
 * @returns the names of the migrations applied by this call
 * @throws {MigrationError} when the server is too old, or applied files were changed or are missing
 */
export async function migrate(client: Client, folder: string = import.meta.dirname): Promise<readonly string[]> {
  await refuseOldServer(client);
  const migrations = await readMigrations(join(folder, 'migrations'));
  const grants = await readFile(join(folder, 'grants.sql'), 'utf8');

  await client.query('SELECT pg_advisory_lock($1)', [advisoryLockKey]);
  try {
    await client.query('CREATE SCHEMA IF NOT EXISTS migration');
    await client.query(`CREATE TABLE IF NOT EXISTS migration.applied (
      name text PRIMARY KEY,
      sha256 text NOT NULL,
      applied_at timestamptz NOT NULL DEFAULT now()
    )`);
    const pending = await pendingMigrations(client, migrations);
    for (const migration of pending) {
      await inTransaction(client, migration.name, async () => {
        await client.query(migration.sql);
        await client.query('INSERT INTO migration.applied (name, sha256) VALUES ($1, $2)', [migration.name, migration.sha256]);
      });
    }
    await inTransaction(client, 'grants.sql', () => client.query(grants));
    return pending.map(({ name }) => name);
  } finally {
    await client.query('SELECT pg_advisory_unlock($1)', [advisoryLockKey]);
  }
}

async function refuseOldServer(client: Client): Promise<void> {
  const { rows } = await client.query<{ version: string; number: number }>(
    `SELECT current_setting('server_version') AS version, current_setting('server_version_num')::int AS number`,
  );
  const server = rows[0];
  if (server === undefined || server.number < minimumServerVersion * 10_000) {
    throw new MigrationError(
      `The database is PostgreSQL ${server?.version ?? 'of an unknown version'}, but Health Kit needs PostgreSQL ${minimumServerVersion} or later.`,
    );
  }
}

async function readMigrations(folder: string): Promise<readonly Migration[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort();
  const numbers = new Set<string>();
  const migrations: Migration[] = [];
  for (const name of names) {
    if (!migrationName.test(name)) throw new MigrationError(`The migration ${name} is not named like 0001-what-it-does.sql.`);
    const number = name.slice(0, 4);
    if (numbers.has(number)) throw new MigrationError(`Two migrations bear the number ${number}.`);
    numbers.add(number);
    const sql = await readFile(join(folder, name), 'utf8');
    migrations.push({ name, sql, sha256: createHash('sha256').update(sql).digest('hex') });
  }
  return migrations;
}

async function pendingMigrations(client: Client, migrations: readonly Migration[]): Promise<readonly Migration[]> {
  const { rows } = await client.query<{ name: string; sha256: string }>('SELECT name, sha256 FROM migration.applied ORDER BY name');
  const known = new Map(migrations.map((migration) => [migration.name, migration]));
  for (const applied of rows) {
    const migration = known.get(applied.name);
    if (migration === undefined) {
      throw new MigrationError(`The database has the migration ${applied.name}, which this version of Health Kit does not know: it is older than the database.`);
    }
    if (migration.sha256 !== applied.sha256) {
      throw new MigrationError(`The migration ${applied.name} was changed after it was applied to this database: a change belongs in a new migration.`);
    }
  }
  const last = rows.at(-1)?.name ?? '';
  const done = new Set(rows.map(({ name }) => name));
  const pending = migrations.filter(({ name }) => !done.has(name));
  const late = pending.find(({ name }) => name < last);
  if (late !== undefined) {
    throw new MigrationError(`The migration ${late.name} comes before ${last}, which is already applied: it needs a later number.`);
  }
  return pending;
}

async function inTransaction(client: Client, name: string, work: () => Promise<unknown>): Promise<void> {
  await client.query('BEGIN');
  try {
    await work();
    await client.query('COMMIT');
  } catch (error) {
    // A broken connection cannot roll back, and need not: the server does it. The first error is the one to report.
    await client.query('ROLLBACK').catch(() => undefined);
    throw new MigrationError(`${name} could not be applied: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}
