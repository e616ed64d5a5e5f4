import assert from 'node:assert/strict';
import { test } from 'node:test';
import { refusedSources } from './refusedSources.ts';

test('addresses that are refused whatever they ask are counted once each, in the minute', () => {
  let now = 0;
  const sources = refusedSources(() => now);
  for (const address of ['a', 'b', 'a', 'c']) sources.note(address, true);
  assert.equal(sources.count(), 3);
  now = 60_000;
  assert.equal(sources.count(), 0);
  sources.note('a', true);
  assert.equal(sources.count(), 1);
});

test('an app that is refused for its old ticket and then gets a new one is none of them, in whichever order', () => {
  const sources = refusedSources(() => 0);
  sources.note('renewing', true);
  sources.note('renewing', false);
  sources.note('known', false);
  sources.note('known', true);
  assert.equal(sources.count(), 0);
});

test('what is remembered is bounded', () => {
  const sources = refusedSources(() => 0);
  for (let address = 0; address < 30_000; address += 1) sources.note(String(address), true);
  assert.equal(sources.count(), 20_000);
});
