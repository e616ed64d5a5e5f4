import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeSweeps } from './sweeps.ts';

test('a sweep that is woken while it runs, runs once more afterwards and never twice at once', async () => {
  const sweeps = makeSweeps(() => assert.fail('no sweep fails here'));
  let runs = 0;
  let running = 0;
  let finish = (): void => assert.fail('nothing runs');
  sweeps.add({ name: 'derive', everyMs: 1_000_000, run: async () => {
    runs += 1;
    running += 1;
    assert.equal(running, 1);
    await new Promise<void>((resolve) => (finish = resolve));
    running -= 1;
  } });
  const all = sweeps.runAll();
  sweeps.wake('derive');
  sweeps.wake('derive');
  finish();
  await new Promise(setImmediate);
  finish();
  await all;
  assert.equal(runs, 2);
});

test('a sweep that fails is reported and holds up neither the others nor its next run', async () => {
  const failures: string[] = [];
  const sweeps = makeSweeps((name) => failures.push(name));
  let good = 0;
  sweeps.add({ name: 'bad', everyMs: 1_000_000, run: () => Promise.reject(new Error('refused')) });
  sweeps.add({ name: 'good', everyMs: 1_000_000, run: async () => void (good += 1) });
  await sweeps.runAll();
  await sweeps.runAll();
  assert.deepEqual(failures, ['bad', 'bad']);
  assert.equal(good, 2);
});

test('nothing starts after the stop, which waits for what runs', async () => {
  const sweeps = makeSweeps(() => undefined);
  let ended = false;
  sweeps.add({ name: 'slow', everyMs: 1_000_000, run: async () => {
    await new Promise((resolve) => setTimeout(resolve, 20));
    ended = true;
  } });
  sweeps.wake('slow');
  await sweeps.stop();
  assert.equal(ended, true);
  ended = false;
  await sweeps.runAll();
  assert.equal(ended, false);
});
