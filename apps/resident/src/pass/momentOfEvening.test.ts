import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isEvening, isGoodTomorrow, momentOfEvening } from './momentOfEvening.ts';

const hourMs = 3_600_000;
const midnight = Date.parse('2026-11-23T16:00:00Z');

test('phones that lie open before the evening spread evenly over it, and none asks after it', () => {
  const phones = 6_000;
  const perHour = new Array<number>(6).fill(0);
  for (let phone = 0; phone < phones; phone += 1) {
    const at = momentOfEvening(midnight - 10 * hourMs, midnight, (phone + 0.5) / phones);
    const hour = Math.floor((at - (midnight - 6 * hourMs)) / hourMs);
    perHour[hour] = (perHour[hour] ?? 0) + 1;
    assert.ok(at < midnight);
  }
  assert.equal(perHour.length, 6, 'nothing outside the evening');
  for (const count of perHour) assert.ok(count > 980 && count < 1_020, perHour.join(' '));
});

test('who opens the app in the evening need not wait', () => {
  assert.equal(momentOfEvening(midnight - 6 * hourMs, midnight, 0.9), midnight - 6 * hourMs);
  assert.equal(momentOfEvening(midnight - 1, midnight, 0.9), midnight - 1);
});

test('the worker knows the evening by the midnight of any day, as the app may not have been opened for days', () => {
  for (const days of [0, 1, 5]) {
    const end = midnight - days * 24 * hourMs;
    assert.deepEqual([-6 * hourMs - 1, -6 * hourMs, -1, 0, hourMs].map((ms) => isEvening(midnight + ms, end)), [false, true, true, false, false]);
  }
});

test('a pass that was fetched for today, in an app that nobody has opened since, is not taken for tomorrow’s', () => {
  const graceMs = 2 * hourMs;
  for (const beforeMs of [6 * hourMs, 1]) {
    assert.equal(isGoodTomorrow(new Date(midnight + 24 * hourMs + graceMs).toISOString(), midnight - beforeMs), true);
    assert.equal(isGoodTomorrow(new Date(midnight + graceMs).toISOString(), midnight - beforeMs), false);
  }
});
