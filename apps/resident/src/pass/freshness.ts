import { HOUR_MS, isProfileTest, testFreshness, type DiseaseProfile, type Fact } from '@health-kit/policy';

/** What is said of how fresh a negative test is. */
export type Freshness =
  /** `hours`: whole hours since the sampling; `tier`: within how many hours it counts. */
  | { readonly kind: 'fresh'; readonly hours: number; readonly tier: number }
  /** There was one, and it is older than the profile's widest tier, or a positive one came after it. */
  | { readonly kind: 'old'; readonly collectedAtMs: number; readonly tier: number }
  | { readonly kind: 'none'; readonly tier: number };

/** How fresh the newest negative test of a profile is at a moment (epoch ms); null for a profile that shows no freshness. */
export function freshnessAt(facts: readonly Fact[], nowMs: number, profile: DiseaseProfile): Freshness | null {
  const widest = profile.testFreshnessHours?.at(-1);
  if (widest === undefined) return null;
  const fresh = testFreshness(facts, new Date(nowMs), profile);
  if (fresh !== null) return { kind: 'fresh', hours: Math.floor((nowMs - fresh.collectedAt) / HOUR_MS), tier: fresh.tierHours };
  const negatives = facts.flatMap((fact) => (
    fact.kind === 'result' && fact.value === 'negative' && fact.reportedAt <= nowMs && isProfileTest(profile, fact.testCode) ? [fact.collectedAt] : []
  ));
  return negatives.length === 0 ? { kind: 'none', tier: widest } : { kind: 'old', collectedAtMs: Math.max(...negatives), tier: widest };
}
