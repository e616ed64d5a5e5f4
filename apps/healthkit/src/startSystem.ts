/** Starts the whole system in a data folder: for the start command, and the same for tests, replays and benchmarks. */
import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ClockSetting, VaultSettings } from '@health-kit/api/process-settings';
import { checkDatabase, ensureDatabase, prepareDatabase, urlOfRole, type ServiceRole } from './databaseAccess.ts';
import {
  canonicalPath, checkDataFolder, dataFolderAt, lockDataFolder, makeDataFolder, makeSocketFolder, type DataFolder,
} from './dataFolder.ts';
import { partsOf, readIdentityProvider, type IdentityProviderFile } from './identityProvider.ts';
import { embeddedAdminUrl, startEmbeddedPostgres, stopLeftoverServer } from './embeddedPostgres.ts';
import { claimablePort, loopback, preferablyPort } from './freePort.ts';
import { databasePasswords, readInstallation, type DatabasePasswords, type Installation } from './installation.ts';
import { forgetProcesses, noteProcesses, stopLeftovers } from './leftovers.ts';
import { readMessageNetwork, type MessageNetwork } from './messageNetwork.ts';
import { socketNote } from './operatorClient.ts';
import { checkRemoteVault } from './remoteVault.ts';
import { chooseServiceUsers, giveVaultItsFolders } from './serviceUsers.ts';
import { startService, type Service, type ServiceName, type ServicePlan } from './services.ts';
import { StartError } from './startError.ts';
import { readTlsEnd, type TlsFiles } from './tlsFiles.ts';
import { supervise, type Running, type Supervised } from './supervisor.ts';

export type City = { readonly zh: string; readonly en: string; /** Issuer of its passes: one to six ASCII characters. */ readonly issuer: string };

/** A city that does not exist. */
export const syntheticCity: City = { zh: '海川市', en: 'Haichuan', issuer: 'HCHUAN' };

export type StartSystemOptions = {
  readonly dataDir: string;
  /** TCP port on the loopback address; 0 takes a free one. */
  readonly port: number;
  /** Admin URL of a PostgreSQL that runs elsewhere; without it the embedded one is started in the data folder. */
  readonly databaseUrl?: string | undefined;
  /** The PKCS#11 token that holds the keys; without it they lie in the data folder. */
  readonly pkcs11?: { readonly module: string; readonly token: string } | undefined;
  readonly timeZone: string;
  /** Where browsers reach the system; `http://localhost:PORT` unless given. */
  readonly origin?: string | undefined;
  /** `controlled`: time stands still at `startMs` and moves only by `setTime`. */
  readonly clock?: 'system' | 'controlled' | undefined;
  /** Epoch milliseconds at which a controlled clock starts; now unless given. */
  readonly startMs?: number | undefined;
  /** Witnesses that cosign the ledger: where they take checkpoints, and their keys. */
  readonly witnesses?: readonly { readonly url: string; readonly key: string }[] | undefined;
  /** Starts the vault alone, for servers on other hosts, and where it listens. Needs `databaseUrl`. */
  readonly listen?: TlsFiles | undefined;
  /** Starts everything but a vault, against one that listens on another host. Needs `databaseUrl`. */
  readonly remoteVault?: TlsFiles | undefined;
  /** Where text messages go; the development telephone network unless given. */
  readonly messages?: MessageNetwork | undefined;
  /** Starts database and vault alone, to make a database whole that a backup replaced; nobody is served. */
  readonly restore?: boolean | undefined;
  /** Whether the people in it are made up. A data folder that has been filled remembers it. */
  readonly demo: boolean;
  readonly city?: City | undefined;
  /** Bounds of the vault other than the usual ones. */
  readonly vaultLimits?: VaultSettings['limits'];
  /** Where the privacy officer on call is told of alarms by text message. */
  readonly privacyPhone?: string | undefined;
  /** By whom residents prove who they are besides the desk. */
  readonly identityProvider?: IdentityProviderFile | undefined;
  /** The file that says so, instead. */
  readonly identityProviderFile?: string | undefined;
  /** Told in one line what happens. */
  readonly log: (line: string) => void;
  /** Aborts a start that is under way; what has been started is stopped. */
  readonly signal?: AbortSignal | undefined;
};

export type ProcessName = 'server' | 'vault' | 'outbox' | 'database';

