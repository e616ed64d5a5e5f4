/** Longest wait between two attempts, ms. A server that asks for more gets its answer reported instead. */
export const longestWaitMs = 30_000;
const firstWaitMs = 400;

/** Milliseconds that a Retry-After header asks for (RFC 9110, 10.2.3: seconds or a date); null where it says nothing legible. */
export function parseRetryAfter(header: string | null, nowMs: number): number | null {
  if (header === null) return null;
  if (/^\d{1,9}$/.test(header.trim())) return Number(header) * 1000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? null : Math.max(0, at - nowMs);
}

/**
 * How long to wait before the next attempt, ms, or null for not at all. Without the server's word: a random
 * part of a span that doubles ("full jitter"), so that a crowd which was refused together does not come
 * back together. With it: at least that long, and up to half a span more.
 *
 * @param attempt attempts made so far, 1 or more
 * @param chance a number in [0, 1)
 */
export function waitBeforeRetry(attempt: number, retryAfterMs: number | null, chance: number): number | null {
  const span = Math.min(longestWaitMs, firstWaitMs * 2 ** (attempt - 1));
  if (retryAfterMs === null) return Math.round(chance * span);
  return retryAfterMs > longestWaitMs ? null : Math.round(retryAfterMs + (chance * span) / 2);
}
