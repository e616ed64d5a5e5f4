import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clockOffsetMs, isClockWrong } from './clockOffset.ts';

const date = 'Mon, 23 Nov 2026 08:00:00 GMT';
const serverMs = Date.parse(date);

test('a clock within the duration of the request and the second of the header is right', () => {
  assert.equal(clockOffsetMs(date, serverMs - 200, serverMs + 300), 0);
  assert.equal(clockOffsetMs(date, serverMs + 900, serverMs + 1200), 0);
});

test('a clock ahead is told from a clock behind', () => {
  assert.equal(clockOffsetMs(date, serverMs + 91_000, serverMs + 91_100), 90_000);
  assert.equal(clockOffsetMs(date, serverMs - 70_100, serverMs - 70_000), -70_000);
});

test('an answer without a legible date tells nothing', () => {
  assert.equal(clockOffsetMs(null, 0, 1), null);
  assert.equal(clockOffsetMs('soon', 0, 1), null);
});

test('a minute is tolerated in either direction, a second more is not, and an unknown clock is not wrong', () => {
  assert.deepEqual([60_000, -60_000, 61_000, -61_000, null].map(isClockWrong), [false, false, true, true, false]);
});
