/** What the start command does with a database as its admin: reach it, check it, migrate it, set role passwords. */
import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';
import { migrate, MigrationError, minimumServerVersion } from '../../../database/migrate.ts';
import pg from 'pg';
import { errorCode, errorText, StartError } from './startError.ts';

/** The login roles of the two processes; `database/grants.sql` says what each may do. */
export const serviceRoles = ['hk_server', 'hk_vault'] as const;
export type ServiceRole = (typeof serviceRoles)[number];

const connectTimeoutMs = 5_000;

/** Runs `work` with a connection of its own and closes it. */
async function withClient<Result>(url: string, work: (client: pg.Client) => Promise<Result>): Promise<Result> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: connectTimeoutMs, application_name: 'health-kit start' });
  // A connection that breaks while idle reports here; the next query fails with the reason.
  client.on('error', () => undefined);
  try {
    await client.connect();
    return await work(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Whether the database answers; any reason why not counts as "not yet". */
export async function canConnect(url: string): Promise<boolean> {
  try {
    await withClient(url, (client) => client.query('SELECT 1'));
    return true;
  } catch {
    return false;
  }
}

/**
 * Makes sure, without changing anything, that an existing database can be used.
 *
 * @throws {StartError} when it cannot be reached, is too old, or its user may do too little
 */
export async function checkDatabase(url: string): Promise<void> {
  const { rows } = await withClient(url, (client) => client.query<{ version: string; number: number; may: boolean }>(
    `SELECT current_setting('server_version') AS version, current_setting('server_version_num')::int AS number,
       (rolsuper OR rolcreaterole AND has_database_privilege(current_database(), 'CREATE')) AS may
     FROM pg_roles WHERE rolname = current_user`,
  )).catch((error: unknown) => {
    throw unreachable(url, error);
  });
  const database = rows[0];
  if (database === undefined || database.number < minimumServerVersion * 10_000) {
    throw new StartError(`The database of DATABASE_URL is PostgreSQL ${database?.version ?? 'of an unknown version'}, but Health Kit needs PostgreSQL ${minimumServerVersion} or later.`);
  }
  if (!database.may) throw new StartError('The user of DATABASE_URL may not create roles and schemas: give it CREATEROLE, and CREATE on the database.');
}

/** Says why a database cannot be reached, by host and never by password. */
function unreachable(url: string, error: unknown): StartError {
  const { hostname, port, searchParams } = new URL(url);
  const host = searchParams.get('host') ?? (hostname === '' ? 'localhost' : `${hostname}:${port === '' ? '5432' : port}`);
  const reasons: Readonly<Record<string, string>> = {
    ECONNREFUSED: 'nothing listens there',
    ENOENT: 'there is no such socket',
    ENOTFOUND: 'there is no such host',
    EAI_AGAIN: 'the host name cannot be resolved now',
    ETIMEDOUT: 'it does not answer',
    EHOSTUNREACH: 'the host cannot be reached',
    '28P01': 'it refuses the password',
    '28000': 'it refuses this user',
    '3D000': 'it has no such database',
    '53300': 'it has too many connections',
    '57P03': 'it is still starting',
  };
  const inner: unknown = error instanceof AggregateError ? error.errors[0] : error;
  const text = errorText(error).replace(/\.$/, '');
  const reason = reasons[errorCode(error) ?? errorCode(inner) ?? ''] ?? (/timeout|terminated/.test(text) ? 'it does not answer' : text);
  return new StartError(`The database of DATABASE_URL at ${host} cannot be used: ${reason}.`);
}

/** Creates the database `name` in the cluster of `adminUrl` unless it exists, and returns its URL. */
export async function ensureDatabase(adminUrl: string, name: string): Promise<string> {
  await withClient(adminUrl, async (client) => {
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [name]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)}`);
  });
  const url = new URL(adminUrl);
  url.pathname = `/${name}`;
  return url.href;
}

/**
 * Brings the database to this version's schema and gives the service roles their passwords: those that run here, where
 * the others run on another host and have theirs from there.
 *
 * @throws {StartError} with one sentence when a migration cannot be applied
 */
export async function prepareDatabase(adminUrl: string, passwords: Readonly<Partial<Record<ServiceRole, string>>>): Promise<void> {
  try {
    await withClient(adminUrl, async (client) => {
      await migrate(client);
      for (const role of serviceRoles) {
        const password = passwords[role];
        if (password === undefined) continue;
        await client.query(`ALTER ROLE ${client.escapeIdentifier(role)} PASSWORD ${client.escapeLiteral(scramVerifier(password))}`);
      }
    });
  } catch (error) {
    if (error instanceof MigrationError) throw new StartError(error.message);
    throw new StartError(`The database could not be prepared: ${errorText(error)}.`);
  }
}

/** The URL with which a process signs in as its own role. */
export function urlOfRole(databaseUrl: string, role: ServiceRole, password: string): string {
  const url = new URL(databaseUrl);
  url.username = role;
  url.password = password;
  return url.href;
}

/** A new random password: 256 bits, in characters that need no escaping anywhere. */
export function newPassword(): string {
  return randomBytes(32).toString('base64url');
}

const scramIterations = 4096;

/**
 * The SCRAM-SHA-256 verifier of a password in PostgreSQL's notation (RFC 5803), so that the password itself is never
 * sent in a statement that the database's log might keep. The password must be ASCII, which needs no SASLprep.
 */
export function scramVerifier(password: string, salt: Buffer = randomBytes(16)): string {
  const salted = pbkdf2Sync(password, salt, scramIterations, 32, 'sha256');
  const hmac = (text: string) => createHmac('sha256', salted).update(text).digest();
  const storedKey = createHash('sha256').update(hmac('Client Key')).digest('base64');
  return `SCRAM-SHA-256$${scramIterations}:${salt.toString('base64')}$${storedKey}:${hmac('Server Key').toString('base64')}`;
}
