import { emptyRoot, equalBytes, HASH_BYTES, hashNode, isCount } from './hashes.ts';

/** Why a consistency proof was refused. */
export type ConsistencyRefusal =
  | 'sizes-out-of-order'
  | 'malformed-hash'
  | 'proof-too-short'
  | 'proof-too-long'
  | 'first-root-differs'
  | 'second-root-differs';

export type ConsistencyVerdict = { readonly ok: true } | { readonly ok: false; readonly refusal: ConsistencyRefusal };

/**
 * Checks that the second tree continues the first: that nothing in it was dropped, edited or reordered
 * (RFC 9162, 2.1.4.2). Sizes and roots come from verified checkpoints.
 */
export function verifyConsistency(claim: {
  readonly firstSize: number;
  readonly firstRoot: Uint8Array;
  readonly secondSize: number;
  readonly secondRoot: Uint8Array;
  readonly proof: readonly Uint8Array[];
}): ConsistencyVerdict {
  const { firstSize, firstRoot, secondSize, secondRoot, proof } = claim;

  // A log only grows.
  if (!isCount(firstSize) || !isCount(secondSize) || firstSize > secondSize) return refuse('sizes-out-of-order');

  // Every hash must be a hash: a longer string could shift the boundary between left and right.
  if ([firstRoot, secondRoot, ...proof].some((hash) => hash.length !== HASH_BYTES)) return refuse('malformed-hash');

  // A tree without leaves has one root and no history that could be contradicted.
  if (firstSize === 0) {
    if (proof.length > 0) return refuse('proof-too-long');
    if (!equalBytes(firstRoot, emptyRoot())) return refuse('first-root-differs');
    if (secondSize === 0 && !equalBytes(secondRoot, emptyRoot())) return refuse('second-root-differs');
    return { ok: true };
  }

  // Trees of one size are consistent when they are the same tree.
  if (firstSize === secondSize) {
    if (proof.length > 0) return refuse('proof-too-long');
    if (!equalBytes(firstRoot, secondRoot)) return refuse('second-root-differs');
    return { ok: true };
  }

  // Start at the last node of the first tree that is a left child or the whole tree; where that is the whole
  // of the first tree, the proof leaves it out.
  let position = firstSize - 1;
  let last = secondSize - 1;
  while (position % 2 === 1) {
    position = half(position);
    last = half(last);
  }
  const [start, ...path] = position === 0 ? [firstRoot, ...proof] : proof;
  if (start === undefined) return refuse('proof-too-short');

  // Climb both trees at once: left siblings belong to both, right ones to the second alone.
  let firstHash = start;
  let secondHash = start;
  for (const sibling of path) {
    if (last === 0) return refuse('proof-too-long');
    if (position % 2 === 1 || position === last) {
      firstHash = hashNode(sibling, firstHash);
      secondHash = hashNode(sibling, secondHash);
      while (position % 2 === 0 && position !== 0) {
        position = half(position);
        last = half(last);
      }
    } else {
      secondHash = hashNode(secondHash, sibling);
    }
    position = half(position);
    last = half(last);
  }

  // The climb must have reached the top ...
  if (last !== 0) return refuse('proof-too-short');

  // ... of the first tree ...
  if (!equalBytes(firstHash, firstRoot)) return refuse('first-root-differs');

  // ... and of the second.
  if (!equalBytes(secondHash, secondRoot)) return refuse('second-root-differs');

  return { ok: true };
}

// Shifts by `>>` would cut sizes to 32 bits.
function half(count: number): number {
  return Math.floor(count / 2);
}

function refuse(refusal: ConsistencyRefusal): ConsistencyVerdict {
  return { ok: false, refusal };
}
