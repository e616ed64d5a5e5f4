import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { fromWallTime, toWallTime } from './cityTime.ts';

test('a wall time is read in the time zone of the city, not of the computer', () => {
  assert.equal(fromWallTime('2026-11-23T08:30', 'Asia/Shanghai'), Date.parse('2026-11-23T00:30:00Z'));
  assert.equal(toWallTime(Date.parse('2026-11-22T16:00:00Z'), 'Asia/Shanghai'), '2026-11-23T00:00');
});

test('every whole minute in a zone without clock changes comes back as it went', () => {
  const minutes = fc.integer({ min: Date.parse('2020-01-01T00:00Z') / 60_000, max: Date.parse('2040-01-01T00:00Z') / 60_000 });
  fc.assert(fc.property(minutes, fc.constantFrom('Asia/Shanghai', 'Asia/Kathmandu', 'UTC'), (minute, zone) => {
    assert.equal(fromWallTime(toWallTime(minute * 60_000, zone), zone), minute * 60_000);
  }), { numRuns: 200 });
});

test('the hour that comes twice is its first time, and the hour that is skipped is still an instant', () => {
  assert.equal(fromWallTime('2026-10-25T02:30', 'Europe/Berlin'), Date.parse('2026-10-25T00:30:00Z'));
  assert.notEqual(fromWallTime('2026-03-29T02:30', 'Europe/Berlin'), null);
});

test('what is no time of day is none', () => {
  for (const text of ['', '2026-11-23', '2026-13-01T00:00', 'tomorrow']) assert.equal(fromWallTime(text, 'Asia/Shanghai'), null);
});
