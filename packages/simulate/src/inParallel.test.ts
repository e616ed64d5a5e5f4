import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as tick } from 'node:timers/promises';
import { inParallel } from './inParallel.ts';

test('results come in the order of the items, and no more than the limit run at once', async () => {
  let running = 0;
  let most = 0;
  const items = Array.from({ length: 50 }, (_, index) => index);
  const results = await inParallel(items, 4, async (item) => {
    most = Math.max(most, (running += 1));
    for (let wait = 0; wait < (item * 7) % 5; wait += 1) await tick();
    running -= 1;
    return item * 2;
  });
  assert.deepEqual(results, items.map((item) => item * 2));
  assert.equal(most, 4);
});

test('a failure is thrown and nothing new is begun', async () => {
  const begun: number[] = [];
  await assert.rejects(inParallel([0, 1, 2, 3, 4, 5], 2, async (item) => {
    begun.push(item);
    await tick();
    if (item === 1) throw new Error('no');
  }), /^Error: no$/);
  assert(begun.length < 6);
});
