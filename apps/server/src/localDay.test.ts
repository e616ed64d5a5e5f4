import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { addDays, boundsOfDay, isDay, localDayOf } from './localDay.ts';

const zones = ['Asia/Shanghai', 'Europe/Berlin', 'America/New_York', 'America/Asuncion', 'Asia/Beirut', 'Pacific/Kiritimati', 'Etc/GMT+12', 'Australia/Lord_Howe', 'UTC'];
const instants = fc.integer({ min: Date.parse('2020-01-01T00:00:00Z'), max: Date.parse('2035-01-01T00:00:00Z') });

test('an instant lies within the bounds of its local day, and the millisecond before the day does not', () => {
  fc.assert(fc.property(instants, fc.constantFrom(...zones), (epochMs, timeZone) => {
    const day = localDayOf(epochMs, timeZone);
    const { startMs, endMs } = boundsOfDay(day, timeZone);
    assert.ok(startMs <= epochMs && epochMs < endMs);
    assert.equal(localDayOf(startMs, timeZone), day);
    assert.equal(localDayOf(startMs - 1, timeZone), addDays(day, -1));
    assert.equal(localDayOf(endMs, timeZone), addDays(day, 1));
  }), { numRuns: 60 });
});

test('days follow each other without gap', () => {
  const day = localDayOf(Date.parse('2026-03-28T12:00:00Z'), 'Europe/Berlin');
  const spring = boundsOfDay(addDays(day, 1), 'Europe/Berlin');
  assert.equal(boundsOfDay(day, 'Europe/Berlin').endMs, spring.startMs);
  assert.equal(spring.endMs - spring.startMs, 23 * 3_600_000);
});

test('only days that exist are days', () => {
  for (const text of ['2026-02-29', '2026-13-01', '2026-1-1', '2026-01-01T', '', '20260101', '2026-11-31']) assert.equal(isDay(text), false, text);
  for (const text of ['2028-02-29', '2026-12-31']) assert.equal(isDay(text), true, text);
});
