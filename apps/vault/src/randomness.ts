import { randomBytes } from 'node:crypto';

/** A source of random bytes: the machine's in earnest, a seeded one in tests. */
export type Randomness = (length: number) => Uint8Array;

/** The operating system's generator. */
export const systemRandomness: Randomness = (length) => randomBytes(length);

/** Hands out what one draw of `bytes` bytes gave, piece by piece: for thousands of nonces at a time, drawing each costs more than the cipher does. */
export function inOneDraw(random: Randomness, bytes: number): Randomness {
  const drawn = random(bytes);
  let used = 0;
  return (length) => {
    if (used + length > drawn.length) return random(length);
    used += length;
    return drawn.subarray(used - length, used);
  };
}

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
/** As {@link uuidText}, of many that lie one after the other. */
export function uuidTexts(bytes: Buffer): string[] {
  const hex = bytes.toString('hex');
  return Array.from({ length: bytes.length / 16 }, (_, index) => {
    const at = index * 32;
    return `${hex.slice(at, at + 8)}-${hex.slice(at + 8, at + 12)}-${hex.slice(at + 12, at + 16)}-${hex.slice(at + 16, at + 20)}-${hex.slice(at + 20, at + 32)}`;
  });
}

/** The 16 bytes of a UUID's text. */
export function uuidBytes(text: string): Buffer {
  const bytes = Buffer.from(text.replaceAll('-', ''), 'hex');
  if (bytes.length !== 16) throw new RangeError('not the text of a UUID');
  return bytes;
}
/** As {@link uuidBytes}, of many, one after the other. */
export function uuidsBytes(texts: readonly string[]): Buffer {
  if (texts.some((text) => text.length !== 36)) throw new RangeError('not the text of a UUID');
  const bytes = Buffer.from(texts.join('').replaceAll('-', ''), 'hex');
  if (bytes.length !== texts.length * 16) throw new RangeError('not the text of a UUID');
  return bytes;
}

/** Crockford's Base32: no letter that is taken for a digit; 32 of them, so that a byte's remainder prefers none. */
const letters = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** A random code that people read and type, 5 bits a letter. */
export function randomLetters(random: Randomness, length: number): string {
  return Array.from(random(length), (byte) => letters.charAt(byte % letters.length)).join('');
}
