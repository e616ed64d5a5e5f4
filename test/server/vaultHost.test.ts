import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { systemClock } from '@health-kit/api/process-settings';
import { startSystem, StartError, type StartSystemOptions, type System } from '@health-kit/healthkit';
import pg from 'pg';
import Type from 'typebox';
import { Value } from 'typebox/value';
import { invitationCode, openWorld, Resident, seededRandom, StaffMember, syntheticPerson, type World } from '@health-kit/simulate';
import { ensureDatabase, newPassword, urlOfRole } from '../../apps/healthkit/src/databaseAccess.ts';
import { ownUid } from '../../apps/healthkit/src/databaseUser.ts';
import { embeddedAdminUrl, startEmbeddedPostgres, type EmbeddedPostgres } from '../../apps/healthkit/src/embeddedPostgres.ts';
import { claimablePort, preferablyPort } from '../../apps/healthkit/src/freePort.ts';
import { commands } from '../../apps/healthkit/src/commands.ts';
import { makeCertificates, type Certificates } from './certificates.ts';

/** Two hosts on one machine: each has a data folder of its own, and they share a database and the loopback address alone. */
let folder: string;
let certificates: Certificates;
let postgres: EmbeddedPostgres;
let databaseUrl: string;
let vault: System;
let server: System;
let ports: { readonly server: number; readonly vault: number };
/** How to undo what has been started, in the order of starting. */
const started: (() => Promise<void>)[] = [];
const timeZone = 'Asia/Shanghai';

/** A port whose next one is free as well: the telephone network's. */
async function twoPorts(): Promise<number> {
  for (;;) {
    const port = await claimablePort(0);
    if ((await preferablyPort(port + 1)) === port + 1) return port;
  }
}
const filesOf = (name: string) => ({ host: '127.0.0.1', port: ports.vault, certificate: join(certificates.folder, `${name}.pem`), key: join(certificates.folder, `${name}.key`), authority: join(certificates.folder, 'ca.pem') });
const common = (data: string): StartSystemOptions => ({ dataDir: join(folder, data), port: 0, databaseUrl, timeZone, origin: `http://localhost:${ports.server}`, demo: false, log: () => undefined });
const startVault = (changes: Partial<StartSystemOptions> = {}) => startSystem({ ...common('vault'), listen: filesOf('vault'), messages: { over: 'http', url: `http://127.0.0.1:${ports.server + 1}` }, ...changes });
const startServer = (changes: Partial<StartSystemOptions> = {}) => startSystem({ ...common('server'), port: ports.server, remoteVault: filesOf('server'), ...changes });
const worldOf = (): World => openWorld({ origin: server.origin, outboxOrigin: server.outboxOrigin, clock: systemClock, random: seededRandom('two hosts') });

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hk-hosts-'));
  started.push(() => rm(folder, { recursive: true, force: true }));
  await chmod(folder, 0o711);
  certificates = await makeCertificates();
  started.push(() => certificates.remove());
  const server1 = await twoPorts();
  ports = { server: server1, vault: await claimablePort(0) };
  const password = newPassword();
  await mkdir(join(folder, 'database'), { mode: 0o711 });
  postgres = await startEmbeddedPostgres({
    // The group in which vault and server are, each as a user of its own.
    socketGroup: process.getuid?.() === 0 ? ownUid(2) : undefined,
    cluster: join(folder, 'database', 'postgres'), socketFolder: join(folder, 'database'), superuserPassword: password, logFile: join(folder, 'database', 'log'), signal: new AbortController().signal,
  });
  started.push(() => postgres.stop());
  databaseUrl = await ensureDatabase(embeddedAdminUrl(join(folder, 'database'), password), 'healthkit');
  vault = await startVault();
  started.push(() => vault.stop());
  server = await startServer();
  started.push(() => server.stop());
});
after(async () => {
  for (const undo of started.toReversed()) await undo();
});

let world: World;
test('a resident registers and gets a pass through a vault on another host, and an officer enrols', async () => {
  world = worldOf();
  await StaffMember.enrol(world, invitationCode(vault.invitation ?? ''));
  const resident = await Resident.register(world, syntheticPerson(1, world.random));
  const { ticket } = await resident.ticket();
  assert.ok(ticket.length > 0);
  assert.ok((await resident.renewPass()).pass.length > 0);
});

test('the host of the server has neither a key nor a socket of the vault, and each host its own password', async () => {
  assert.deepEqual(await readdir(join(folder, 'server', 'keys')), []);
  assert.deepEqual(await readdir(join(folder, 'server', 'run', 'vault')), []);
  assert.deepEqual(await readdir(join(folder, 'vault', 'run', 'vault')), ['operator.sock'], 'and the vault nothing but TLS and the operator\'s socket');
  // What the server's host knows of the vault's login is a password that the vault's host has never set.
  const secrets: unknown = JSON.parse(await readFile(join(folder, 'server', 'secrets', 'database.json'), 'utf8'));
  assert.ok(Value.Check(Type.Object({ hk_vault: Type.String(), hk_server: Type.String() }), secrets));
  const signIn = async (role: 'hk_vault' | 'hk_server') => {
    const client = new pg.Client({ connectionString: urlOfRole(databaseUrl, role, secrets[role]) });
    await client.connect().finally(() => client.end());
  };
  await assert.rejects(signIn('hk_vault'), /password authentication failed/);
  await signIn('hk_server');
  assert.throws(() => vault.pid('server'), StartError);
  assert.throws(() => server.pid('vault'), StartError);
});

