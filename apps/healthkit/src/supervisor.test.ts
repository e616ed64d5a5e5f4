import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { test } from 'node:test';
import { exitOf, waitUntil } from './processes.ts';
import { SystemEnded, type StartError } from './startError.ts';
import { supervise, type Running } from './supervisor.ts';

/** A process that does nothing until it is told to end. */
async function sleeper(): Promise<Running> {
  const child = spawn('sleep', ['600']);
  const exited = exitOf(child);
  return {
    pid: child.pid ?? 0,
    exited,
    kill: (signal) => void child.kill(signal),
    stop: async () => {
      child.kill('SIGTERM');
      await exited;
    },
  };
}

function watching() {
  const log: string[] = [];
  const failure = Promise.withResolvers<StartError>();
  return { log: (line: string) => void log.push(line), changed: () => Promise.resolve(), gaveUp: failure.resolve, lines: log, failed: failure.promise };
}

test('a process that ends by itself is started again', async () => {
  const hooks = watching();
  const supervised = await supervise('sleeper', sleeper, hooks);
  const before = supervised.current()?.pid ?? 0;
  process.kill(before, 'SIGKILL');
  assert.ok(await waitUntil(async () => ![undefined, before].includes(supervised.current()?.pid), 5_000));
  assert.ok(await waitUntil(async () => hooks.lines.length > 1, 5_000));
  assert.deepEqual(hooks.lines, ['The sleeper process ended (SIGKILL); starting it again.', 'The sleeper process is back.']);
  await supervised.stop();
  assert.equal(supervised.current(), null);
});

test('a process that says that the system was ended is not started again, and nothing is said of a crash', async () => {
  const hooks = watching();
  let starts = 0;
  const supervised = await supervise('ender', async () => {
    starts += 1;
    const process = await sleeper();
    return { ...process, exited: process.exited.then((exit) => ({ ...exit, over: 'This system was ended.' })) };
  }, hooks);
  supervised.current()?.kill('SIGTERM');
  const failure = await hooks.failed;
  assert.ok(failure instanceof SystemEnded);
  assert.equal(failure.message, 'This system was ended.');
  await supervised.stop();
  assert.deepEqual([hooks.lines, starts], [[], 1]);
});

test('a process that was killed on purpose stays down until it is restarted', async () => {
  const hooks = watching();
  const supervised = await supervise('sleeper', sleeper, hooks);
  await supervised.kill('SIGKILL');
  assert.equal(await waitUntil(async () => supervised.current() !== null, 500), false);
  await supervised.restart();
  assert.notEqual(supervised.current(), null);
  await supervised.stop();
  assert.deepEqual(hooks.lines, []);
});

test('a process that does not stay up is given up with a sentence', async () => {
  const hooks = watching();
  const supervised = await supervise('faller', async () => {
    const process = await sleeper();
    process.kill('SIGKILL');
    return process;
  }, hooks);
  const { message } = await hooks.failed;
  assert.match(message, /^The faller process does not stay up/);
  await supervised.stop();
});
