import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto';
import type { Branded, Day, HealthPseudonym, NotifyPseudonym, TracePseudonym, VenuePseudonym, VisitPseudonym } from '@health-kit/api';
import {
  healthPseudonym, notifyPseudonym, personId, tracePseudonym, venuePseudonym, visitPseudonym, type PersonId,
} from '../identifiers.ts';
import { uuidBytes, uuidsBytes, uuidText, uuidTexts } from '../randomness.ts';
import { keyObject } from './sealing.ts';

/**
 * Sector-specific pseudonyms: AES-256 (FIPS 197) of the 16-byte person id, one block, under a key of the sector.
 * A permutation, so that no two people share a pseudonym, and invertible with the key alone.
 */
export interface PseudonymKey<Pseudonym extends string> {
  /** 32 bytes. */
  readonly key: Uint8Array;
  readonly brand: (text: string) => Pseudonym;
}

/** The identifier that a scanned pass carries; 16 bytes as the text of a UUID. */
export type PassId = Branded<'PassId'>;

export const healthKey = (key: Uint8Array): PseudonymKey<HealthPseudonym> => ({ key, brand: healthPseudonym });
export const traceKey = (key: Uint8Array): PseudonymKey<TracePseudonym> => ({ key, brand: tracePseudonym });
export const notifyKey = (key: Uint8Array): PseudonymKey<NotifyPseudonym> => ({ key, brand: notifyPseudonym });
export const shreddedKey = (key: Uint8Array): PseudonymKey<PersonId> => ({ key, brand: personId });
export const venueKey = (key: Uint8Array): PseudonymKey<VenuePseudonym> => ({ key, brand: venuePseudonym });

/**
 * The key of a day's visit pseudonyms: HKDF-SHA-256 (RFC 5869) of the random day key, salted with the visit
 * sector's key. Once the day key is destroyed, that day's pseudonyms are nobody's.
 */
export function visitKey(sectorKey: Uint8Array, dayKey: Uint8Array, day: Day): PseudonymKey<VisitPseudonym> {
  return { key: new Uint8Array(hkdfSync('sha256', dayKey, sectorKey, `health-kit visit ${day}`, 32)), brand: visitPseudonym };
}

/** The pseudonyms of people, in order. */
export function pseudonymsOf<Pseudonym extends string>(key: PseudonymKey<Pseudonym>, people: readonly PersonId[]): Pseudonym[] {
  return encryptBlocks(key.key, people).map(key.brand);
}
/** The pseudonym of one person. */
export function pseudonymOf<Pseudonym extends string>(key: PseudonymKey<Pseudonym>, person: PersonId): Pseudonym {
  return key.brand(uuidText(cipherBlocks(key.key, uuidBytes(person))));
}
/** Whose pseudonyms they are, in order. Every pseudonym has an inverse: whether that person exists is for the caller to look up. */
export function peopleOf<Pseudonym extends string>(key: PseudonymKey<Pseudonym>, pseudonyms: readonly Pseudonym[]): PersonId[] {
  return decryptBlocks(key.key, pseudonyms).map(personId);
}

/** The pass id of a day's visit pseudonym: one more block, under the pass id key of the day. */
export function passIdOf(passIdKey: Uint8Array, visit: VisitPseudonym): Buffer {
  return cipherBlocks(passIdKey, uuidBytes(visit));
}
/** The visit pseudonym in a scanned pass id (16 bytes). */
export function visitOfPassId(passIdKey: Uint8Array, passId: Uint8Array): VisitPseudonym {
  const decipher = createDecipheriv('aes-256-ecb', keyObject(passIdKey), null).setAutoPadding(false);
  return visitPseudonym(uuidText(Buffer.concat([decipher.update(passId), decipher.final()])));
}

function encryptBlocks(key: Uint8Array, texts: readonly string[]): string[] {
  return uuidTexts(cipherBlocks(key, uuidsBytes(texts)));
}
function decryptBlocks(key: Uint8Array, texts: readonly string[]): string[] {
  const decipher = createDecipheriv('aes-256-ecb', keyObject(key), null).setAutoPadding(false);
  return uuidTexts(Buffer.concat([decipher.update(uuidsBytes(texts)), decipher.final()]));
}
// Each block is a value of its own and all differ: here ECB is what the name says, a code book, and no mode of operation.
function cipherBlocks(key: Uint8Array, blocks: Uint8Array): Buffer {
  const cipher = createCipheriv('aes-256-ecb', keyObject(key), null).setAutoPadding(false);
  return Buffer.concat([cipher.update(blocks), cipher.final()]);
}
