import { equalBytes, HASH_BYTES, hashNode, isCount } from './hashes.ts';

/** Why an inclusion proof was refused. */
export type InclusionRefusal =
  | 'no-such-leaf'
  | 'malformed-hash'
  | 'proof-too-short'
  | 'proof-too-long'
  | 'root-differs';

export type InclusionVerdict = { readonly ok: true } | { readonly ok: false; readonly refusal: InclusionRefusal };

/**
 * Checks that a leaf is at that place in the tree with that root (RFC 9162, 2.1.3.2). Root and size come
 * from a verified checkpoint; a proof shows nothing about a root that nobody signed.
 */
export function verifyInclusion(claim: {
  /** `hashLeaf` of the leaf's data, computed by the verifier. */
  readonly leafHash: Uint8Array;
  readonly leafIndex: number;
  readonly treeSize: number;
  /** Sibling of the leaf first. */
  readonly proof: readonly Uint8Array[];
  readonly root: Uint8Array;
}): InclusionVerdict {
  const { leafHash, leafIndex, treeSize, proof, root } = claim;

  // The leaf must be one that a tree of this size has.
  if (!isCount(treeSize) || !isCount(leafIndex) || leafIndex >= treeSize) return refuse('no-such-leaf');

  // Every hash must be a hash: a longer string could shift the boundary between left and right.
  if ([leafHash, root, ...proof].some((hash) => hash.length !== HASH_BYTES)) return refuse('malformed-hash');

  // Climb from the leaf: `position` and `last` are its index and the last index of the level.
  let position = leafIndex;
  let last = treeSize - 1;
  let hash = leafHash;
  for (const sibling of proof) {
    if (last === 0) return refuse('proof-too-long');
    if (position % 2 === 1 || position === last) {
      hash = hashNode(sibling, hash);
      // A last node without a right neighbour rises unchanged until it is a right child.
      while (position % 2 === 0 && position !== 0) {
        position = half(position);
        last = half(last);
      }
    } else {
      hash = hashNode(hash, sibling);
    }
    position = half(position);
    last = half(last);
  }

  // The climb must have reached the top ...
  if (last !== 0) return refuse('proof-too-short');

  // ... and found the very root.
  if (!equalBytes(hash, root)) return refuse('root-differs');

  return { ok: true };
}

// Shifts by `>>` would cut sizes to 32 bits.
function half(count: number): number {
  return Math.floor(count / 2);
}

function refuse(refusal: InclusionRefusal): InclusionVerdict {
  return { ok: false, refusal };
}