export type System = {
  /** Where browsers reach the system. */
  readonly origin: string;
  /** `http://localhost:PORT`, which differs from `origin` behind a proxy. */
  readonly localOrigin: string;
  /** The development telephone network: `POST /messages`, `GET /messages?to=…`. */
  readonly outboxOrigin: string;
  readonly dataDir: string;
  readonly folder: DataFolder;
  /** Admin URL of the database; for tests that look at what is stored. */
  readonly databaseUrl: string;
  /** What an earlier start recorded; null on the first. */
  readonly installation: Installation | null;
  /** Where the first administrator enrols, as long as there is none. */
  readonly invitation: string | null;
  /** Fingerprint of the trust root; null where the vault runs on another host. */
  readonly trustRoot: string | null;
  /** What a restoration did; null where none was asked for. */
  readonly restored: string | null;
  /** Resolves when a process does not stay up and the system should be stopped. */
  readonly failed: Promise<StartError>;
  /** Sets the controlled clock of all processes; returns when each has set it. */
  setTime(epochMs: number): Promise<void>;
  /** Number of a running process; 0 while it is down. */
  pid(name: ProcessName): number;
  /** Kills a process, which stays down until it is restarted; waits for its death. The embedded database alone can be killed. */
  kill(name: ProcessName, signal?: NodeJS.Signals): Promise<void>;
  /** Starts a process again, ending it first if it runs; returns when it is ready. */
  restart(name: ProcessName): Promise<void>;
  /** Stops everything, in order. May be called more than once. */
  stop(): Promise<void>;
};

const projectRoot = join(import.meta.dirname, '..', '..', '..');
const databaseName = 'healthkit';

/**
 * Starts database, vault, outbox and server, and returns when all are ready.
 *
 * Whatever can be refused is refused before anything is made; a start that fails or is aborted later stops what it
 * had started.
 *
 * @throws {StartError} with one sentence for the operator
 */
