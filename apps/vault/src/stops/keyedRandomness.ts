import { createHmac, hkdfSync } from 'node:crypto';
import { keyObject } from '../keys/sealing.ts';
import type { Randomness } from '../randomness.ts';
import type { Vault } from '../vault.ts';

/** Bytes that follow from a key and a name, HMAC-SHA-256 in counter mode: the same to whoever has the key, random to everybody else. */
export function keyedRandomness(key: Uint8Array, name: string): Randomness {
  const secret = keyObject(key);
  let counter = 0;
  let left = Buffer.alloc(0);
  return (length) => {
    const blocks = [left];
    for (let have = left.length; have < length; have += 32) blocks.push(createHmac('sha256', secret).update(`${name}|${counter++}`, 'utf8').digest());
    const drawn = Buffer.concat(blocks);
    left = drawn.subarray(length);
    return drawn.subarray(0, length);
  };
}

/** A number from 0 to below 1. */
export function number(draw: Randomness): number {
  return Buffer.from(draw(6)).readUIntBE(0, 6) / 2 ** 48;
}

/** One of several, all equally likely. */
export function pick<Value>(draw: Randomness, values: readonly Value[]): Value {
  const value = values[Math.floor(number(draw) * values.length)];
  if (value === undefined) throw new RangeError('there is nothing to pick from');
  return value;
}

/** The key that decoy venues and visits follow from: of the venues' pseudonyms, which is never replaced, so that the venues stay where they are. */
export function decoyKey({ keys }: Pick<Vault, 'keys'>): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', keys.venue.key, new Uint8Array(), 'health-kit decoys', 32));
}
