/** Longest entry that a bundle can hold, bytes. */
const MAX_ENTRY_BYTES = 0xffff;
const LENGTH_BYTES = 2;

/**
 * Entries as C2SP tlog-tiles serves them: each after its length as a big-endian 16-bit number.
 * @throws {RangeError} if an entry is too long.
 */
export function encodeEntryBundle(entries: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(entries.reduce((length, entry) => length + LENGTH_BYTES + entry.length, 0));
  const view = new DataView(bytes.buffer);
  let position = 0;
  for (const entry of entries) {
    if (entry.length > MAX_ENTRY_BYTES) throw new RangeError(`an entry has at most ${MAX_ENTRY_BYTES} bytes`);
    view.setUint16(position, entry.length);
    bytes.set(entry, position + LENGTH_BYTES);
    position += LENGTH_BYTES + entry.length;
  }
  return bytes;
}

/** Reads a bundle; null if it is cut short. */
export function parseEntryBundle(bytes: Uint8Array): Uint8Array[] | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const entries: Uint8Array[] = [];
  let position = 0;
  while (position < bytes.length) {
    if (position + LENGTH_BYTES > bytes.length) return null;
    const end = position + LENGTH_BYTES + view.getUint16(position);
    if (end > bytes.length) return null;
    entries.push(bytes.slice(position + LENGTH_BYTES, end));
    position = end;
  }
  return entries;
}
