/**
 * What the users of their own keep from each other, on a started system. Every probe is also run where the hole it
 * looks for exists (a user who may, a mode too wide, a process that closed nothing) and gets in there: a probe that
 * could not get in anywhere would show nothing.
 */
import assert from 'node:assert/strict';
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, mkdir, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test, type TestContext } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { claimablePort } from './freePort.ts';
import { startSystem, type System } from './startSystem.ts';

const isRoot = process.getuid?.() === 0;

type Who = { readonly uid: number; readonly gid: number };

/** Numbers of a running process by /proc/<pid>/status. */
async function statusOf(pid: number): Promise<Who & { readonly held: bigint; readonly capabilities: bigint }> {
  const text = await readFile(`/proc/${pid}/status`, 'utf8');
  const field = (name: string) => new RegExp(`^${name}:\\s*(.*)$`, 'm').exec(text)?.[1]?.trim() ?? '';
  const held = BigInt(`0x${field('CapEff')}`) | BigInt(`0x${field('CapPrm')}`) | BigInt(`0x${field('CapAmb')}`);
  return {
    uid: Number(field('Uid').split(/\s+/)[1]), gid: Number(field('Gid').split(/\s+/)[1]),
    held,
    // What it has, and what it could still get.
    capabilities: held | BigInt(`0x${field('CapBnd')}`),
  };
}

/** setpriv's arguments for a user and group without one capability, for good. */
const stripped = ({ uid, gid }: Who) => [
  `--reuid=${uid}`, `--regid=${gid}`, '--clear-groups', '--no-new-privs', '--securebits=+noroot,+noroot_locked', '--inh-caps=-all', '--ambient-caps=-all', '--bounding-set=-all',
];

/** Runs a shell command with exactly the user, group and (no) capabilities of a running process. */
function asProcess(who: Who, command: string): { readonly status: number | null; readonly output: string } {
  const { status, stdout, stderr } = spawnSync('setpriv', [...stripped(who), 'sh', '-c', command], { encoding: 'utf8' });
  return { status, output: stdout + stderr };
}

