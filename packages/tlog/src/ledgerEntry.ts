import { sha256 } from '@noble/hashes/sha2.js';
import type { Checkpoint } from './checkpoint.ts';
import { hashLeaf } from './hashes.ts';
import { verifyInclusion } from './verifyInclusion.ts';
import type { InclusionVerdict } from './verifyInclusion.ts';

/** Bytes of the random nonce that each entry is committed with. */
export const NONCE_BYTES = 32;

const COMMITMENT_LABEL = new TextEncoder().encode('hk-ledger-1');
// Of the same length, so that neither can be read as the other.
const SECRET_LABEL = new TextEncoder().encode('hk-secret-1');

/**
 * The data of an entry's leaf: SHA-256("hk-ledger-1" || nonce || event). The nonce lies with the event, so
 * that once both are erased the leaf can be linked to nothing, not even by guessing the event, and the tree
 * stays whole.
 *
 * @param event canonical bytes, as `canonicalJsonBytes` makes them.
 * @throws {RangeError} if the nonce is not 32 bytes long.
 */
export function commitEntry(nonce: Uint8Array, event: Uint8Array): Uint8Array {
  if (nonce.length !== NONCE_BYTES) throw new RangeError(`a nonce is ${NONCE_BYTES} bytes long`);
  return sha256.create().update(COMMITMENT_LABEL).update(nonce).update(event).digest();
}

/** The commitment to the part of an event that its reader does not get: SHA-256("hk-secret-1" || nonce || secret). @throws {RangeError} as {@link commitEntry} */
export function commitSecret(nonce: Uint8Array, secret: Uint8Array): Uint8Array {
  if (nonce.length !== NONCE_BYTES) throw new RangeError(`a nonce is ${NONCE_BYTES} bytes long`);
  return sha256.create().update(SECRET_LABEL).update(nonce).update(secret).digest();
}

/**
 * Checks that an entry, opened by its nonce, is in the ledger under a checkpoint that was verified before.
 */
export function verifyEntry(entry: {
  readonly nonce: Uint8Array;
  /** Canonical bytes of the event. */
  readonly event: Uint8Array;
  readonly leafIndex: number;
  readonly proof: readonly Uint8Array[];
  readonly checkpoint: Checkpoint;
}): InclusionVerdict | { readonly ok: false; readonly refusal: 'malformed-nonce' } {
  const { nonce, event, leafIndex, proof, checkpoint } = entry;

  // A nonce of another length would move the boundary between nonce and event.
  if (nonce.length !== NONCE_BYTES) return { ok: false, refusal: 'malformed-nonce' };

  // The leaf is computed here from what is shown, and must be in the tree that was signed.
  return verifyInclusion({
    leafHash: hashLeaf(commitEntry(nonce, event)),
    leafIndex,
    treeSize: checkpoint.size,
    proof,
    root: checkpoint.root,
  });
}
