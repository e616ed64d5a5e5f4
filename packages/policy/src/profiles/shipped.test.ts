import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { MAX_VISIT_TERM_DAYS } from '../diseaseProfile.ts';
import { venueKinds } from '../venueKinds.ts';
import { diseaseProfiles, findDiseaseProfile } from './shipped.ts';

/** LOINC's check digit: Mod 10 over the number, digits in odd positions from the right doubled (LOINC Users' Guide, appendix C). */
function hasLoincCheckDigit(loinc: string): boolean {
  const [number, check] = loinc.split('-');
  if (number === undefined || check === undefined) return false;
  const sum = [...number].reverse().reduce((total, digit, position) => {
    const value = Number(digit) * (position % 2 === 0 ? 2 : 1);
    return total + Math.floor(value / 10) + (value % 10);
  }, 0);
  return Number(check) === (10 - (sum % 10)) % 10;
}

describe('the check digit of a LOINC code', () => {
  it('tells 48508-6 from a slip of the pen', () => {
    assert.equal(hasLoincCheckDigit('48508-6'), true);
    assert.equal(hasLoincCheckDigit('48508-0'), false);
    assert.equal(hasLoincCheckDigit('48580-6'), false);
  });
});

for (const profile of diseaseProfiles) {
  describe(`the profile ${profile.id}`, () => {
    it('is found by its id', () => {
      assert.equal(findDiseaseProfile(profile.id), profile);
    });

    it('names its tests by valid LOINC codes, each once', () => {
      assert.ok(profile.tests.length > 0);
      for (const { loinc } of profile.tests) assert.ok(hasLoincCheckDigit(loinc), loinc);
      assert.equal(new Set(profile.tests.map(({ loinc }) => loinc)).size, profile.tests.length);
    });

    it('does not look further back than visits may live', () => {
      assert.ok(profile.maxVisitTermDays > 0 && profile.maxVisitTermDays <= MAX_VISIT_TERM_DAYS);
    });

    it('has contact terms whose maxima sum to 100 and a place for every venue kind', () => {
      const { overlap, venuePoints, nearness, sameGatePoints, repeatPoints } = profile.contactScoring;
      const venueMax = Math.max(...Object.values(venuePoints));
      assert.equal(overlap.maxPoints + venueMax + nearness.maxPoints + sameGatePoints + repeatPoints, 100);
      assert.deepEqual(Object.keys(venuePoints).sort(), Object.keys(venueKinds).sort());
    });

    it('counts in positive terms, its freshness tiers ascending', () => {
      assert.ok(profile.isolation.days > 0 && profile.observation.days > 0 && profile.declaration.hours > 0);
      const tiers = profile.testFreshnessHours ?? [];
      assert.deepEqual([...tiers], [...new Set(tiers)].sort((a, b) => a - b));
    });
  });
}
