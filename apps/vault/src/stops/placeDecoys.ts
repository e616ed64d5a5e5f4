import { decoyKey, number } from './keyedRandomness.ts';
import { nowOf, type Vault } from '../vault.ts';
import { pseudonymOf } from '../keys/pseudonym.ts';
import { readCanaries } from './canaries.ts';
import { decoyDay, type DecoyVisit } from './decoyDay.ts';
import { readDecoyVenues, tendDecoyVenues } from './decoyVenues.ts';
import { proveCanaries } from './proveCanaries.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
/** How often is looked whether a canary has somewhere to be, at least. */
const lookEveryMs = 15_000;
/** Between two decoy venues that are opened. */
const venueEveryMs = 15 * minuteMs;
/** How far back visits are made up for: at the start, and after an outage. Phones that were offline deliver late, too. */
const lateAtStartMs = hourMs;
const latestMs = 24 * hourMs;
/** How long a check-in takes from the scan to its row. */
const deliveryMs = { least: 300, most: 1_500 };

/**
 * Checks canaries in and out whose moment lies in (fromMs, toMs]: one row and one transaction each, as check-ins of a
 * quiet moment are. Doing it again, or in several processes, changes nothing: the visits are the same.
 *
 * @returns the next moment at which there is something to do; null where there is none today
 */
export async function placeDecoys(vault: Vault, fromMs: number, toMs: number): Promise<number | null> {
  const canaries = (await readCanaries(vault, vault.database)).filter(({ visits }) => visits);
  const venues = await readDecoyVenues(vault, vault.database, canaries.length);
  const { calendar } = vault;
  const key = decoyKey(vault);
  // Whoever came yesterday may leave today.
  const days = calendar.daysBetween(calendar.addDays(calendar.dayOf(fromMs), -1), calendar.dayOf(toMs)).map((day) => ({ day, starts: calendar.startOf(day), ends: calendar.endOf(day) }));
  const isDue = (atMs: number) => atMs > fromMs && atMs <= toMs;
  let next: number | null = null;
  for (const { person } of canaries) {
    for (const visit of days.flatMap((day) => decoyDay(key, person, day, venues))) {
      if (isDue(visit.arrivedAtMs)) await checkIn(vault, visit);
      if (visit.checkedOutAtMs !== null && isDue(visit.checkedOutAtMs)) await checkOut(vault, visit, visit.checkedOutAtMs);
      for (const at of [visit.arrivedAtMs, visit.checkedOutAtMs]) if (at !== null && at > toMs && (next === null || at < next)) next = at;
    }
  }
  return next;
}

async function checkIn(vault: Vault, visit: DecoyVisit): Promise<void> {
  const key = await vault.keys.visit(visit.day);
  if (key === null) return;
  const { venue, arrivedAtMs, visitId } = visit;
  await vault.database.query('SELECT visit.check_in($1, $2, $3, $4, $5, $6)', [
    venue.venueId, new Date(arrivedAtMs), new Date(arrivedAtMs + venue.usualStayMs), pseudonymOf(key, visit.person), visitId, venue.gateId,
  ]);
}

async function checkOut(vault: Vault, visit: DecoyVisit, leftAtMs: number): Promise<void> {
  const key = await vault.keys.visit(visit.day);
  if (key === null) return;
  await vault.database.query('SELECT visit.check_out($1, $2, $3, $4, $5)', [
    visit.venue.venueId, new Date(visit.arrivedAtMs), new Date(leftAtMs), pseudonymOf(key, visit.person), visit.visitId,
  ]);
}

/** Has canaries come and go in their time, to the desk as well, and now and then opens a decoy venue. Returns how to look at once, and how to stop. */
export function scheduleDecoys(vault: Vault, failed: (error: unknown) => void): { readonly look: () => Promise<void>; readonly stop: () => void } {
  let placedUntilMs = nowOf(vault).getTime() - lateAtStartMs;
  let tendedAtMs = Number.NEGATIVE_INFINITY;
  let next: number | null = null;
  let running: Promise<void> | null = null;
  let timer: NodeJS.Timeout | null = null;

  async function place(): Promise<void> {
    const toMs = nowOf(vault).getTime();
    if (toMs - tendedAtMs >= venueEveryMs) {
      await tendDecoyVenues(vault, (await readCanaries(vault, vault.database)).filter(({ visits }) => visits).length);
      tendedAtMs = toMs;
    }
    const moments = [await placeDecoys(vault, Math.max(placedUntilMs, toMs - latestMs), toMs), await proveCanaries(vault)].filter((moment) => moment !== null);
    next = moments.length === 0 ? null : Math.min(...moments);
    placedUntilMs = toMs;
  }
  const look = () => {
    running ??= Promise.resolve().then(() => (vault.sunset.begun ? undefined : place())).catch(failed).finally(() => {
      running = null;
    });
    return running;
  };
  /** At the moment of the next visit and not by the quarter minute, which would tell it from others. */
  function wait(): void {
    const delivery = deliveryMs.least + number(vault.random) * (deliveryMs.most - deliveryMs.least);
    const untilNext = next === null ? lookEveryMs : Math.max(0, next - vault.clock.now()) + delivery;
    timer = setTimeout(() => void look().then(() => {
      if (timer !== null) wait();
    }), Math.min(lookEveryMs, untilNext));
    timer.unref();
  }
  wait();
  return {
    look,
    stop: () => {
      if (timer !== null) clearTimeout(timer);
      timer = null;
    },
  };
}
