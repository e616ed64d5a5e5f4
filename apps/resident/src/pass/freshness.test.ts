import assert from 'node:assert/strict';
import { test } from 'node:test';
import { covid19, DAY_MS, HOUR_MS, measles, type Fact } from '@health-kit/policy';
import { freshnessAt } from './freshness.ts';

const now = Date.parse('2026-11-23T04:00:00Z');
const result = (value: 'positive' | 'negative' | 'inconclusive', hoursAgo: number, testCode = '94500-6'): Fact => ({
  kind: 'result', resultId: `${value} ${hoursAgo}`, value, testCode, collectedAt: now - hoursAgo * HOUR_MS, reportedAt: now - hoursAgo * HOUR_MS + HOUR_MS / 2,
});

test('a negative test counts as of 24, 48 or 72 hours from its sampling', () => {
  for (const [hoursAgo, tier] of [[0.6, 24], [23.9, 24], [24, 48], [47.9, 48], [48, 72], [71.9, 72]] as const) {
    assert.deepEqual(freshnessAt([result('negative', hoursAgo)], now, covid19), { kind: 'fresh', hours: Math.floor(hoursAgo), tier });
  }
});

test('one that is older is named with its day, and so is one that a positive came after; inconclusive ones and other tests say nothing', () => {
  assert.deepEqual(freshnessAt([result('negative', 72)], now, covid19), { kind: 'old', collectedAtMs: now - 3 * DAY_MS, tier: 72 });
  assert.equal(freshnessAt([result('negative', 30), result('positive', 5)], now, covid19)?.kind, 'old');
  assert.equal(freshnessAt([result('negative', 5), result('positive', 30)], now, covid19)?.kind, 'fresh');
  assert.deepEqual(freshnessAt([result('inconclusive', 5), result('negative', 5, '00000-0'), result('positive', 9)], now, covid19), { kind: 'none', tier: 72 });
});

test('nothing is known before it was reported, and a profile that shows no freshness shows none', () => {
  const tomorrow: Fact = { kind: 'result', resultId: 'r', value: 'negative', testCode: '94500-6', collectedAt: now - HOUR_MS, reportedAt: now + HOUR_MS };
  assert.deepEqual(freshnessAt([tomorrow], now, covid19), { kind: 'none', tier: 72 });
  assert.equal(freshnessAt([result('negative', 1)], now, measles), null);
});
