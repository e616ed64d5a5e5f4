/** Calendar days of the city: which day an instant belongs to, and when a day begins and ends. */
import type { Day } from '@health-kit/api';

const dayPattern = /^\d{4}-\d\d-\d\d$/;

/** Whether a text is a calendar day that exists. */
export function isDay(text: string): text is Day {
  if (!dayPattern.test(text)) return false;
  const time = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}

/** The day so many days later; earlier for a negative number. */
export function addDays(day: Day, days: number): Day {
  return asDay(new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10));
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** The local day of an instant (epoch ms) in an IANA time zone. */
export function localDayOf(epochMs: number, timeZone: string): Day {
  let format = formats.get(timeZone);
  if (format === undefined) {
    // Swedish writes dates as ISO 8601 does.
    format = new Intl.DateTimeFormat('sv-SE', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' });
    formats.set(timeZone, format);
  }
  return asDay(format.format(epochMs));
}

/** First instant of a local day and of the next one, epoch ms. */
export function boundsOfDay(day: Day, timeZone: string): { readonly startMs: number; readonly endMs: number } {
  return { startMs: startOfDay(day, timeZone), endMs: startOfDay(addDays(day, 1), timeZone) };
}

/** Zones are at most 14 hours east and 12 west of UTC. Days begin on whole minutes in every zone of today's. */
function startOfDay(day: Day, timeZone: string): number {
  const utcMidnight = Date.parse(`${day}T00:00:00Z`);
  let before = utcMidnight - 15 * 3_600_000;
  let inside = utcMidnight + 13 * 3_600_000;
  // Invariant: `before` lies on an earlier local day, `inside` on this one or a later one.
  while (inside - before > 60_000) {
    const middle = before + Math.floor((inside - before) / 120_000) * 60_000;
    if (localDayOf(middle, timeZone) < day) before = middle;
    else inside = middle;
  }
  return inside;
}

function asDay(text: string): Day {
  if (!isDay(text)) throw new RangeError('not a calendar day');
  return text;
}
