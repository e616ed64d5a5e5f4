import type { Day } from '@health-kit/api';
import { localDay } from './identifiers.ts';

const dayMs = 86_400_000;

/** The local calendar of the city: which day an instant belongs to, and when a day begins and ends. */
export interface LocalCalendar {
  /** IANA name. */
  readonly timeZone: string;
  /** The local day of an instant (epoch ms). */
  dayOf(epochMs: number): Day;
  /** First instant of the day, epoch ms. Usually midnight; later where the clock is put forward at midnight. */
  startOf(day: Day): number;
  /** First instant of the next day, epoch ms; a day has 23 to 25 hours where clocks change. */
  endOf(day: Day): number;
  /** The day `days` later (earlier, if negative). */
  addDays(day: Day, days: number): Day;
  /** The days from the first to the last, both included. */
  daysBetween(first: Day, last: Day): readonly Day[];
  /** Offset of local time from UTC in minutes at an instant; 480 for China. */
  offsetMinutes(epochMs: number): number;
}

/**
 * Makes the calendar of a time zone (IANA name) by the rules of the runtime's own data.
 *
 * @throws {RangeError} for a time zone that the runtime does not know
 */
export function localCalendar(timeZone: string): LocalCalendar {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone, calendar: 'gregory', numberingSystem: 'latn', hourCycle: 'h23',
    year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit',
  });
  /** Local date and time read as if they were UTC, epoch ms. */
  function localAsUtc(epochMs: number): number {
    const parts = new Map(format.formatToParts(epochMs).map(({ type, value }) => [type, Number(value)]));
    const part = (name: Intl.DateTimeFormatPartTypes) => parts.get(name) ?? Number.NaN;
    return Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'));
  }
  const offsetMs = (epochMs: number) => localAsUtc(epochMs) - Math.floor(epochMs / 1000) * 1000;
  const midnightUtc = (day: Day) => {
    const parsed = Date.parse(`${day}T00:00:00Z`);
    if (!Number.isFinite(parsed) || new Date(parsed).toISOString().slice(0, 10) !== day) throw new RangeError('not a calendar day');
    return parsed;
  };
  const addDays = (day: Day, days: number) => localDay(new Date(midnightUtc(day) + days * dayMs).toISOString().slice(0, 10));

  // A day's start is asked for on every ticket; a few days are ever in use.
  const starts = new Map<Day, number>();
  function startOf(day: Day): number {
    const known = starts.get(day);
    if (known !== undefined) return known;
    const midnight = midnightUtc(day);
    // The first second whose local date is the day: bisected, since a change of clocks may skip midnight or repeat it.
    let before = midnight - 26 * 3_600_000;
    let within = midnight + 26 * 3_600_000;
    while (within - before > 1000) {
      const middle = Math.floor((before + within) / 2000) * 1000;
      if (localAsUtc(middle) >= midnight) within = middle;
      else before = middle;
    }
    if (starts.size > 100) starts.clear();
    starts.set(day, within);
    return within;
  }

  let last: { readonly day: Day; readonly from: number; readonly to: number } | null = null;
  return {
    timeZone,
    dayOf(epochMs) {
      if (last !== null && epochMs >= last.from && epochMs < last.to) return last.day;
      const day = localDay(new Date(localAsUtc(epochMs)).toISOString().slice(0, 10));
      const from = startOf(day);
      const to = startOf(addDays(day, 1));
      if (epochMs >= from && epochMs < to) last = { day, from, to };
      return day;
    },
    startOf,
    endOf: (day) => startOf(addDays(day, 1)),
    addDays,
    daysBetween(first, lastDay) {
      const days: Day[] = [];
      for (let day = first; day <= lastDay; day = addDays(day, 1)) days.push(day);
      return days;
    },
    offsetMinutes: (epochMs) => Math.round(offsetMs(epochMs) / 60_000),
  };
}
