import { HASH_BYTES, hashNode, isCount } from './hashes.ts';
import { foldSubtrees, rootSubtrees } from './subtrees.ts';
import type { SubtreeId } from './subtrees.ts';

/** A complete subtree that came into being, to be stored for later proofs. */
export interface CompletedSubtree extends SubtreeId {
  readonly hash: Uint8Array;
}

const SIZE_BYTES = 8;

/**
 * Grows a tree leaf by leaf while keeping only its frontier: the roots of its largest complete subtrees, at
 * most one for each bit of the size.
 */
export class MerkleTreeHasher {
  #size = 0;
  /** Largest subtree first. */
  #frontier: Uint8Array[] = [];

  /**
   * Takes up a tree from {@link MerkleTreeHasher.serialise}. The bytes prove nothing by themselves: compare
   * {@link MerkleTreeHasher.root} with the last signed checkpoint before appending.
   * @throws {RangeError} if the bytes are no frontier.
   */
  static restore(bytes: Uint8Array): MerkleTreeHasher {
    if (bytes.length < SIZE_BYTES) throw new RangeError('the frontier is cut short');
    const size = Number(new DataView(bytes.buffer, bytes.byteOffset, SIZE_BYTES).getBigUint64(0));
    if (!isCount(size)) throw new RangeError('the frontier names a size beyond 2^53');
    const count = rootSubtrees(size).length;
    if (bytes.length !== SIZE_BYTES + count * HASH_BYTES) {
      throw new RangeError(`the frontier of a tree of size ${size} has ${count} hashes`);
    }
    const hasher = new MerkleTreeHasher();
    hasher.#size = size;
    hasher.#frontier = Array.from({ length: count }, (_, position) => {
      const start = SIZE_BYTES + position * HASH_BYTES;
      return bytes.slice(start, start + HASH_BYTES);
    });
    return hasher;
  }

  get size(): number {
    return this.#size;
  }

  /**
   * Appends a leaf by its hash (`hashLeaf`).
   * @returns the subtrees this completes, the leaf itself first: what storage must keep to make proofs.
   * @throws {RangeError} if the hash is not 32 bytes long.
   */
  append(leafHash: Uint8Array): CompletedSubtree[] {
    if (leafHash.length !== HASH_BYTES) throw new RangeError(`a leaf hash is ${HASH_BYTES} bytes long`);
    let hash: Uint8Array = leafHash.slice();
    let level = 0;
    let index = this.#size;
    const completed = [{ level, index, hash }];
    // A set bit of the old size is a subtree on the left that this one completes, as in binary addition.
    while (index % 2 === 1) {
      const left = this.#frontier.pop();
      if (left === undefined) throw new Error('the frontier has a subtree for each bit of the size');
      hash = hashNode(left, hash);
      level += 1;
      index = (index - 1) / 2;
      completed.push({ level, index, hash });
    }
    this.#frontier.push(hash);
    this.#size += 1;
    return completed;
  }

  /** The root of the tree so far. */
  root(): Uint8Array {
    return foldSubtrees(this.#frontier);
  }

  /** The state in bytes: the size as a big-endian 64-bit number, then the frontier, largest subtree first. */
  serialise(): Uint8Array {
    const bytes = new Uint8Array(SIZE_BYTES + this.#frontier.length * HASH_BYTES);
    new DataView(bytes.buffer).setBigUint64(0, BigInt(this.#size));
    for (const [position, hash] of this.#frontier.entries()) bytes.set(hash, SIZE_BYTES + position * HASH_BYTES);
    return bytes;
  }
}
