import assert from 'node:assert/strict';
import { test } from 'node:test';
import { populationVisits, type VisitRow } from './outbreak.ts';
import { seededRandom } from './seededRandom.ts';

const from = Date.UTC(2026, 10, 9);
const plan = (seed: number) => ({ people: 300, venues: 40, days: 7, from, random: seededRandom(seed) });

test('the same seed gives the same visits and another seed others', () => {
  assert.deepEqual([...populationVisits(plan(1))], [...populationVisits(plan(1))]);
  assert.notDeepEqual([...populationVisits(plan(1))], [...populationVisits(plan(2))]);
});

test('nobody is at two places at once, and every stay lies within its days', () => {
  const last = new Map<number, VisitRow>();
  for (const visit of populationVisits(plan(3))) {
    assert(visit.arrivedAt < visit.leftAt && visit.arrivedAt >= from && visit.leftAt <= from + 7 * 86_400_000);
    assert(visit.venue >= 0 && visit.venue < 40);
    const before = last.get(visit.person);
    if (before !== undefined) assert(before.leftAt <= visit.arrivedAt);
    last.set(visit.person, visit);
  }
});

test('people make about as many visits as asked for, and few venues draw most of them', () => {
  const visits = [...populationVisits(plan(4))];
  const mean = visits.length / (300 * 7);
  assert(mean > 2.7 && mean < 3.3, `mean ${mean}`);
  const counts = Array.from({ length: 40 }, (_, venue) => visits.filter((visit) => visit.venue === venue).length).sort((a, b) => b - a);
  const busiest = counts.slice(0, 8).reduce((sum, count) => sum + count, 0);
  assert(busiest > visits.length / 2, `${busiest} of ${visits.length}`);
});
