/** Milliseconds by which a client's clock may be ahead of ours; packages/proof allows its proofs as much. */
export const aheadToleranceMs = 120_000;

/**
 * The moment (epoch ms) that a client names for something that has happened, as it can be stored: a moment within the
 * tolerance ahead of `nowMs` is now. Null for one that is further ahead, and for NaN.
 */
export function pastMoment(statedMs: number, nowMs: number): number | null {
  return statedMs <= nowMs + aheadToleranceMs ? Math.min(statedMs, nowMs) : null;
}
