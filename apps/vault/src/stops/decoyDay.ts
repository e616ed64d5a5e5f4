import type { Day } from '@health-kit/api';
import type { PersonId } from '../identifiers.ts';
import { randomUuid } from '../randomness.ts';
import type { DecoyVenue } from './decoyVenues.ts';
import { keyedRandomness, number, pick } from './keyedRandomness.ts';

/** A visit of a canary at a decoy venue. */
export interface DecoyVisit {
  readonly person: PersonId;
  readonly day: Day;
  readonly venue: DecoyVenue;
  readonly visitId: string;
  readonly arrivedAtMs: number;
  /** When they check out; null where they go without, as most do. */
  readonly checkedOutAtMs: number | null;
}

/** How many visits people make in a day, each equally likely. */
const visitsOfDays = [0, 1, 1, 1, 2, 2, 2, 3, 3, 4] as const;
/** How busy each hour of the day is, from midnight: breakfast, the way to work, noon, the evening. */
const busyness = [1, 0, 0, 0, 0, 1, 5, 12, 14, 10, 9, 13, 16, 12, 9, 9, 10, 14, 18, 15, 10, 6, 3, 1] as const;
const hourMs = 3_600_000;
/** Where people go most, of all the venues there are. */
const favourites = 3;
const checkOutShare = 0.3;

/**
 * Where a canary is on a day. It follows from a key of the vault, so that nothing of it is stored: no row of the
 * vault's is written when a canary checks in, whose place in the files would tell which visit it was.
 *
 * @param starts first instant of the day, epoch ms
 * @param ends first instant of the next
 */
export function decoyDay(key: Uint8Array, person: PersonId, day: { readonly day: Day; readonly starts: number; readonly ends: number }, venues: readonly DecoyVenue[]): DecoyVisit[] {
  if (venues.length === 0) return [];
  const habits = keyedRandomness(key, `decoy habits|${person}`);
  const places = Array.from({ length: favourites }, () => pick(habits, venues));
  const draw = keyedRandomness(key, `decoy day|${person}|${day.day}`);
  const visits: DecoyVisit[] = [];
  const arrivals = Array.from({ length: pick(draw, visitsOfDays) }, () => day.starts + Math.floor((busyHour(number(draw)) + number(draw)) * hourMs)).sort((a, b) => a - b);
  let freeAt = day.starts;
  for (const arrivedAtMs of arrivals) {
    const [venue, stays, checksOut, visitId] = [pick(draw, places), 0.3 + number(draw), number(draw) < checkOutShare, randomUuid(draw)];
    // Nobody is at two places at once.
    if (arrivedAtMs < freeAt || arrivedAtMs >= day.ends) continue;
    const leftAtMs = arrivedAtMs + Math.floor(stays * venue.usualStayMs);
    visits.push({ person, day: day.day, venue, visitId, arrivedAtMs, checkedOutAtMs: checksOut && venue.gateId === null ? leftAtMs : null });
    freeAt = leftAtMs;
  }
  return visits;
}

/** The hour of day of a number from 0 to below 1, as likely as it is busy. */
function busyHour(at: number): number {
  let rest = at * busyness.reduce<number>((sum, each) => sum + each, 0);
  for (const [hour, share] of busyness.entries()) {
    if (rest < share) return hour;
    rest -= share;
  }
  return busyness.length - 1;
}
