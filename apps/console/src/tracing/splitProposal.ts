/** Cuts a list into parts of at most `size`, in order: the cap on one proposal is the vault's. */
export function splitProposal<Item>(items: readonly Item[], size: number): Item[][] {
  if (!Number.isInteger(size) || size < 1) throw new RangeError(`parts have a whole size from 1, not ${size}`);
  return Array.from({ length: Math.ceil(items.length / size) }, (_, part) => items.slice(part * size, (part + 1) * size));
}
