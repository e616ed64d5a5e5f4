import { aheadToleranceMs } from '../clientClock.ts';

/** A visit lasts at most a day. */
export const longestStayMs = 24 * 3_600_000;

/** Whether an arrival (epoch ms, NaN for none) lies in the ticket's day and not in the future. It may be days ago: deliveries may be late. */
export function isArrivalWithin(ticket: { readonly dayStartMs: number; readonly dayEndMs: number }, arrivedAtMs: number, nowMs: number): boolean {
  return arrivedAtMs >= ticket.dayStartMs && arrivedAtMs < ticket.dayEndMs && arrivedAtMs <= nowMs + aheadToleranceMs;
}

/** Whether a departure (epoch ms, NaN for none) follows its arrival, within a day, and not in the future. */
export function isDepartureAfter(arrivedAtMs: number, leftAtMs: number, nowMs: number): boolean {
  return leftAtMs >= arrivedAtMs && leftAtMs <= arrivedAtMs + longestStayMs && leftAtMs <= nowMs + aheadToleranceMs;
}
