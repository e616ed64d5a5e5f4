import { createContext, useContext } from 'react';
import { useLanguage } from './i18n.ts';

/** How instants and days are written, in one language and in the city's own time zone, wherever the reader's device is. */
export interface TimeFormat {
  /** 23 Nov 2026 / 2026年11月23日 */
  date(instant: string | number | Date): string;
  /** 14:05 */
  time(instant: string | number | Date): string;
  /** 14:05:09 */
  timeWithSeconds(instant: string | number | Date): string;
  dateTime(instant: string | number | Date): string;
  /** Mon, 23 Nov / 11月23日周一 */
  weekday(instant: string | number | Date): string;
  /** A calendar day of the city, YYYY-MM-DD, which is no instant and moves in no time zone. */
  day(day: string): string;
}

/** Formats in `timeZone` (IANA name) as `locale` (BCP 47) does. */
export function timeFormat(locale: string, timeZone: string): TimeFormat {
  const chinese = /^zh\b/.test(locale);
  const date: Intl.DateTimeFormatOptions = { day: 'numeric', month: chinese ? 'long' : 'short', year: 'numeric' };
  const clock: Intl.DateTimeFormatOptions = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' };
  const make = (options: Intl.DateTimeFormatOptions, zone = timeZone) => {
    // Making one takes a slow phone some twenty milliseconds: none is made before it is used.
    let formatter: Intl.DateTimeFormat | null = null;
    return (instant: string | number | Date) => (formatter ??= new Intl.DateTimeFormat(locale, { ...options, timeZone: zone })).format(new Date(instant));
  };
  const calendarDay = make(date, 'UTC');
  const dateOnly = make(date);
  const timeOnly = make(clock);
  const joiner = chinese ? ' ' : ', ';
  return {
    date: dateOnly,
    time: timeOnly,
    timeWithSeconds: make({ ...clock, second: '2-digit' }),
    dateTime: (instant) => `${dateOnly(instant)}${joiner}${timeOnly(instant)}`,
    weekday: make({ weekday: 'short', day: 'numeric', month: 'short' }),
    day: (day) => calendarDay(`${day}T00:00:00Z`),
  };
}

/** The city's time zone, from GET /v1/trust; the provider stands at the root of an app. */
export const CityTimeZone = createContext('Asia/Shanghai');

/** The last that were asked for, which is what all components on a page ask for. */
let last: { readonly locale: string; readonly timeZone: string; readonly format: TimeFormat } | null = null;

/** Formats in the language in force and the city's time zone. */
export function useTimeFormat(): TimeFormat {
  const { reads: { locale } } = useLanguage();
  const timeZone = useContext(CityTimeZone);
  if (last?.locale !== locale || last.timeZone !== timeZone) last = { locale, timeZone, format: timeFormat(locale, timeZone) };
  return last.format;
}
