import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isArrivalWithin, isDepartureAfter } from './arrival.ts';

const day = { dayStartMs: 1_000_000_000, dayEndMs: 1_086_400_000 };
const now = 1_050_000_000;

test('an arrival lies in the day of the ticket, to the millisecond', () => {
  const later = day.dayEndMs + 1_000_000;
  assert.equal(isArrivalWithin(day, day.dayStartMs, later), true);
  assert.equal(isArrivalWithin(day, day.dayStartMs - 1, later), false);
  assert.equal(isArrivalWithin(day, day.dayEndMs - 1, later), true);
  assert.equal(isArrivalWithin(day, day.dayEndMs, later), false);
});

test('an arrival is at most two minutes ahead of us, and an instant that does not exist is none', () => {
  assert.equal(isArrivalWithin(day, now + 120_000, now), true);
  assert.equal(isArrivalWithin(day, now + 120_001, now), false);
  assert.equal(isArrivalWithin(day, Date.parse('2026-13-45T99:99:99Z'), now), false);
});

test('a departure follows its arrival within 24 hours and is not in the future', () => {
  assert.equal(isDepartureAfter(now, now, now), true);
  assert.equal(isDepartureAfter(now, now - 1, now), false);
  assert.equal(isDepartureAfter(now, now + 86_400_000, now + 90_000_000), true);
  assert.equal(isDepartureAfter(now, now + 86_400_001, now + 90_000_000), false);
  assert.equal(isDepartureAfter(now, now + 120_001, now), false);
  assert.equal(isDepartureAfter(now, Number.NaN, now), false);
});
