import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { localDay } from './identifiers.ts';
import { localCalendar } from './localDay.ts';

const hourMs = 3_600_000;

test('a day of Shanghai begins at 16:00 UTC of the day before and has 24 hours', () => {
  const calendar = localCalendar('Asia/Shanghai');
  const day = localDay('2026-11-23');
  assert.equal(new Date(calendar.startOf(day)).toISOString(), '2026-11-22T16:00:00.000Z');
  assert.equal(calendar.endOf(day) - calendar.startOf(day), 24 * hourMs);
  assert.equal(calendar.dayOf(Date.parse('2026-11-22T15:59:59.999Z')), '2026-11-22');
  assert.equal(calendar.dayOf(Date.parse('2026-11-22T16:00:00.000Z')), '2026-11-23');
  assert.equal(calendar.offsetMinutes(0), 480);
});

test('the days on which Berlin changes its clocks have 23 and 25 hours', () => {
  const calendar = localCalendar('Europe/Berlin');
  const length = (day: string) => (calendar.endOf(localDay(day)) - calendar.startOf(localDay(day))) / hourMs;
  assert.equal(length('2026-03-29'), 23);
  assert.equal(length('2026-10-25'), 25);
  assert.equal(length('2026-10-26'), 24);
  assert.equal(calendar.offsetMinutes(Date.parse('2026-07-01T00:00:00Z')), 120);
});

test('the half-hour offset of St. John\'s is kept, in winter and in summer', () => {
  const calendar = localCalendar('America/St_Johns');
  assert.equal(new Date(calendar.startOf(localDay('2026-01-15'))).toISOString(), '2026-01-15T03:30:00.000Z');
  assert.equal(new Date(calendar.startOf(localDay('2026-07-15'))).toISOString(), '2026-07-15T02:30:00.000Z');
});

test('every instant lies in its own day, in all three zones', () => {
  for (const zone of ['Asia/Shanghai', 'Europe/Berlin', 'America/St_Johns']) {
    const calendar = localCalendar(zone);
    fc.assert(fc.property(fc.integer({ min: Date.parse('2020-01-01'), max: Date.parse('2040-01-01') }), (epochMs) => {
      const day = calendar.dayOf(epochMs);
      assert.ok(calendar.startOf(day) <= epochMs && epochMs < calendar.endOf(day));
      assert.equal(calendar.dayOf(calendar.startOf(day) - 1), calendar.addDays(day, -1));
    }), { seed: 1, numRuns: 200 });
  }
});

test('days are counted through the end of a month and of a leap year\'s February', () => {
  const calendar = localCalendar('Asia/Shanghai');
  assert.deepEqual(calendar.daysBetween(localDay('2028-02-28'), localDay('2028-03-01')), ['2028-02-28', '2028-02-29', '2028-03-01']);
  assert.throws(() => calendar.startOf(localDay('2026-02-30')), RangeError);
});
