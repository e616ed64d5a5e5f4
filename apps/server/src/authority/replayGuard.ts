/**
 * Request proofs that were seen already (RFC 9449, 11.1). A proof lives at most four minutes (two on either
 * side of our clock), so two generations of that length remember enough. The memory is this process's own:
 * with several of them a replay may pass once in each, within those minutes and with the very same body.
 */
export interface ReplayGuard {
  /** Takes note of a proof; false if it was seen before. */
  admit(thumbprint: string, proofId: string, nowMs: number): boolean;
}

const generationMs = 240_000;
/** Proofs remembered a generation; beyond it the older generation goes early. */
const largestGeneration = 200_000;

export function makeReplayGuard(): ReplayGuard {
  let current = new Set<string>();
  let previous = new Set<string>();
  let startedMs = 0;
  return {
    admit(thumbprint, proofId, nowMs) {
      if (Math.abs(nowMs - startedMs) > generationMs || current.size >= largestGeneration) {
        previous = current;
        current = new Set();
        startedMs = nowMs;
      }
      const key = `${thumbprint}.${proofId}`;
      if (current.has(key) || previous.has(key)) return false;
      current.add(key);
      return true;
    },
  };
}
