/** Which days of the file are replayed, and when they happen. */
import { MAX_VISIT_TERM_DAYS, usualStayMinutes, type ReferenceVisit } from '@health-kit/policy';
import type { CheckIn } from './replayFiles.ts';
import { StartError } from './startError.ts';

/** Time zone of the replayed city. Chosen for a constant offset: there has been no summer time since 1991. */
export const replayTimeZone = 'Asia/Shanghai';
const utcOffsetMs = 8 * 3_600_000;
const dayMs = 86_400_000;
const minuteMs = 60_000;

export type ReplayDay = {
  /** First instant of the local day, epoch ms. */
  readonly startsAt: number;
  readonly endsAt: number;
  /** In the order of time. */
  readonly checkIns: readonly CheckIn[];
};

export type ReplayWindow = {
  /** First and last day as the file dates them, e.g. 2012-04-11. */
  readonly firstDay: string;
  readonly lastDay: string;
  /** The days as they are replayed, oldest first; check-ins carry the shifted times. */
  readonly days: readonly ReplayDay[];
  /** Milliseconds that were added to the file's times: whole days. */
  readonly shiftMs: number;
};

/**
 * Takes `days` days of the file from the local day `from` on (without it: the densest, the earliest of equals), and
 * shifts them by whole days so that the last one is the local day of `nowMs`.
 *
 * @throws {StartError} when there are more days than visits live, or no check-in in them
 */
export function chooseWindow(checkIns: readonly CheckIn[], options: { readonly from: string | null; readonly days: number; readonly nowMs: number }): ReplayWindow {
  const { days } = options;
  if (!Number.isInteger(days) || days < 1 || days > MAX_VISIT_TERM_DAYS) throw new StartError(`--days must be 1 to ${MAX_VISIT_TERM_DAYS}, the days that visits live.`);
  const first = options.from === null ? densestStart(checkIns, days) : parseDay(options.from);
  const shiftDays = dayNumber(options.nowMs) - (first + days - 1);
  const shiftMs = shiftDays * dayMs;
  const byDay = Map.groupBy(checkIns, (checkIn) => dayNumber(checkIn.at));
  const window: ReplayDay[] = [];
  for (let day = first; day < first + days; day += 1) {
    const shifted = (byDay.get(day) ?? []).map((checkIn) => ({ ...checkIn, at: checkIn.at + shiftMs }));
    const startsAt = dayStart(day + shiftDays);
    window.push({ startsAt, endsAt: startsAt + dayMs, checkIns: shifted.sort((a, b) => a.at - b.at || a.line - b.line) });
  }
  if (window.every((day) => day.checkIns.length === 0)) throw new StartError('The file has no check-ins in these days.');
  return { firstDay: dayText(first), lastDay: dayText(first + days - 1), days: window, shiftMs };
}

/** The check-ins as stays for the reference: nobody checks out, so each lasts the usual stay of a venue of kind `other`. */
export function referenceVisits(window: ReplayWindow): ReferenceVisit[] {
  const stayMs = usualStayMinutes('other') * minuteMs;
  return window.days.flatMap((day) => day.checkIns.map(({ person, venue, at }) => ({ person, venue, arrivedAt: at, leftAt: at + stayMs })));
}

function densestStart(checkIns: readonly CheckIn[], days: number): number {
  const counts = new Map<number, number>();
  for (const { at } of checkIns) counts.set(dayNumber(at), (counts.get(dayNumber(at)) ?? 0) + 1);
  let best = { start: 0, count: 0 };
  for (const day of [...counts.keys()].sort((a, b) => a - b)) {
    // The densest stretch can be moved until it ends on a day with check-ins.
    const start = day - days + 1;
    let count = 0;
    for (let offset = 0; offset < days; offset += 1) count += counts.get(start + offset) ?? 0;
    if (count > best.count) best = { start, count };
  }
  if (best.count === 0) throw new StartError('The file has no check-ins that could be replayed.');
  return best.start;
}

/** Number of the local day of an instant, counted from 1970-01-01. */
function dayNumber(epochMs: number): number {
  return Math.floor((epochMs + utcOffsetMs) / dayMs);
}
function dayStart(day: number): number {
  return day * dayMs - utcOffsetMs;
}
function dayText(day: number): string {
  return new Date(day * dayMs).toISOString().slice(0, 10);
}
function parseDay(text: string): number {
  const at = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  if (Number.isNaN(at) || dayText(at / dayMs) !== text) throw new StartError(`--from must be a date such as 2012-04-11, not "${text}".`);
  return at / dayMs;
}
