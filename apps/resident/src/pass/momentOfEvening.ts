import { eveningMs } from '@health-kit/api/evening.ts';

/** Clocks differ; who asks in the last minute may come after midnight, when what was tomorrow's is today's. */
const lastMinuteMs = 60_000;

/**
 * When to fetch tomorrow's pass, epoch ms: at once where the evening has begun, and else at a moment drawn evenly from
 * the whole of it. All phones that lie open at its beginning would otherwise ask at once.
 *
 * @param dayEndMs local midnight
 * @param chance in [0, 1)
 */
export function momentOfEvening(nowMs: number, dayEndMs: number, chance: number): number {
  const startMs = dayEndMs - eveningMs;
  return nowMs >= startMs ? nowMs : startMs + chance * (eveningMs - lastMinuteMs);
}

const dayMs = 24 * 3_600_000;

/** Whether an evening has begun, by the end of some day of the city: where clocks change meanwhile it is an hour off, and the service has the last word. */
export function isEvening(nowMs: number, someDayEndMs: number): boolean {
  const toMidnightMs = (((someDayEndMs - nowMs) % dayMs) + dayMs) % dayMs;
  return toMidnightMs > 0 && toMidnightMs <= eveningMs;
}

/** Whether a pass that was kept for tomorrow, of which this is the end, is still tomorrow's in the evening: it ends after the midnight after next, today's a little after the next. */
export function isGoodTomorrow(expiresAt: string, nowMs: number): boolean {
  return Date.parse(expiresAt) - nowMs > dayMs;
}
