import type { DiseaseProfile } from './diseaseProfile.ts';
import { isProfileTest } from './diseaseProfile.ts';
import { HOUR_MS } from './durations.ts';
import type { Fact, ResultFact } from './facts.ts';

/** The newest negative result and how fresh it is. */
export interface TestFreshness {
  readonly resultId: string;
  /** Epoch ms. */
  readonly collectedAt: number;
  /** The smallest of the profile's tiers, in hours, that the result is still within. */
  readonly tierHours: number;
  /** When it leaves that tier, epoch ms. */
  readonly tierEndsAt: number;
}

/**
 * How fresh the newest negative result is, counted from the sampling, or null: no such result, a newer
 * positive one, older than the profile's widest tier, or a profile that shows no freshness.
 */
export function testFreshness(facts: readonly Fact[], now: Date, profile: DiseaseProfile): TestFreshness | null {
  const moment = now.getTime();
  const results = facts
    .filter((fact): fact is ResultFact => fact.kind === 'result')
    .filter(({ value, reportedAt, collectedAt, testCode }) => {
      return value !== 'inconclusive' && reportedAt <= moment && collectedAt <= moment && isProfileTest(profile, testCode);
    })
    // Of a positive and a negative of the same moment, the positive one comes first.
    .sort((a, b) => b.collectedAt - a.collectedAt || compareText(b.value, a.value) || compareText(a.resultId, b.resultId));
  const newest = results[0];
  if (newest === undefined || newest.value !== 'negative') return null;
  const tierHours = profile.testFreshnessHours?.find((hours) => moment < newest.collectedAt + hours * HOUR_MS);
  if (tierHours === undefined) return null;
  const { resultId, collectedAt } = newest;
  return { resultId, collectedAt, tierHours, tierEndsAt: collectedAt + tierHours * HOUR_MS };
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
