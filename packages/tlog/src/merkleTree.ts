import { MerkleTreeHasher } from './merkleTreeHasher.ts';
import { consistencyProofSubtrees, foldSubtrees, inclusionProofSubtrees, rootSubtrees } from './subtrees.ts';
import type { SubtreeId, SubtreeList } from './subtrees.ts';

/** Reads the hash of a complete subtree from wherever the tree is kept. */
export type ReadSubtree = (subtree: SubtreeId) => Promise<Uint8Array> | Uint8Array;

/** The root of a stored tree at that size. */
export async function readRoot(read: ReadSubtree, size: number): Promise<Uint8Array> {
  return readFolded(read, rootSubtrees(size));
}

/**
 * The inclusion proof of a leaf in a stored tree at that size, leaf's sibling first (RFC 9162, 2.1.3.1).
 * @throws {RangeError} if the tree has no such leaf; whatever `read` throws.
 */
export async function makeInclusionProof(read: ReadSubtree, leafIndex: number, size: number): Promise<Uint8Array[]> {
  return Promise.all(inclusionProofSubtrees(leafIndex, size).map((subtrees) => readFolded(read, subtrees)));
}

/**
 * The proof that a stored tree at `secondSize` continues itself at `firstSize` (RFC 9162, 2.1.4.1).
 * @throws {RangeError} unless 0 <= firstSize <= secondSize; whatever `read` throws.
 */
export async function makeConsistencyProof(
  read: ReadSubtree,
  firstSize: number,
  secondSize: number,
): Promise<Uint8Array[]> {
  return Promise.all(consistencyProofSubtrees(firstSize, secondSize).map((subtrees) => readFolded(read, subtrees)));
}

async function readFolded(read: ReadSubtree, subtrees: SubtreeList): Promise<Uint8Array> {
  return foldSubtrees(await Promise.all(subtrees.map(async (subtree) => read(subtree))));
}

/** A whole tree in memory, for tests, monitors and small logs. */
export class MerkleTree {
  readonly #hasher = new MerkleTreeHasher();
  readonly #levels: Uint8Array[][] = [];

  /** @param leafHashes hashes of the leaves, as `hashLeaf` gives them. */
  constructor(leafHashes: Iterable<Uint8Array> = []) {
    for (const leafHash of leafHashes) this.append(leafHash);
  }

  get size(): number {
    return this.#hasher.size;
  }

  /** @returns the index of the new leaf. */
  append(leafHash: Uint8Array): number {
    for (const { level, hash } of this.#hasher.append(leafHash)) {
      const hashes = (this.#levels[level] ??= []);
      hashes.push(hash);
    }
    return this.size - 1;
  }

  /** The hash of a complete subtree, for use as {@link ReadSubtree}. */
  readonly subtree = ({ level, index }: SubtreeId): Uint8Array => {
    const hash = this.#levels[level]?.[index];
    if (hash === undefined) throw new RangeError(`no complete subtree ${index} at level ${level}`);
    return hash;
  };

  /** The root at that size, by default the present one. */
  root(size: number = this.size): Uint8Array {
    return this.#fold(rootSubtrees(size));
  }

  /** As {@link makeInclusionProof}. */
  inclusionProof(leafIndex: number, size: number = this.size): Uint8Array[] {
    return inclusionProofSubtrees(leafIndex, size).map((subtrees) => this.#fold(subtrees));
  }

  /** As {@link makeConsistencyProof}. */
  consistencyProof(firstSize: number, secondSize: number = this.size): Uint8Array[] {
    return consistencyProofSubtrees(firstSize, secondSize).map((subtrees) => this.#fold(subtrees));
  }

  #fold(subtrees: SubtreeList): Uint8Array {
    return foldSubtrees(subtrees.map(this.subtree));
  }
}
