import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { bruteForceContacts } from './bruteForceContacts.ts';
import type { ReferenceVisit } from './bruteForceContacts.ts';

const visit = (person: string, venue: string, arrivedAt: number, leftAt: number): ReferenceVisit => ({
  person,
  venue,
  arrivedAt,
  leftAt,
});
const day = { from: 0, to: 100 };

describe('the reference for contacts', () => {
  it('finds who shared a positive length of time at the same venue, and how much', () => {
    const index = visit('index', 'cinema', 10, 20);
    const early = visit('early', 'cinema', -50, 12);
    const contacts = bruteForceContacts(
      [index, early, visit('next door', 'shop', 10, 20), visit('after', 'cinema', 20, 30), visit('blink', 'cinema', 15, 15)],
      'index',
      day,
    );
    assert.deepEqual([...contacts.keys()], ['early']);
    assert.deepEqual(contacts.get('early'), [
      { venue: 'cinema', arrivedAt: 10, leftAt: 12, indexVisit: index, contactVisit: early },
    ]);
  });

  it('takes the index visits that begin in the window, whole', () => {
    const other = visit('other', 'cinema', 0, 200);
    const found = (arrivedAt: number) =>
      bruteForceContacts([visit('index', 'cinema', arrivedAt, 150), other], 'index', { from: 10, to: 20 }).get('other');
    assert.equal(found(9), undefined);
    assert.equal(found(10)?.[0]?.leftAt, 150);
    assert.equal(found(19)?.length, 1);
    assert.equal(found(20), undefined);
  });

  it('reports each pair of visits once, by time', () => {
    const visits = [
      visit('index', 'cinema', 0, 10),
      visit('index', 'cinema', 20, 30),
      visit('other', 'cinema', 25, 40),
      visit('other', 'cinema', 0, 25),
    ];
    const shared = bruteForceContacts(visits, 'index', day).get('other')?.map(({ arrivedAt, leftAt }) => [arrivedAt, leftAt]);
    assert.deepEqual(shared, [[0, 10], [20, 25], [25, 30]]);
  });

  it('prolongs index visits by the airborne tail, but not those of no length', () => {
    const later = visit('later', 'cinema', 25, 40);
    const tail = (leftAt: number) => bruteForceContacts([visit('index', 'cinema', 10, leftAt), later], 'index', day, 10);
    assert.deepEqual(tail(20).get('later')?.map(({ arrivedAt, leftAt }) => [arrivedAt, leftAt]), [[25, 30]]);
    assert.equal(tail(15).size, 0);
    assert.equal(bruteForceContacts([visit('index', 'cinema', 26, 26), later], 'index', day, 10).size, 0);
  });

  it('agrees with counting, instant by instant, who was there', () => {
    const someVisit = fc.record({
      person: fc.constantFrom('index', 'a', 'b', 'c'),
      venue: fc.constantFrom('x', 'y'),
      arrivedAt: fc.nat({ max: 20 }),
      leftAt: fc.nat({ max: 20 }),
    });
    const window = fc.tuple(fc.nat({ max: 20 }), fc.nat({ max: 20 })).map(([from, to]) => ({ from, to }));
    fc.assert(
      fc.property(fc.array(someVisit, { maxLength: 12 }), window, fc.nat({ max: 4 }), (visits, bounds, tail) => {
        // The naive definition: for each instant, each pair of visits that both hold it.
        const expected = new Map<string, number>();
        for (let instant = 0; instant < 25; instant += 1) {
          for (const mine of visits) {
            const counts =
              mine.person === 'index' && bounds.from <= mine.arrivedAt && mine.arrivedAt < bounds.to && mine.leftAt > mine.arrivedAt;
            if (!counts || instant < mine.arrivedAt || instant >= mine.leftAt + tail) continue;
            for (const theirs of visits) {
              if (theirs.person === 'index' || theirs.venue !== mine.venue) continue;
              if (instant < theirs.arrivedAt || instant >= theirs.leftAt) continue;
              expected.set(theirs.person, (expected.get(theirs.person) ?? 0) + 1);
            }
          }
        }
        const found = [...bruteForceContacts(visits, 'index', bounds, tail)].map(
          ([person, overlaps]) => [person, overlaps.reduce((sum, { arrivedAt, leftAt }) => sum + leftAt - arrivedAt, 0)] as const,
        );
        assert.deepEqual(found.sort(), [...expected].sort());
      }),
      { numRuns: 500 },
    );
  });

  it('lists overlaps in the same order whatever the order of the visits', () => {
    // Ties in start, then in end, then in venue, then in the index visit's arrival.
    const visits = [
      visit('index', 'x', 5, 20),
      visit('index', 'x', 6, 20),
      visit('index', 'y', 6, 20),
      visit('a', 'x', 7, 15),
      visit('a', 'x', 2, 15),
      visit('a', 'x', 3, 12),
      visit('a', 'x', 4, 15),
      visit('a', 'y', 6, 15),
    ];
    const expected = bruteForceContacts(visits, 'index', day).get('a') ?? assert.fail();
    assert.deepEqual(
      expected.map(({ arrivedAt, leftAt, venue, indexVisit, contactVisit }) => [
        arrivedAt, leftAt, venue, indexVisit.arrivedAt, contactVisit.arrivedAt,
      ]),
      [
        [5, 12, 'x', 5, 3],
        [5, 15, 'x', 5, 2],
        [5, 15, 'x', 5, 4],
        [6, 12, 'x', 6, 3],
        [6, 15, 'x', 6, 2],
        [6, 15, 'x', 6, 4],
        [6, 15, 'y', 6, 6],
        [7, 15, 'x', 5, 7],
        [7, 15, 'x', 6, 7],
      ],
    );
    fc.assert(
      fc.property(fc.shuffledSubarray(visits, { minLength: visits.length }), (shuffled) => {
        assert.deepEqual(bruteForceContacts(shuffled, 'index', day).get('a'), expected);
      }),
    );
  });
});
