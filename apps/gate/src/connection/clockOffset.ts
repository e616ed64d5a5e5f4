/** A clock that is off by more than this, ms, is worth a warning: beyond it codes begin to be refused. */
export const clockToleranceMs = 60_000;

/**
 * Milliseconds by which a device's clock is ahead of the server's, from the Date header of an answer (RFC 9110,
 * 6.6.1, whole seconds) and the device's times of sending and receiving. Null for no legible header, and 0 where
 * the header lies within the request's own duration.
 */
export function clockOffsetMs(dateHeader: string | null, sentAtMs: number, receivedAtMs: number): number | null {
  const serverMs = dateHeader === null ? Number.NaN : Date.parse(dateHeader);
  if (Number.isNaN(serverMs)) return null;
  if (sentAtMs > serverMs + 1000) return sentAtMs - (serverMs + 1000);
  return receivedAtMs < serverMs ? receivedAtMs - serverMs : 0;
}

/** Whether the clock is so far off that somebody must set it. */
export function isClockWrong(aheadMs: number | null): boolean {
  return aheadMs !== null && Math.abs(aheadMs) > clockToleranceMs;
}
