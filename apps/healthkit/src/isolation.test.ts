import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmod, chown, mkdir, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { startSystem, type System } from './startSystem.ts';

const isRoot = process.getuid?.() === 0;

/** Numbers of a running process by /proc/<pid>/status. */
async function statusOf(pid: number): Promise<{ readonly uid: number; readonly gid: number; readonly groups: readonly number[]; readonly capabilities: bigint }> {
  const text = await readFile(`/proc/${pid}/status`, 'utf8');
  const field = (name: string) => new RegExp(`^${name}:\\s*(.*)$`, 'm').exec(text)?.[1]?.trim() ?? '';
  return {
    uid: Number(field('Uid').split(/\s+/)[1]), gid: Number(field('Gid').split(/\s+/)[1]), groups: field('Groups').split(/\s+/).filter((each) => each !== '').map(Number),
    capabilities: BigInt(`0x${field('CapEff')}`) | BigInt(`0x${field('CapPrm')}`) | BigInt(`0x${field('CapBnd')}`) | BigInt(`0x${field('CapAmb')}`),
  };
}

/** Runs a shell command with exactly the user, group and (no) capabilities of a running process. */
function asProcess(who: { readonly uid: number; readonly gid: number }, command: string): { readonly status: number | null; readonly output: string } {
  const { status, stdout, stderr } = spawnSync('setpriv', [
    `--reuid=${who.uid}`, `--regid=${who.gid}`, '--clear-groups', '--no-new-privs', '--securebits=+noroot,+noroot_locked', '--inh-caps=-all', '--ambient-caps=-all', '--bounding-set=-all',
    'sh', '-c', command,
  ], { encoding: 'utf8' });
  return { status, output: stdout + stderr };
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
      const [vault, server] = [await statusOf(system.pid('vault')), await statusOf(system.pid('server'))];
      assert.notEqual(vault.uid, 0);
      assert.notEqual(vault.uid, server.uid);
      assert.equal(server.capabilities, 0n, 'the server has no capability, and can get none');
      if (outerMode === 0o755) {
        assert.notEqual(server.uid, 0);
        assert.equal(vault.capabilities, 0n);
      } else {
        // Looking past closed folders, and nothing else.
        assert.ok([1n << 2n, 1n << 1n].includes(vault.capabilities), `the vault has ${vault.capabilities.toString(16)}`);
      }
      assert.equal((await fetch(`${system.localOrigin}/health/ready`)).status, 200);
    });

    test('the key folder and the operator\'s socket are closed to the server\'s user', async () => {
      const [vault, server] = [await statusOf(system.pid('vault')), await statusOf(system.pid('server'))];
      const keys = join(system.dataDir, 'keys');
      for (const path of [keys, join(keys, 'kek')]) {
        const found = await stat(path);
        assert.deepEqual([found.uid, found.mode & 0o077], [vault.uid, 0], path);
      }
      const kek = asProcess(server, `cat '${join(keys, 'kek')}' | wc -c; ls '${keys}'`);
      assert.match(kek.output, /^(cat: .*Permission denied\n)?0\n/m);
      assert.notEqual(kek.status, 0);
      const connect = (socket: string) => asProcess(server, `'${process.execPath}' -e "
        const s = require('node:net').connect('${join(system.dataDir, 'run', 'vault', socket)}', () => { console.log('connected'); s.destroy(); });
        s.on('error', (e) => console.log(e.code));"`).output.trim();
      assert.equal(connect('vault.sock'), 'connected');
      assert.equal(connect('operator.sock'), 'EACCES');
    });

    test('the vault leaves no core, and nobody of its own or the server\'s user reads its memory', async () => {
      const pid = system.pid('vault');
      const [vault, server] = [await statusOf(pid), await statusOf(system.pid('server'))];
      assert.match(await readFile(`/proc/${pid}/limits`, 'utf8'), /^Max core file size +0 +0 /m);
      assert.equal((await readFile(`/proc/${pid}/coredump_filter`, 'utf8')).trim(), '00000000');
      const read = `head -c 1 /proc/${pid}/maps; head -c 1 /proc/${pid}/environ; dd if=/proc/${pid}/mem bs=1 count=1`;
      for (const who of [vault, server]) {
        const { output } = asProcess({ uid: who.uid, gid: who.gid }, read);
        assert.equal(output.match(/Permission denied/g)?.length, 3, output);
      }
    });

    test('a signal opens no inspector and writes no heap', async () => {
      const pid = system.pid('vault');
      for (const signal of ['SIGUSR1', 'SIGUSR2'] as const) assert.doesNotMatch(await readFile(`/proc/${pid}/cmdline`, 'utf8'), /heapsnapshot|report|inspect/, signal);
      process.kill(pid, 'SIGUSR1');
      await delay(500);
      const answer = await fetch('http://127.0.0.1:9229/json').then(() => 'an inspector', () => 'nothing');
      assert.equal(answer, 'nothing');
      assert.doesNotMatch(await readFile(join(system.dataDir, 'log', 'vault.log'), 'utf8'), /Debugger listening/);
    });
  });
}
