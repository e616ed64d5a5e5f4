import { sha256 } from '@noble/hashes/sha2.js';

/** Bytes in a SHA-256 hash. */
export const HASH_BYTES = 32;

// RFC 9162, 2.1.1: the prefixes keep a leaf from ever being read as a node.
const LEAF_PREFIX = Uint8Array.of(0x00);
const NODE_PREFIX = Uint8Array.of(0x01);

/** The hash of a leaf with this data (RFC 9162, 2.1.1). */
export function hashLeaf(data: Uint8Array): Uint8Array {
  return sha256.create().update(LEAF_PREFIX).update(data).digest();
}

/** The hash of an inner node (RFC 9162, 2.1.1). */
export function hashNode(left: Uint8Array, right: Uint8Array): Uint8Array {
  return sha256.create().update(NODE_PREFIX).update(left).update(right).digest();
}

/** The root of the tree without leaves: the hash of the empty string (RFC 9162, 2.1.1). */
export function emptyRoot(): Uint8Array {
  return sha256(new Uint8Array());
}

/** Whether two byte strings are equal. Not constant in time: what is compared here is public. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, position) => byte === b[position]);
}

/** Whether a number can be the size of a tree or the index of a leaf. */
export function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}
