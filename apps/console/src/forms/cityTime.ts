/**
 * Wall-clock times of the city, as `datetime-local` fields write them
 * (YYYY-MM-DDTHH:mm), wherever the officer's computer is.
 */
export type WallTime = string;

const form = /^\d{4}-\d\d-\d\dT\d\d:\d\d$/;
const minuteMs = 60_000;

/** The city's wall clock at an instant, cut to the minute. */
export function toWallTime(epochMs: number, timeZone: string): WallTime {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone, hourCycle: 'h23', year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit',
  }).formatToParts(new Date(epochMs));
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.find((candidate) => candidate.type === type)?.value ?? '';
  return `${part('year')}-${part('month')}-${part('day')}T${part('hour')}:${part('minute')}`;
}

/** The instant, epoch ms, at which the city's clock shows this; the first one where it does so twice. Null for what is no time. */
export function fromWallTime(wall: WallTime, timeZone: string): number | null {
  const asUtc = form.test(wall) ? Date.parse(`${wall}:00.000Z`) : Number.NaN;
  if (Number.isNaN(asUtc)) return null;
  const offset = (epochMs: number) => Date.parse(`${toWallTime(epochMs, timeZone)}:00.000Z`) - Math.floor(epochMs / minuteMs) * minuteMs;
  // The offset is that of the instant looked for: of the two that may hold around a change of clocks, the one that leads back to this wall time.
  const candidates = [asUtc - offset(asUtc - 24 * 60 * minuteMs), asUtc - offset(asUtc + 24 * 60 * minuteMs)];
  const exact = candidates.filter((instant) => toWallTime(instant, timeZone) === wall);
  return Math.min(...(exact.length > 0 ? exact : candidates));
}