/** Starts a program that the test ends, and waits until it has written a line. */
async function startProgram(context: TestContext, command: string, args: readonly string[]): Promise<{ readonly pid: number; said(): string }> {
  const child: ChildProcess = spawn(command, [...args], { cwd: '/', stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', (text: string) => (output += text));
  context.after(async () => {
    if (child.exitCode === null && child.signalCode === null && child.kill('SIGKILL')) await once(child, 'exit');
  });
  while (!output.includes('\n')) {
    assert.equal(child.exitCode, null, output);
    await delay(20);
  }
  return { pid: child.pid ?? 0, said: () => output };
}

/** Whether `who` reads the key-encryption key and lists the folder that it lies in. */
function opensKeys(who: Who, keys: string): { readonly bytes: number; readonly lists: boolean } {
  return {
    bytes: Number(asProcess(who, `cat '${join(keys, 'kek')}' | wc -c`).output.match(/^\d+$/m)?.[0]),
    lists: asProcess(who, `ls '${keys}'`).status === 0,
  };
}

/** What comes of connecting to a socket as `who`. */
function connect(who: Who, socket: string): string {
  return asProcess(who, `'${process.execPath}' -e "
    const s = require('node:net').connect('${socket}', () => { console.log('connected'); s.destroy(); });
    s.on('error', (e) => console.log(e.code));"`).output.trim();
}

/** How many of three looks into a process's memory are refused to `who`: its map, its environment, its bytes. */
function refusedLooks(who: Who, pid: number): { readonly refused: number; readonly output: string } {
  const { output } = asProcess(who, `head -c 1 /proc/${pid}/maps; head -c 1 /proc/${pid}/environ; dd if=/proc/${pid}/mem bs=1 count=1`);
  return { refused: output.match(/Permission denied/g)?.length ?? 0, output };
}

/** What a process would leave behind when it crashes. */
async function coreOf(pid: number): Promise<{ readonly size: string; readonly most: string; readonly filter: string }> {
  const [, size, most] = /^Max core file size +(\w+) +(\w+) /m.exec(await readFile(`/proc/${pid}/limits`, 'utf8')) ?? [];
  return {
    size: size ?? '', most: most ?? '',
    filter: (await readFile(`/proc/${pid}/coredump_filter`, 'utf8')).trim(),
  };
}

/** Whether a process opens an inspector when it is sent SIGUSR1. */
async function opensInspector(pid: number, port: number): Promise<boolean> {
  process.kill(pid, 'SIGUSR1');
  await delay(500);
  return fetch(`http://127.0.0.1:${port}/json`).then(() => true, () => false);
}

for (const [where, outerMode] of [['a folder that everybody may enter', 0o755], ['a folder that is closed to all but root', 0o700]] as const) {
  describe(`started by root in ${where}`, { skip: isRoot ? false : 'users of their own need root, which CI is' }, () => {
    let folder: string;
    let system: System;
    before(async () => {
      folder = await mkdtemp(join(tmpdir(), 'hk-isolation-'));
      await chmod(folder, outerMode);
      // A data folder from before there were users of their own: root's keys.
      await mkdir(join(folder, 'data', 'keys', 'day'), { recursive: true, mode: 0o700 });
      await mkdir(join(folder, 'data', 'secrets'), { mode: 0o700 });
      await chown(join(folder, 'data', 'keys'), 0, 0);
      system = await startSystem({ dataDir: join(folder, 'data'), port: 0, timeZone: 'Asia/Shanghai', demo: false, log: () => undefined });
    });
    after(async () => {
      await system.stop();
      await rm(folder, { recursive: true, force: true });
    });

    test('vault and server run as different users, neither with root\'s powers, and both serve', async () => {
      const [vault, server, database] = [await statusOf(system.pid('vault')), await statusOf(system.pid('server')), await statusOf(system.pid('database'))];
      assert.notEqual(vault.uid, 0);
      assert.equal(new Set([vault.uid, server.uid, database.uid]).size, 3);
      assert.equal(server.capabilities, 0n, 'the server has no capability, and can get none');
      if (outerMode === 0o755) {
        assert.notEqual(server.uid, 0);
        assert.equal(vault.capabilities, 0n);
        assert.equal(database.held, 0n, 'the database passes through the data folder as anybody does');
      } else {
        // Looking past closed folders, and nothing else.
        assert.ok([1n << 2n, 1n << 1n].includes(vault.capabilities), `the vault has ${vault.capabilities.toString(16)}`);
        assert.ok([1n << 2n, 1n << 1n].includes(database.held), `the database has ${database.held.toString(16)}`);
      }
      assert.equal((await fetch(`${system.localOrigin}/health/ready`)).status, 200);
    });

    test('a process that was not stripped is told from one that was', async (context) => {
      const server = await statusOf(system.pid('server'));
      assert.notEqual((await statusOf(process.pid)).held, 0n, 'root itself');
      const kept = await startProgram(context, 'setpriv', [`--reuid=${server.uid}`, `--regid=${server.gid}`, '--clear-groups', 'sh', '-c', 'echo up; exec sleep 60']);
      assert.notEqual((await statusOf(kept.pid)).capabilities, 0n, 'the server\'s user, of whom nothing was taken for good');
      const cleared = await startProgram(context, 'setpriv', [...stripped(server), 'sh', '-c', 'echo up; exec sleep 60']);
      assert.equal((await statusOf(cleared.pid)).capabilities, 0n);
    });

    test('the key folder and the operator\'s socket are closed to the server\'s user', async () => {
      const [vault, server] = [await statusOf(system.pid('vault')), await statusOf(system.pid('server'))];
      const keys = join(system.dataDir, 'keys');
      for (const path of [keys, join(keys, 'kek')]) {
        const found = await stat(path);
        assert.deepEqual([found.uid, found.mode & 0o077], [vault.uid, 0], path);
      }
      assert.deepEqual(opensKeys(server, keys), { bytes: 0, lists: false });
      const [socket, operatorSocket] = [join(system.dataDir, 'run', 'vault', 'vault.sock'), join(system.dataDir, 'run', 'vault', 'operator.sock')];
      assert.equal(connect(server, socket), 'connected');
      assert.equal(connect(server, operatorSocket), 'EACCES');
    });

    test('with wider modes the server\'s user would get to both', { skip: outerMode === 0o755 ? false : 'there the folders above are closed too' }, async () => {
      const [vault, server] = [await statusOf(system.pid('vault')), await statusOf(system.pid('server'))];
      const [keys, operatorSocket] = [join(system.dataDir, 'keys'), join(system.dataDir, 'run', 'vault', 'operator.sock')];
      assert.deepEqual(opensKeys(vault, keys), { bytes: 32, lists: true });
      assert.equal(connect({ ...vault, gid: server.gid }, operatorSocket), 'connected');
      try {
        await chmod(keys, 0o755);
        assert.deepEqual(opensKeys(server, keys), { bytes: 0, lists: true });
        await chmod(join(keys, 'kek'), 0o644);
        assert.deepEqual(opensKeys(server, keys), { bytes: 32, lists: true });
        await chmod(operatorSocket, 0o666);
        assert.equal(connect(server, operatorSocket), 'connected');
      } finally {
        await chmod(operatorSocket, 0o600);
        await chmod(join(keys, 'kek'), 0o600);
        await chmod(keys, 0o700);
      }
    });

    test('the vault leaves no core, and nobody of its own or the server\'s user reads its memory', async () => {
      const pid = system.pid('vault');
      const [vault, server] = [await statusOf(pid), await statusOf(system.pid('server'))];
      assert.deepEqual(await coreOf(pid), { size: '0', most: '0', filter: '00000000' });
      for (const who of [vault, server]) {
        const { refused, output } = refusedLooks(who, pid);
        assert.equal(refused, 3, output);
      }
    });

    test('a process of the vault\'s user that has not closed its memory is looked into, and one that has is not', { skip: outerMode === 0o755 ? false : 'the same there' }, async (context) => {
      const vault = await statusOf(system.pid('vault'));
      const node = (code: string) => startProgram(context, 'sh', [
        '-c', 'ulimit -c "$(ulimit -H -c)"; exec setpriv "$@"', 'sh', ...stripped(vault), process.execPath, '--input-type=module', '-e', `${code}; console.log('up'); setInterval(() => undefined, 1000);`,
      ]);
      const open = await node('');
      const core = await coreOf(open.pid);
      assert.equal(core.size, (await coreOf(process.pid)).most);
      assert.notEqual(core.filter, '00000000');
      const looks = refusedLooks(vault, open.pid);
      // Where the kernel lets only parents trace (Yama), the bytes themselves are closed to a sibling anyway.
      const isRestricted = (await readFile('/proc/sys/kernel/yama/ptrace_scope', 'utf8').catch(() => '0')).trim() !== '0';
      assert.equal(looks.refused, isRestricted ? 1 : 0, looks.output);

      const guardMemory = join(import.meta.dirname, '..', '..', 'vault', 'src', 'guardMemory.ts');
      const closed = await node(`(await import('${guardMemory}')).guardMemory()`);
      assert.deepEqual(await coreOf(closed.pid), { size: '0', most: '0', filter: '00000000' });
      assert.equal(refusedLooks(vault, closed.pid).refused, 3);
    });

    test('a signal opens no inspector and writes no heap', async () => {
      const pid = system.pid('vault');
      assert.doesNotMatch(await readFile(`/proc/${pid}/cmdline`, 'utf8'), /heapsnapshot|report|inspect/);
      assert.equal(await opensInspector(pid, 9229), false);
      assert.doesNotMatch(await readFile(join(system.dataDir, 'log', 'vault.log'), 'utf8'), /Debugger listening/);
    });

    test('without the switch that forbids it, the same signal opens one', { skip: outerMode === 0o755 ? false : 'the same there' }, async (context) => {
      const port = await claimablePort(0);
      const start = (...switches: readonly string[]) => startProgram(context, process.execPath, [`--inspect-port=${port}`, ...switches, '-e', 'console.log("up"); setInterval(() => undefined, 1000);']);
      assert.equal(await opensInspector((await start('--disable-sigusr1')).pid, port), false);
      const open = await start();
      assert.equal(await opensInspector(open.pid, port), true);
      assert.match(open.said(), /Debugger listening/);
    });
  });
}
