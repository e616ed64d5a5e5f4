import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { MINUTE_MS } from './durations.ts';
import { exposingStay, fillStay, overlapMinutes } from './overlap.ts';
import type { Stay } from './overlap.ts';
import { covid19 } from './profiles/covid-19.ts';
import { measles } from './profiles/measles.ts';
import { isVenueKind, usualStayMinutes, venueKinds } from './venueKinds.ts';

const stay = (from: number, to: number): Stay => ({ arrivedAt: from * MINUTE_MS, leftAt: to * MINUTE_MS });
const stays = fc.tuple(fc.nat({ max: 30 }), fc.nat({ max: 30 })).map(([from, to]) => stay(from, to));

describe('the overlap of two stays', () => {
  it('is what both have in common, in minutes', () => {
    assert.equal(overlapMinutes(stay(0, 60), stay(45, 90)), 15);
    assert.equal(overlapMinutes(stay(0, 60), stay(10, 20)), 10);
    assert.equal(overlapMinutes({ arrivedAt: 0, leftAt: 90_000 }, stay(0, 5)), 1.5);
  });

  it('is none where one leaves as the other arrives, nor for a stay of no length or one that runs backwards', () => {
    assert.equal(overlapMinutes(stay(0, 60), stay(60, 90)), 0);
    assert.equal(overlapMinutes(stay(0, 60), stay(30, 30)), 0);
    assert.equal(overlapMinutes(stay(30, 30), stay(30, 30)), 0);
    assert.equal(overlapMinutes(stay(0, 60), stay(40, 20)), 0);
  });

  it('equals the number of whole minutes that lie in both, and is symmetric', () => {
    const holds = ({ arrivedAt, leftAt }: Stay, minute: number) =>
      arrivedAt <= minute * MINUTE_MS && minute * MINUTE_MS < leftAt;
    fc.assert(
      fc.property(stays, stays, (a, b) => {
        const counted = Array.from({ length: 40 }, (_, minute) => minute).filter((m) => holds(a, m) && holds(b, m));
        assert.equal(overlapMinutes(a, b), counted.length);
        assert.equal(overlapMinutes(b, a), overlapMinutes(a, b));
      }),
    );
  });
});

describe('the stay of a visit', () => {
  it('is filled by the usual stay of its venue kind where nobody checked out', () => {
    assert.deepEqual(fillStay({ arrivedAt: 0, leftAt: null }, 'school'), stay(0, 360));
    assert.deepEqual(fillStay({ arrivedAt: 0, leftAt: 5 * MINUTE_MS }, 'school'), stay(0, 5));
  });

  it('exposes others for as long as the air does', () => {
    assert.deepEqual(exposingStay(stay(0, 10), measles), stay(0, 130));
    assert.deepEqual(exposingStay(stay(0, 10), covid19), stay(0, 10));
    assert.deepEqual(exposingStay(stay(10, 10), measles), stay(10, 10));
  });

  it('is usual for every venue kind, which are known by name alone', () => {
    for (const kind of Object.keys(venueKinds)) {
      assert.ok(isVenueKind(kind) && usualStayMinutes(kind) > 0);
    }
    assert.equal(isVenueKind('toString'), false);
  });
});
