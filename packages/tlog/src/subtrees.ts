import { emptyRoot, hashNode, isCount } from './hashes.ts';

/**
 * A complete subtree: `level` 0 are the leaves, and node `index` of a level covers the leaves from
 * `index * 2^level` up to, not including, `(index + 1) * 2^level`.
 */
export interface SubtreeId {
  readonly level: number;
  readonly index: number;
}

/** A root or a proof element, to be folded from complete subtrees that stand side by side, left to right. */
export type SubtreeList = readonly SubtreeId[];

/**
 * The complete subtrees that make up the leaves [start, end). `start` must be a multiple of the smallest
 * power of two that is not below `end - start`, as every range of RFC 9162, 2.1 is.
 */
function subtreesOf(start: number, end: number): SubtreeId[] {
  const subtrees: SubtreeId[] = [];
  let position = start;
  while (position < end) {
    let level = 0;
    let width = 1;
    while (position + width * 2 <= end) {
      level += 1;
      width *= 2;
    }
    subtrees.push({ level, index: position / width });
    position += width;
  }
  return subtrees;
}

/** The largest power of two smaller than a count of two or more (k in RFC 9162, 2.1.1). */
function splitPoint(count: number): number {
  let k = 1;
  while (k * 2 < count) k *= 2;
  return k;
}

/**
 * What the root of a tree of that size is folded from.
 * @throws {RangeError} if the size is no count of leaves.
 */
export function rootSubtrees(size: number): SubtreeList {
  if (!isCount(size)) throw new RangeError(`not a tree size: ${size}`);
  return subtreesOf(0, size);
}

/**
 * What each element of an inclusion proof is folded from (PATH in RFC 9162, 2.1.3.1).
 * @throws {RangeError} if the tree has no such leaf.
 */
export function inclusionProofSubtrees(leafIndex: number, size: number): readonly SubtreeList[] {
  if (!isCount(size) || !isCount(leafIndex) || leafIndex >= size) {
    throw new RangeError(`a tree of size ${size} has no leaf ${leafIndex}`);
  }
  const path: SubtreeId[][] = [];
  let start = 0;
  let end = size;
  while (end - start > 1) {
    const middle = start + splitPoint(end - start);
    if (leafIndex < middle) {
      path.push(subtreesOf(middle, end));
      end = middle;
    } else {
      path.push(subtreesOf(start, middle));
      start = middle;
    }
  }
  return path.reverse();
}

/**
 * What each element of a consistency proof is folded from (PROOF and SUBPROOF in RFC 9162, 2.1.4.1). Empty
 * between equal sizes, and from the empty tree, which every tree continues.
 * @throws {RangeError} unless 0 <= firstSize <= secondSize.
 */
export function consistencyProofSubtrees(firstSize: number, secondSize: number): readonly SubtreeList[] {
  if (!isCount(firstSize) || !isCount(secondSize) || firstSize > secondSize) {
    throw new RangeError(`a tree of size ${secondSize} does not continue one of size ${firstSize}`);
  }
  if (firstSize === 0 || firstSize === secondSize) return [];
  const path: SubtreeId[][] = [];
  let start = 0;
  let end = secondSize;
  while (end !== firstSize) {
    const middle = start + splitPoint(end - start);
    if (firstSize <= middle) {
      path.push(subtreesOf(middle, end));
      end = middle;
    } else {
      path.push(subtreesOf(start, middle));
      start = middle;
    }
  }
  // Where the first tree is a complete subtree of the second, the verifier knows its root already.
  if (start > 0) path.push(subtreesOf(start, end));
  return path.reverse();
}

/** Folds the hashes of subtrees that stand side by side, left to right, into one; of none, the empty root. */
export function foldSubtrees(hashes: readonly Uint8Array[]): Uint8Array {
  if (hashes.length === 0) return emptyRoot();
  return hashes.reduceRight((right, left) => hashNode(left, right));
}