test('the operator asks on the vault\'s host alone', async () => {
  const keys = commands.find(({ name }) => name === 'keys');
  const lines: string[] = [];
  const run = (data: string) => keys?.run(['list', '--data', join(folder, data)], { environment: {}, signal: new AbortController().signal, print: (line) => void lines.push(line) });
  assert.equal(await run('vault'), 0);
  assert.match(lines.join('\n'), /sealing/);
  await assert.rejects(async () => run('server'), StartError);
});

test('the vault has a user of its own and a closed memory, as in the start of everything', { skip: process.getuid?.() === 0 ? false : 'users of their own need root, which CI is' }, async () => {
  const uid = async (pid: number) => /^Uid:\s+(\d+)/m.exec(await readFile(`/proc/${pid}/status`, 'utf8'))?.[1];
  assert.notEqual(await uid(vault.pid('vault')), '0');
  assert.notEqual(await uid(vault.pid('vault')), await uid(server.pid('server')));
  assert.equal((await readFile(`/proc/${vault.pid('vault')}/coredump_filter`, 'utf8')).trim(), '00000000');
});

test('the server survives the vault\'s death and restart', async () => {
  const pid = server.pid('server');
  await vault.kill('vault');
  assert.equal((await fetch(`${server.localOrigin}/health/ready`)).status, 503);
  assert.equal((await fetch(`${server.localOrigin}/health/live`)).status, 200);
  await vault.restart('vault');
  const resident = await Resident.register(world, syntheticPerson(2, world.random));
  assert.ok((await resident.renewPass()).pass.length > 0);
  assert.equal((await fetch(`${server.localOrigin}/health/ready`)).status, 200);
  assert.equal(server.pid('server'), pid, 'the same process all the while');
});

const refused: Readonly<Record<string, readonly [() => Partial<StartSystemOptions> | Promise<Partial<StartSystemOptions>>, RegExp]>> = {
  'another origin': [() => ({ origin: 'https://health.example' }), /was started with --origin http:\/\/localhost:\d+, but this host with https:\/\/health\.example/],
  'another time zone': [() => ({ timeZone: 'Europe/Tallinn' }), /was started with --time-zone Asia\/Shanghai, but this host with Europe\/Tallinn/],
  'a certificate of another authority': [() => ({ remoteVault: filesOf('stranger') }), /does not take the certificate of this host/],
  'the certificate of the vault': [() => ({ remoteVault: filesOf('vault') }), /does not take the certificate of this host/],
  'an authority that is not the vault\'s': [() => ({ remoteVault: { ...filesOf('server'), authority: join(certificates.folder, 'other.pem') } }), /is not of the authority in --ca/],
  'a certificate that ran out': [() => ({ remoteVault: filesOf('expired') }), /ran out on/],
  'the key of another certificate': [() => ({ remoteVault: { ...filesOf('server'), key: join(certificates.folder, 'vault.key') } }), /is not the key of the certificate/],
  'a key that others may read': [async () => {
    const key = join(certificates.folder, 'open.key');
    await writeFile(key, await readFile(filesOf('server').key));
    await chmod(key, 0o644);
    return { remoteVault: { ...filesOf('server'), key } };
  }, /can be read by others/],
  'an address where nothing listens': [async () => ({ remoteVault: { ...filesOf('server'), port: await claimablePort(0) } }), /nothing listens there/],
};
for (const [what, [changes, sentence]] of Object.entries(refused)) {
  test(`a server with ${what} does not start, says why, and leaves nothing behind`, async () => {
    await assert.rejects(startServer({ dataDir: join(folder, 'refused'), port: 0, ...(await changes()) }), (error: unknown) => error instanceof StartError && sentence.test(error.message));
    assert.equal((await readdir(folder)).includes('refused'), false);
  });
}

test('a server does not start beside keys that were left on its host', async () => {
  await mkdir(join(folder, 'moved', 'secrets'), { recursive: true });
  await mkdir(join(folder, 'moved', 'keys'));
  await writeFile(join(folder, 'moved', 'keys', 'kek'), 'left behind');
  await assert.rejects(startServer({ dataDir: join(folder, 'moved'), port: 0 }), /holds the keys of a vault: move .*keys to the vault's host/);
});

test('a renewed certificate is taken when the vault starts again; without a good one it says so', async () => {
  const good = filesOf('vault').certificate;
  await rename(good, `${good}.old`);
  await writeFile(good, await readFile(join(certificates.folder, 'expired.pem')));
  await assert.rejects(vault.restart('vault'), /ran out on/);
  await rename(`${good}.old`, good);
  await vault.restart('vault');
  for (let attempt = 0; attempt < 50 && (await fetch(`${server.localOrigin}/health/ready`)).status !== 200; attempt += 1) await delay(100);
  assert.equal((await fetch(`${server.localOrigin}/health/ready`)).status, 200);
});
