import { sha256 } from '../keys/vaultKeys.ts';
import type { Queries } from '../database.ts';
import { refuse } from '../refusal.ts';

/** How long a proof could be accepted again: twice the tolerance of `verifyProof` (120 s), and some. */
const proofLifeMs = 5 * 60_000;
/** Proofs remembered at most; beyond it, new ones are refused rather than old ones forgotten. */
const maximumRemembered = 500_000;

/**
 * Request proofs that were used (RFC 9449, 11.1).
 *
 * Every process remembers those it saw. A proof that changes something is also written down in the transaction of
 * its deed, so that another process, or this one after a restart, refuses it too. For the rest (day ticket, day
 * pass, reading one's own log) a repetition at another process gives the caller what it already had: they stay in
 * memory, which keeps the ticket at one query.
 */
export interface UsedProofs {
  /** Remembers the proof in this process; refuses one that was used before. */
  remember(thumbprint: string, proofId: string): void;
  /** Writes the proof down in a transaction; refuses one that another process has used. */
  spend(queries: Queries, thumbprint: string, proofId: string): Promise<void>;
}

/** @param now epoch ms */
export function usedProofs(now: () => number): UsedProofs {
  let current = new Set<string>();
  let previous = new Set<string>();
  let turnAt = now() + proofLifeMs;
  return {
    remember(thumbprint, proofId) {
      if (now() >= turnAt) {
        previous = now() >= turnAt + proofLifeMs ? new Set() : current;
        current = new Set();
        turnAt = now() + proofLifeMs;
      }
      const key = proofKey(thumbprint, proofId).toString('latin1');
      if (current.has(key) || previous.has(key)) refuse('not-authorized');
      if (current.size + previous.size >= maximumRemembered) refuse('too-many-requests');
      current.add(key);
    },
    async spend(queries, thumbprint, proofId) {
      const inserted = await queries.query('INSERT INTO vault.used_proof (proof_key, until) VALUES ($1, $2) ON CONFLICT DO NOTHING', [
        proofKey(thumbprint, proofId), new Date(now() + proofLifeMs),
      ]);
      if (inserted.rowCount === 0) refuse('not-authorized');
    },
  };
}

// The identifier is the caller's choice: together with the key, nobody can use up another's.
function proofKey(thumbprint: string, proofId: string): Buffer {
  return sha256(`${thumbprint}.${proofId}`).subarray(0, 16);
}
