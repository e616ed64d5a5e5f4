import assert from 'node:assert/strict';
import { fork, type ChildProcess } from 'node:child_process';
import { chmod, rm, stat } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { parseChildMessage, type ChildMessage } from '@health-kit/api/process-settings';
import { startMs } from '../test/city.ts';
import { startDatabase, temporaryFolder, type TestDatabase } from '../test/startDatabase.ts';

let database: TestDatabase;
let folder: string;
before(async () => {
  database = await startDatabase();
  folder = await temporaryFolder();
});
after(async () => {
  await database.stop();
  await rm(folder, { recursive: true, force: true });
});

interface Started {
  readonly child: ChildProcess;
  next(type: ChildMessage['type']): Promise<ChildMessage>;
  readonly exited: Promise<number | null>;
  errors(): string;
}
const socketPath = () => join(folder, 'vault.sock');
function start(keyFolder = join(folder, 'keys')): Started {
  const settings = {
    databaseUrl: database.urlOf('hk_vault'), socketPath: socketPath(), keyFolder, outboxUrl: null, timeZone: 'Asia/Shanghai',
    origin: 'http://localhost:8080', cityName: { zh: '海川', en: 'Haichuan' }, issuer: 'HC', controlledClock: { startMs },
  };
  const child = fork(join(import.meta.dirname, 'main.ts'), { env: { ...process.env, HK_SETTINGS: JSON.stringify(settings) }, stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
  let errors = '';
  child.stderr?.on('data', (chunk: Buffer) => (errors += chunk.toString('utf8')));
  return {
    child, errors: () => errors,
    exited: new Promise((resolve) => child.once('exit', (code) => resolve(code))),
    next: (type) => new Promise((resolve) => {
      const listen = (value: unknown) => {
        const message = parseChildMessage(value);
        if (message?.type !== type) return;
        child.off('message', listen);
        resolve(message);
      };
      child.on('message', listen);
    }),
  };
}
function post(name: string, body: unknown, path = socketPath()): Promise<{ status: number; body: unknown }> {
  return new Promise((resolve, reject) => {
    const sent = request({ socketPath: path, path: `/${name}`, method: 'POST', headers: { 'content-type': 'application/json' } }, (response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => (text += chunk.toString('utf8')));
      response.on('end', () => {
        const parsed: unknown = JSON.parse(text);
        resolve({ status: response.statusCode ?? 0, body: parsed });
      });
    });
    sent.on('error', reject);
    sent.end(JSON.stringify(body));
  });
}

test('the process says when it is ready, invites the first administrator, serves its socket, and stops when asked', async () => {
  const vault = start();
  const ready = await vault.next('ready');
  assert.match(ready.type === 'ready' ? ready.invitation ?? '' : '', /^http:\/\/localhost:8080\/console\/enrol#[\w-]{22}\.[\w-]{43}$/);
  assert.deepEqual(await post('ready', {}), { status: 200, body: { ready: true } });
  assert.equal((await stat(socketPath())).mode & 0o777, 0o600);

  const operatorSocket = join(folder, 'operator.sock');
  assert.equal((await stat(operatorSocket)).mode & 0o777, 0o600);
  assert.equal((await post('operator-list-keys', {}, operatorSocket)).status, 200);
  const strange = await post('no-such-operation', {});
  assert.deepEqual(await post('operator-list-keys', {}), strange, 'the server\'s socket knows nothing of the operator\'s operations');
  assert.deepEqual(await post('ready', {}, operatorSocket), strange, 'nor the operator\'s of the server\'s');

  const moved = vault.next('time-set');
  vault.child.send({ type: 'set-time', epochMs: startMs + 3_600_000 });
  assert.deepEqual(await moved, { type: 'time-set', epochMs: startMs + 3_600_000 });

  const invited = vault.next('invitations');
  vault.child.send({ type: 'invite-founding-officers', officers: [{ name: 'Zhao', office: 'Health office', unit: 'Tracing', roles: ['tracer'], institutionId: null }] });
  const message = await invited;
  assert.ok(message.type === 'invitations' && message.invitations[0]?.officer.name === 'Zhao');

  vault.child.kill('SIGTERM');
  assert.equal(await vault.exited, 0);
  assert.equal(vault.errors().includes('error'), false);
});

test('a process that cannot work says why in one sentence, names no secret, and ends', async () => {
  const first = start();
  await first.next('ready');

  const second = start();
  const failed = await second.next('failed');
  assert.deepEqual(failed, { type: 'failed', sentence: `Another vault already listens on ${socketPath()}.` });
  assert.equal(await second.exited, 1);
  first.child.disconnect();
  assert.equal(await first.exited, 0, 'it ends when its parent has gone');

  await chmod(join(folder, 'keys', 'kek'), 0o644);
  const third = start();
  const refused = await third.next('failed');
  assert.match(refused.type === 'failed' ? refused.sentence : '', /can be read by others/);
  assert.equal(await third.exited, 1);
  assert.doesNotMatch(third.errors(), /postgres:|hk_vault/);
  await chmod(join(folder, 'keys', 'kek'), 0o600);

  const foreign = start(join(folder, 'other-keys'));
  assert.deepEqual(await foreign.next('failed'), { type: 'failed', sentence: 'The key folder does not belong to this database: a stored key cannot be unwrapped with it.' });
  assert.equal(await foreign.exited, 1);
});

test('a socket that a killed process left behind is taken over', async () => {
  const killed = start();
  await killed.next('ready');
  killed.child.kill('SIGKILL');
  await killed.exited;
  const next = start();
  await next.next('ready');
  assert.equal((await post('ready', {})).status, 200);
  next.child.kill('SIGTERM');
  assert.equal(await next.exited, 0);
});
