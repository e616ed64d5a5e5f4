import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject } from 'node:crypto';
import type { Randomness } from '../randomness.ts';

const nonceLength = 12;
const tagLength = 16;

/** What was sealed does not open: another key, another place, or altered. */
export class SealError extends Error {
  override readonly name = 'SealError';
}

/**
 * Seals with AES-256-GCM (NIST SP 800-38D) under a 32-byte key and a random nonce.
 * Layout: nonce 12 | ciphertext | tag 16.
 *
 * @param place associated data: where the sealed value lies (key name, or table, column and row), so that it opens nowhere else
 */
export function seal(key: Uint8Array | KeyObject, place: string, clear: Uint8Array, random: Randomness): Buffer {
  const nonce = random(nonceLength);
  const cipher = createCipheriv('aes-256-gcm', keyObject(key), nonce);
  cipher.setAAD(Buffer.from(place, 'utf8'));
  return Buffer.concat([nonce, cipher.update(clear), cipher.final(), cipher.getAuthTag()]);
}

/** Opens what {@link seal} made. Throws {@link SealError}. */
export function open(key: Uint8Array | KeyObject, place: string, sealed: Uint8Array): Buffer {
  if (sealed.length < nonceLength + tagLength) throw new SealError('sealed value is too short');
  const decipher = createDecipheriv('aes-256-gcm', keyObject(key), sealed.subarray(0, nonceLength), { authTagLength: tagLength });
  decipher.setAAD(Buffer.from(place, 'utf8'));
  decipher.setAuthTag(sealed.subarray(sealed.length - tagLength));
  try {
    return Buffer.concat([decipher.update(sealed.subarray(nonceLength, sealed.length - tagLength)), decipher.final()]);
  } catch {
    throw new SealError('sealed value does not open');
  }
}

/** As {@link open}, by whichever of the keys sealed it; null where none of them did. Versions of a key are tried in their order. */
export function openWithAny(keys: readonly Uint8Array[], place: string, sealed: Uint8Array): Buffer | null {
  for (const key of keys) {
    try {
      return open(key, place, sealed);
    } catch (error) {
      if (!(error instanceof SealError)) throw error;
    }
  }
  return null;
}

/** A key as the ciphers take it quickly: Node makes one of bare bytes by a way that costs seven times the sealing. */
export function keyObject(key: Uint8Array | KeyObject): KeyObject {
  return key instanceof Uint8Array ? createSecretKey(key) : key;
}
