import { randomBytes } from 'node:crypto';

/** A source of random bytes: the machine's in earnest, a seeded one in tests. */
export type Randomness = (length: number) => Uint8Array;

/** The operating system's generator. */
export const systemRandomness: Randomness = (length) => randomBytes(length);

/** A random number of `digits` decimal digits, all values equally likely. */
export function randomDigits(random: Randomness, digits: number): string {
  const values = 10 ** digits;
  // Draws above the largest multiple are thrown away: a plain remainder would prefer small numbers.
  const limit = 2 ** 48 - (2 ** 48 % values);
  for (;;) {
    const drawn = Buffer.from(random(6)).readUIntBE(0, 6);
    if (drawn < limit) return String(drawn % values).padStart(digits, '0');
  }
}

/** A random integer from 0 to `below` - 1; `below` is a power of two up to 2^32. */
export function randomBelowPowerOfTwo(random: Randomness, below: number): number {
  return Buffer.from(random(4)).readUInt32BE(0) % below;
}

/** A random 128-bit identifier in the text form of a UUID, version 4 (RFC 9562). */
export function randomUuid(random: Randomness): string {
  const bytes = Buffer.from(random(16));
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x40, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return uuidText(bytes);
}

/** A random 128-bit secret as base64url, 22 characters. */
export function randomSecret(random: Randomness): string {
  return Buffer.from(random(16)).toString('base64url');
}

/** 16 bytes in the text form of a UUID. */
export function uuidText(bytes: Buffer): string {
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** The 16 bytes of a UUID's text. */
export function uuidBytes(text: string): Buffer {
  const bytes = Buffer.from(text.replaceAll('-', ''), 'hex');
  if (bytes.length !== 16) throw new RangeError('not the text of a UUID');
  return bytes;
}
