import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { HOUR_MS } from './durations.ts';
import type { ResultFact } from './facts.ts';
import { covid19 } from './profiles/covid-19.ts';
import { measles } from './profiles/measles.ts';
import { testFreshness } from './testFreshness.ts';

const NOON = Date.parse('2026-03-10T12:00:00Z');

function result(value: ResultFact['value'], hoursAgo: number, change: Partial<ResultFact> = {}): ResultFact {
  const collectedAt = NOON - hoursAgo * HOUR_MS;
  return { kind: 'result', resultId: `${value}-${hoursAgo}`, value, collectedAt, reportedAt: collectedAt, testCode: '94309-2', ...change };
}

describe('how fresh a test is', () => {
  it('goes through the tiers by the age of the sampling', () => {
    const tiers = [0, 1, 23.9, 24, 47.9, 48, 71.9, 72].map(
      (age) => testFreshness([result('negative', age)], new Date(NOON), covid19)?.tierHours,
    );
    assert.deepEqual(tiers, [24, 24, 24, 48, 48, 72, 72, undefined]);
  });

  it('takes the newest negative and says when it leaves its tier', () => {
    const fresh = testFreshness([result('negative', 60), result('negative', 30)], new Date(NOON), covid19);
    assert.equal(fresh?.resultId, 'negative-30');
    assert.equal(fresh.tierEndsAt, NOON + 18 * HOUR_MS);
  });

  it('shows nothing behind a newer positive, or one of the same moment', () => {
    assert.equal(testFreshness([result('negative', 10), result('positive', 5)], new Date(NOON), covid19), null);
    assert.equal(testFreshness([result('negative', 5), result('positive', 5)], new Date(NOON), covid19), null);
    assert.notEqual(testFreshness([result('negative', 10), result('inconclusive', 5)], new Date(NOON), covid19), null);
  });

  it('shows nothing that is not reported yet, is no test of the profile, or under a profile without tiers', () => {
    assert.equal(testFreshness([result('negative', 5, { reportedAt: NOON + 1 })], new Date(NOON), covid19), null);
    assert.equal(testFreshness([result('negative', 5, { testCode: '48508-6' })], new Date(NOON), covid19), null);
    assert.equal(testFreshness([result('negative', 5, { testCode: '48508-6' })], new Date(NOON), measles), null);
  });
});