export async function startSystem(options: StartSystemOptions): Promise<System> {
  const signal = options.signal ?? new AbortController().signal;
  const cleanup: (() => Promise<void>)[] = [];
  let stopping: Promise<void> | undefined;
  const stop = () => (stopping ??= runAll(cleanup));
  try {
    return await start(options, signal, cleanup, stop);
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Undoes in the reverse order, each step although another failed. */
async function runAll(cleanup: (() => Promise<void>)[]): Promise<void> {
  const errors: unknown[] = [];
  for (let step = cleanup.pop(); step !== undefined; step = cleanup.pop()) {
    await step().catch((error: unknown) => errors.push(error));
  }
  if (errors.length > 0) throw new AggregateError(errors, 'The system could not be stopped in order.');
}

async function start(
  options: StartSystemOptions,
  signal: AbortSignal,
  cleanup: (() => Promise<void>)[],
  stop: () => Promise<void>,
): Promise<System> {
  const folder = dataFolderAt(await canonicalPath(options.dataDir));
  await checkDataFolder(folder.path);
  const lock = await lockDataFolder(folder.path);
  cleanup.push(() => lock.release());
  await stopLeftovers(folder.run);
  const port = await claimablePort(options.port);
  const localOrigin = `http://localhost:${port}`;
  const origin = options.origin ?? localOrigin;
  const wanted = servicesOf(options);
  if (options.databaseUrl !== undefined) await checkDatabase(options.databaseUrl);
  if (options.listen !== undefined) await readTlsEnd(options.listen, Date.now());
  if (options.messages !== undefined) await readMessageNetwork(options.messages);
  if (options.remoteVault !== undefined) {
    if (await exists(join(folder.keys, 'kek'))) throw new StartError(`The data folder ${folder.path} holds the keys of a vault: move ${folder.keys} to the vault's host, where they belong alone.`);
    await checkRemoteVault(await readTlsEnd(options.remoteVault, Date.now()), { origin, timeZone: options.timeZone });
  }
  const installation = await wholeInstallation(folder, options);
  signal.throwIfAborted();

  const isNew = !(await exists(folder.path));
  let hasServices = false;
  // Before the vault has run there is nothing in a new folder that anybody could miss.
  if (isNew) cleanup.push(async () => (hasServices ? undefined : rm(folder.path, { recursive: true, force: true })));
  await makeDataFolder(folder);
  const passwords = await databasePasswords(folder);
  const sockets = await makeSocketFolder(folder);
  cleanup.push(() => sockets.remove());
  // For the operator's commands, which find the running vault by its data folder.
  await writeFile(socketNote(folder.run), sockets.path, { mode: 0o600 });
  cleanup.push(() => rm(socketNote(folder.run), { force: true }));
  const vaultFolder = join(sockets.path, 'vault');
  await mkdir(vaultFolder, { recursive: true, mode: 0o700 });
  const users = await chooseServiceUsers((await stat(folder.keys)).uid, {
    programs: [projectRoot, process.execPath, ...['vault', 'server', 'outbox'].map((name) => join(projectRoot, 'apps', name, 'src', 'main.ts')), join(projectRoot, 'packages', 'api', 'src', 'index.ts'), join(projectRoot, 'node_modules', 'fastify', 'package.json'), ...(wanted.includes('server') ? [webRoot('resident'), webRoot('gate'), webRoot('console')] : [])],
    dataFolder: sockets.path, port,
  });
  if (wanted.includes('vault')) await giveVaultItsFolders(users, folder.keys, vaultFolder);
  if (await swaps()) options.log('This machine swaps memory to disk, keys of the vault included: switch swap off, or let it lie on an encrypted device.');
  if (users === null) options.log('Vault and server run as this user: whoever is this user can reach the keys. Started by root, each gets a user of its own.');

  const parts = new Map<ProcessName, Supervised<Running>>();
  const services: Supervised<Service>[] = [];
  const failure = Promise.withResolvers<StartError>();
  const hooks = {
    log: options.log,
    // A left-over database is found by the folder it works in, and needs its own way of stopping.
    changed: () => noteProcesses(folder.run, services.flatMap((service) => service.current()?.pid ?? [])),
    gaveUp: failure.resolve,
  };
  cleanup.push(() => forgetProcesses(folder.run));

  let databaseUrl = options.databaseUrl;
  if (databaseUrl === undefined) {
    options.log((await exists(folder.postgres)) ? 'Starting the database.' : 'Creating the database.');
    const database = await supervise('database', () => startEmbeddedPostgres({
      cluster: folder.postgres, socketFolder: sockets.path, socketGroup: users?.server.gid, superuserPassword: passwords.postgres,
      logFile: join(folder.log, 'postgres.log'), signal: parts.has('database') ? new AbortController().signal : signal,
    }), hooks);
    parts.set('database', database);
    cleanup.push(() => database.stop());
    databaseUrl = await ensureDatabase(embeddedAdminUrl(sockets.path, passwords.postgres), databaseName);
  }
  signal.throwIfAborted();
  await prepareDatabase(databaseUrl, passwordsOf(wanted, passwords));
  signal.throwIfAborted();

  const outboxPort = await preferablyPort(port + 1);
  const outboxOrigin = `http://localhost:${outboxPort}`;
  const vaultSocketPath = join(vaultFolder, 'vault.sock');
  const city = options.city ?? syntheticCity;
  const described = options.identityProviderFile === undefined ? options.identityProvider : await readIdentityProvider(options.identityProviderFile);
  const provider = described === undefined ? null : partsOf(described);
  const urls = { server: urlOfRole(databaseUrl, 'hk_server', passwords.hk_server), vault: urlOfRole(databaseUrl, 'hk_vault', passwords.hk_vault) };
  const demo = installation === null ? options.demo : installation.demo !== 'none';
  let clockMs = options.startMs ?? Date.now();
  const clock = (): ClockSetting => (options.clock === 'controlled' ? { startMs: clockMs } : false);

  const plans: Readonly<Record<ServiceName, () => Promise<ServicePlan>>> = {
    outbox: async () => ({ name: 'outbox', user: users?.server ?? null, logFile: join(folder.log, 'outbox.log'), settings: { host: loopback, port: outboxPort, timeZone: options.timeZone, controlledClock: clock() } }),
    vault: async () => ({
      name: 'vault', user: users?.vault ?? null, logFile: join(folder.log, 'vault.log'),
      settings: {
        databaseUrl: urls.vault, socketPath: vaultSocketPath, ...(options.listen === undefined ? {} : { tls: await readTlsEnd(options.listen, Date.now()) }), ...(users === null ? {} : { socketGroup: users.server.gid }), keyFolder: folder.keys, ...(options.pkcs11 === undefined ? {} : { pkcs11: options.pkcs11 }), ...(options.messages === undefined ? { outboxUrl: options.listen === undefined ? `http://${loopback}:${outboxPort}` : null } : await readMessageNetwork(options.messages)),
        timeZone: options.timeZone, origin, cityName: { zh: city.zh, en: city.en }, issuer: city.issuer, controlledClock: clock(),
        ...(options.vaultLimits === undefined ? {} : { limits: options.vaultLimits }),
        ...(options.privacyPhone === undefined ? {} : { privacyPhone: options.privacyPhone }),
        ...(provider === null ? {} : { identityProvider: provider.vault }),
        witnessKeys: (options.witnesses ?? []).map(({ key }) => key),
        ...(options.restore === true ? { restore: true } : {}),
      },
    }),
    server: async () => ({
      name: 'server', user: users?.server ?? null, logFile: join(folder.log, 'server.log'),
      settings: {
        databaseUrl: urls.server, vault: options.remoteVault === undefined ? { socketPath: vaultSocketPath } : await readTlsEnd(options.remoteVault, Date.now()), host: loopback, port, origin, outboxOrigin: options.messages === undefined ? outboxOrigin : null, timeZone: options.timeZone,
        webRoots: { resident: webRoot('resident'), gate: webRoot('gate'), console: webRoot('console') },
        ...(provider === null ? {} : { identityProvider: provider.server }),
        controlledClock: clock(), demo, witnesses: [...(options.witnesses ?? [])],
      },
    }),
  };

  hasServices = true;
  for (const name of wanted) {
    options.log(`Starting the ${name}.`);
    const starting = new AbortController();
    const abort = () => starting.abort(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    const service = await supervise(name, async () => startService(await plans[name](), starting.signal), hooks);
    // From here on an abort is the business of whoever called; a restart must still be possible.
    signal.removeEventListener('abort', abort);
    services.push(service);
    parts.set(name, service);
    cleanup.push(() => service.stop());
    await hooks.changed();
  }
  signal.throwIfAborted();

  const part = (name: ProcessName) => {
    const found = parts.get(name);
    if (found === undefined) throw new StartError(`The ${name} was not started here.`);
    return found;
  };
  const said = (what: 'invitation' | 'trustRoot' | 'restored') => services.map((service) => service.current()?.[what] ?? null).find((text) => text !== null) ?? null;
  return {
    origin, localOrigin, outboxOrigin, dataDir: folder.path, folder, databaseUrl, installation,
    invitation: said('invitation'), trustRoot: said('trustRoot'), restored: said('restored'),
    failed: failure.promise,
    setTime: async (epochMs) => {
      if (options.clock !== 'controlled') throw new Error('setTime needs a system that was started with a controlled clock.');
      clockMs = epochMs;
      await Promise.all(services.flatMap((service) => service.current()?.setTime(epochMs) ?? []));
    },
    pid: (name) => part(name).current()?.pid ?? 0,
    kill: (name, which = 'SIGKILL') => part(name).kill(which),
    restart: (name) => part(name).restart(),
    stop,
  };
}

/** Of the roles of what is started here; another host gives the others theirs. */
function passwordsOf(services: readonly ServiceName[], { hk_server, hk_vault }: DatabasePasswords): Readonly<Partial<Record<ServiceRole, string>>> {
  return { ...(services.includes('server') ? { hk_server } : {}), ...(services.includes('vault') ? { hk_vault } : {}) };
}

/** What is started here, in this order. */
function servicesOf({ restore, listen, remoteVault, messages }: StartSystemOptions): readonly ServiceName[] {
  if (restore === true || listen !== undefined) return ['vault'];
  if (messages !== undefined) return ['vault', 'server'];
  return remoteVault === undefined ? ['outbox', 'vault', 'server'] : ['outbox', 'server'];
}

/**
 * The record of an earlier start. If that one was interrupted while it made the synthetic city, half of one must not
 * stay: in the embedded database everything begins anew, a foreign database is left to its admin.
 */
async function wholeInstallation(folder: DataFolder, options: StartSystemOptions): Promise<Installation | null> {
  const installation = await readInstallation(folder);
  if (installation?.demo !== 'filling') return installation;
  if (options.databaseUrl !== undefined) {
    throw new StartError('An earlier start was interrupted while it filled the database of DATABASE_URL with the synthetic city: give it an empty database and a new --data folder.');
  }
  options.log('An earlier start was interrupted while it made the synthetic city: beginning anew.');
  await stopLeftoverServer(folder.postgres);
  for (const path of [folder.postgres, folder.keys, folder.installation]) await rm(path, { recursive: true, force: true });
  return null;
}

function webRoot(app: string): string {
  return join(projectRoot, 'apps', app, 'dist');
}

/** Whether a swap device is in use; proc(5). */
async function swaps(): Promise<boolean> {
  const text = await readFile('/proc/swaps', 'utf8').catch(() => '');
  return text.trim().split('\n').length > 1;
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null)) !== null;
}
