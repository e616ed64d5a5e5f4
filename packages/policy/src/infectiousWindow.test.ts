import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { DAY_MS, HOUR_MS } from './durations.ts';
import { infectiousWindow } from './infectiousWindow.ts';
import { covid19 } from './profiles/covid-19.ts';
import { measles } from './profiles/measles.ts';

const NOON = Date.parse('2026-03-10T12:00:00Z');
const now = new Date(NOON);

describe('the infectious window', () => {
  it('counts from the onset where it is known', () => {
    const window = infectiousWindow({ onsetAt: NOON - 3 * DAY_MS, sampledAt: NOON - DAY_MS, profile: covid19, now });
    assert.deepEqual(window, { from: NOON - 5 * DAY_MS, to: NOON, basis: 'onset', clipped: false });
  });

  it('counts from the sampling where no onset is known', () => {
    const window = infectiousWindow({ onsetAt: null, sampledAt: NOON - DAY_MS, profile: measles, now });
    assert.deepEqual(window, { from: NOON - 8 * DAY_MS, to: NOON, basis: 'sampling', clipped: false });
  });

  it('begins no later than a sampling that came before the symptoms', () => {
    const window = infectiousWindow({ onsetAt: NOON, sampledAt: NOON - 5 * DAY_MS, profile: covid19, now });
    assert.equal(window.from, NOON - 5 * DAY_MS);
  });

  it('ends with the infectious period, not with today', () => {
    const window = infectiousWindow({ onsetAt: NOON - 9 * DAY_MS, sampledAt: NOON - 8 * DAY_MS, profile: measles, now });
    assert.deepEqual([window.from, window.to], [NOON - 13 * DAY_MS, NOON - 5 * DAY_MS]);
  });

  it('is clipped to the visit term, the shorter of the two that apply', () => {
    const old = { onsetAt: NOON - 13 * DAY_MS, sampledAt: NOON - 10 * DAY_MS, profile: covid19, now };
    assert.deepEqual(infectiousWindow(old), { from: NOON - 14 * DAY_MS, to: NOON - 3 * DAY_MS, basis: 'onset', clipped: true });
    assert.equal(infectiousWindow({ ...old, visitTermDays: 5 }).from, NOON - 5 * DAY_MS);
    assert.equal(infectiousWindow({ ...old, visitTermDays: 60 }).from, NOON - 14 * DAY_MS);
    const exact = infectiousWindow({ ...old, onsetAt: NOON - 12 * DAY_MS });
    assert.deepEqual([exact.from, exact.clipped], [NOON - 14 * DAY_MS, false]);
  });

  it('is empty where no visit is kept', () => {
    const window = infectiousWindow({ onsetAt: null, sampledAt: NOON, profile: covid19, now, visitTermDays: 0 });
    assert.deepEqual([window.from, window.to], [NOON, NOON]);
  });

  it('refuses a profile whose visit term is longer than the bound, and a negative term', () => {
    const infection = { onsetAt: null, sampledAt: NOON, profile: covid19, now };
    assert.throws(() => infectiousWindow({ ...infection, profile: { ...covid19, maxVisitTermDays: 15 } }), RangeError);
    assert.throws(() => infectiousWindow({ ...infection, visitTermDays: -1 }), RangeError);
    assert.throws(() => infectiousWindow({ ...infection, visitTermDays: Number.NaN }), RangeError);
  });

  it('stays within the last 14 days and never runs backwards, whatever the dates', () => {
    const moment = fc.integer({ min: -100, max: 100 }).map((step) => NOON + step * 7 * HOUR_MS);
    fc.assert(
      fc.property(fc.option(moment), moment, fc.constantFrom(covid19, measles), (onsetAt, sampledAt, profile) => {
        const { from, to } = infectiousWindow({ onsetAt, sampledAt, profile, now });
        assert.ok(NOON - 14 * DAY_MS <= from && from <= to && to <= NOON);
      }),
    );
  });
});
