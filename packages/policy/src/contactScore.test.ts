import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { contactScoreWords, scoreContact } from './contactScore.ts';
import type { Encounter } from './contactScore.ts';
import { DAY_MS, HOUR_MS } from './durations.ts';
import { covid19 } from './profiles/covid-19.ts';
import { measles } from './profiles/measles.ts';
import { isVenueKind, venueKinds } from './venueKinds.ts';

const NOON = Date.parse('2026-03-10T12:00:00Z');

function encounter(change: Partial<Encounter> = {}): Encounter {
  return { venueKind: 'restaurant', overlapMinutes: 60, startedAt: NOON, sameGate: false, ...change };
}

const encounters = fc.record({
  venueKind: fc.constantFrom(...Object.keys(venueKinds).filter(isVenueKind)),
  overlapMinutes: fc.double({ min: 0, max: 600, noNaN: true }),
  startedAt: fc.integer({ min: -500, max: 500 }).map((step) => NOON + step * HOUR_MS),
  sameGate: fc.boolean(),
});
const profiles = fc.constantFrom(covid19, measles);

describe('the score of a contact', () => {
  it('explains itself term by term', () => {
    const { score, contactClass, terms } = scoreContact({
      encounters: [encounter(), encounter({ venueKind: 'shop', overlapMinutes: 12, startedAt: NOON - DAY_MS, sameGate: true })],
      sampledAt: NOON + 7 * DAY_MS / 2,
      profile: covid19,
    });
    assert.deepEqual(
      terms.map(({ term, points }) => [term, points]),
      [['overlap', 30], ['venue', 15], ['nearness', 10], ['same-gate', 10], ['repeat', 5]],
    );
    assert.equal(score, 70);
    assert.equal(contactClass, 'close');
    for (const { words } of terms) assert.ok(contactScoreWords[words].zh);
  });

  it('reaches 100 for the nearest of contacts and 0 for nobody met', () => {
    const encounters = [encounter({ overlapMinutes: 500, sameGate: true }), encounter({ overlapMinutes: 1 })];
    assert.equal(scoreContact({ encounters, sampledAt: NOON, profile: covid19 }).score, 100);
    for (const nobody of [[], [encounter({ overlapMinutes: 0 })]]) {
      const { score, contactClass } = scoreContact({ encounters: nobody, sampledAt: NOON, profile: covid19 });
      assert.deepEqual([score, contactClass], [0, 'casual']);
    }
  });

  it('gives points for meeting again only to who did', () => {
    const repeat = (met: Encounter[]) =>
      scoreContact({ encounters: met, sampledAt: NOON, profile: covid19 }).terms.find(({ term }) => term === 'repeat')?.points;
    assert.equal(repeat([encounter()]), 0);
    assert.equal(repeat([encounter(), encounter({ overlapMinutes: 0 })]), 0);
    assert.equal(repeat([encounter(), encounter()]), 5);
  });

  it('calls nobody close who was never met, even where any time at all is close', () => {
    const anyTime = { ...covid19, closeContact: { minOverlapMinutes: 0, airborneTailMinutes: 0 } };
    assert.equal(scoreContact({ encounters: [], sampledAt: NOON, profile: anyTime }).contactClass, 'casual');
  });

  it('calls a contact close from the total stay that the profile names', () => {
    const classOf = (minutes: number[], profile = covid19) =>
      scoreContact({ encounters: minutes.map((overlapMinutes) => encounter({ overlapMinutes })), sampledAt: NOON, profile })
        .contactClass;
    assert.equal(classOf([14.9]), 'casual');
    assert.equal(classOf([15]), 'close');
    assert.equal(classOf([8, 7]), 'close');
    assert.equal(classOf([1], measles), 'close');
  });

  it('refuses an overlap that is no length of time', () => {
    for (const overlapMinutes of [-1, Number.NaN, Number.POSITIVE_INFINITY]) {
      assert.throws(
        () => scoreContact({ encounters: [encounter({ overlapMinutes })], sampledAt: NOON, profile: covid19 }),
        RangeError,
      );
    }
  });

  it('is 0 to 100 and the sum of its terms', () => {
    fc.assert(
      fc.property(fc.array(encounters, { maxLength: 6 }), profiles, (met, profile) => {
        const { score, terms } = scoreContact({ encounters: met, sampledAt: NOON, profile });
        assert.equal(score, terms.reduce((sum, { points }) => sum + points, 0));
        assert.ok(Number.isInteger(score) && score >= 0 && score <= 100);
      }),
    );
  });

  it('never falls when an overlap grows or an encounter is added', () => {
    fc.assert(
      fc.property(
        fc.array(encounters, { minLength: 1, maxLength: 6 }),
        encounters,
        fc.nat(),
        fc.double({ min: 0, max: 300, noNaN: true }),
        profiles,
        (met, another, which, minutes, profile) => {
          const score = (list: readonly Encounter[]) => scoreContact({ encounters: list, sampledAt: NOON, profile });
          const before = score(met);
          const longer = met.map((one, position) =>
            position === which % met.length ? { ...one, overlapMinutes: one.overlapMinutes + minutes } : one,
          );
          for (const after of [score(longer), score([...met, another])]) {
            assert.ok(after.score >= before.score);
            assert.ok(after.contactClass === 'close' || before.contactClass === 'casual');
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});
