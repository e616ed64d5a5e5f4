import type { Random } from './seededRandom.ts';

/** A stay of a synthetic person at a synthetic venue; times in epoch ms, half-open. */
export interface VisitRow {
  /** 0 to people - 1. */
  readonly person: number;
  /** 0 to venues - 1. */
  readonly venue: number;
  readonly arrivedAt: number;
  readonly leftAt: number;
}

export interface PopulationPlan {
  readonly people: number;
  readonly venues: number;
  readonly days: number;
  /** First instant of the first day, epoch ms; days are 24 hours long. */
  readonly from: number;
  /** Mean visits of a person on a day; 3 unless said. */
  readonly visitsPerDay?: number;
  readonly random: Random;
}

const minuteMs = 60_000;
const dayMs = 1440 * minuteMs;
/** Few venues draw most visits, as in real check-in data: the weight of the n-th venue is 1/n (Zipf). */
const openFromMinute = 7 * 60;
const openMinutes = 14 * 60;

/**
 * Visits of a synthetic population, by day and person, then by time. A person is at one place at a time, keeps to
 * a handful of usual venues (four visits in five) and goes elsewhere for the rest; stays last 5 to 180 minutes.
 * The same seed gives the same visits.
 */
export function* populationVisits(plan: PopulationPlan): Generator<VisitRow> {
  const { random, people, venues } = plan;
  const meanVisits = plan.visitsPerDay ?? 3;
  const cumulative = cumulativeWeights(venues);
  const usual = Array.from({ length: people }, () => Array.from({ length: 5 }, () => drawVenue(cumulative, random)));
  for (let day = 0; day < plan.days; day += 1) {
    for (let person = 0; person < people; person += 1) {
      const visits = drawCount(meanVisits, random);
      // The open hours are cut into as many parts as there are visits, one visit in each: no overlap with oneself.
      const partMinutes = openMinutes / Math.max(1, visits);
      for (let visit = 0; visit < visits; visit += 1) {
        const venue = random.next() < 0.8 ? random.pick(usual[person] ?? [0]) : drawVenue(cumulative, random);
        const stayMinutes = Math.min(5 + random.integer(176), Math.max(1, Math.floor(partMinutes) - 1));
        const begin = openFromMinute + visit * partMinutes + random.next() * (partMinutes - stayMinutes);
        const arrivedAt = plan.from + day * dayMs + Math.floor(begin * minuteMs);
        yield { person, venue, arrivedAt, leftAt: arrivedAt + stayMinutes * minuteMs };
      }
    }
  }
}

function cumulativeWeights(venues: number): readonly number[] {
  let sum = 0;
  return Array.from({ length: venues }, (_, index) => (sum += 1 / (index + 1)));
}

function drawVenue(cumulative: readonly number[], random: Random): number {
  const target = random.next() * (cumulative.at(-1) ?? 0);
  let low = 0;
  let high = cumulative.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((cumulative[middle] ?? 0) > target) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Poisson with this mean (Knuth), at most 12: nobody is at more places in a day. */
function drawCount(mean: number, random: Random): number {
  const limit = Math.exp(-mean);
  let count = 0;
  for (let product = random.next(); product > limit && count < 12; product *= random.next()) count += 1;
  return count;
}
