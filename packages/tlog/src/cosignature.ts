import { sha256 } from '@noble/hashes/sha2.js';
import { decodeBase64, encodeBase64 } from './base64.ts';
import { encodeSignatureLine, isKeyName, parseSignatureLine, parseSignedNote, verifyEd25519 } from './signedNote.ts';
import type { NoteRefusal, NoteSignature, NoteSigner, VerifyEd25519 } from './signedNote.ts';

/** Signature type of timestamped Ed25519 cosignatures (C2SP tlog-cosignature). */
const COSIGNATURE_TYPE = 0x04;
const KEY_BYTES = 32;
const TIMESTAMP_BYTES = 8;
const SIGNATURE_BYTES = 64;

/** The key of a cosigner, such as a witness; its signatures carry a time and stand over other bytes than a log's. */
export interface CosignerKey {
  readonly name: string;
  /** SHA-256(name || 0x0A || 0x04 || public key), first four bytes as a number. */
  readonly keyId: number;
  /** Ed25519 public key, 32 bytes. */
  readonly publicKey: Uint8Array;
  readonly statement: 'cosignature/v1';
}

/** Something that signs for a cosigner. */
export interface Cosigner {
  readonly key: CosignerKey;
  /** Ed25519 signature (64 bytes) over the message. */
  readonly sign: NoteSigner['sign'];
}

/** Who cosigned, and when: POSIX seconds. */
export interface Cosignature {
  readonly key: CosignerKey;
  readonly timestamp: number;
}

export type CosignaturesVerdict =
  | { readonly ok: true; readonly cosignatures: readonly Cosignature[] }
  | { readonly ok: false; readonly refusal: NoteRefusal };

/**
 * A cosigner's key from its name and public key.
 * @throws {RangeError} if the name cannot be a key name or the key is not 32 bytes long.
 */
export function cosignerKey(name: string, publicKey: Uint8Array): CosignerKey {
  if (!isKeyName(name)) throw new RangeError('a key name is not empty and has no space, plus or control character');
  if (publicKey.length !== KEY_BYTES) throw new RangeError('an Ed25519 public key is 32 bytes long');
  const digest = sha256.create().update(new TextEncoder().encode(`${name}\n`)).update(Uint8Array.of(COSIGNATURE_TYPE)).update(publicKey).digest();
  return { name, publicKey, keyId: new DataView(digest.buffer, digest.byteOffset).getUint32(0), statement: 'cosignature/v1' };
}

/** A cosigner's key as one line of text, `name+keyid+base64` (C2SP signed-note, Verifier keys). */
export function encodeCosignerKey(key: CosignerKey): string {
  return `${key.name}+${key.keyId.toString(16).padStart(8, '0')}+${encodeBase64(Uint8Array.of(COSIGNATURE_TYPE, ...key.publicKey))}`;
}

/** Reads a cosigner's key from its line of text; null if it is none, of another type, or its key id is not its own. */
export function parseCosignerKey(text: string): CosignerKey | null {
  const match = /^([^+]+)\+([0-9a-f]{8})\+(.+)$/.exec(text);
  if (match === null) return null;
  const [, name = '', keyId = '', encoded = ''] = match;
  const typed = decodeBase64(encoded);
  if (!isKeyName(name) || typed === null || typed[0] !== COSIGNATURE_TYPE || typed.length !== 1 + KEY_BYTES) return null;
  const key = cosignerKey(name, typed.slice(1));
  return key.keyId === Number.parseInt(keyId, 16) ? key : null;
}

/**
 * The bytes that a cosigner signs: header line, time line, and the whole text of the checkpoint's note.
 * @param timestamp POSIX seconds.
 * @throws {RangeError} if the time is none.
 */
export function cosignedMessage(noteText: string, timestamp: number): Uint8Array<ArrayBuffer> {
  if (!Number.isSafeInteger(timestamp) || timestamp <= 0) throw new RangeError(`not a POSIX timestamp: ${timestamp}`);
  return new TextEncoder().encode(`cosignature/v1\ntime ${timestamp}\n${noteText}`);
}

/**
 * Cosigns the text of a checkpoint's note at a time (POSIX seconds).
 * @returns the signature line, with its newline.
 */
export async function cosign(noteText: string, timestamp: number, cosigner: Cosigner): Promise<string> {
  const signature = await cosigner.sign(cosignedMessage(noteText, timestamp));
  const timestamped = new Uint8Array(TIMESTAMP_BYTES + signature.length);
  new DataView(timestamped.buffer).setBigUint64(0, BigInt(timestamp));
  timestamped.set(signature, TIMESTAMP_BYTES);
  return encodeSignatureLine({ name: cosigner.key.name, keyId: cosigner.key.keyId, signature: timestamped });
}

/** Takes a `timestamped_signature` apart; null if it is none, or its time is zero or beyond what is counted exactly. */
export function parseTimestampedSignature(bytes: Uint8Array): { readonly timestamp: number; readonly signature: Uint8Array } | null {
  if (bytes.length !== TIMESTAMP_BYTES + SIGNATURE_BYTES) return null;
  const timestamp = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0));
  if (!Number.isSafeInteger(timestamp) || timestamp === 0) return null;
  return { timestamp, signature: bytes.slice(TIMESTAMP_BYTES) };
}

/**
 * Verifies the cosignatures on a note against the cosigners the verifier was configured with. Those of unknown
 * keys are ignored; a bad one of a known key refuses the whole note. Whether the log signed is another question
 * (`verifyCheckpoint`).
 *
 * @returns each known cosigner once, with its latest time; none at all is a success that names nobody.
 */
export async function verifyCosignatures(
  note: string | Uint8Array,
  knownKeys: readonly CosignerKey[],
  verify: VerifyEd25519 = verifyEd25519,
): Promise<CosignaturesVerdict> {
  const parsed = parseSignedNote(note);
  if (!parsed.ok) return parsed;
  const latest = new Map<CosignerKey, number>();
  for (const line of parsed.signatures) {
    for (const key of knownKeys.filter((known) => known.name === line.name && known.keyId === line.keyId)) {
      const timestamp = await verifiedTime(parsed.text, line, key, verify);
      if (timestamp === null) return { ok: false, refusal: 'bad-signature' };
      latest.set(key, Math.max(timestamp, latest.get(key) ?? 0));
    }
  }
  return { ok: true, cosignatures: [...latest].map(([key, timestamp]) => ({ key, timestamp })) };
}

/**
 * Takes from a witness's answer the signature lines of a known cosigner that hold over the text; others are
 * ignored, as tlog-witness asks of clients.
 */
export async function knownCosignatureLines(
  noteText: string, answer: string, knownKeys: readonly CosignerKey[], verify: VerifyEd25519 = verifyEd25519,
): Promise<readonly (Cosignature & { readonly line: string })[]> {
  const found: (Cosignature & { readonly line: string })[] = [];
  for (const text of answer.split('\n')) {
    const parsed = parseSignatureLine(text);
    const key = knownKeys.find((known) => known.name === parsed?.name && known.keyId === parsed.keyId);
    if (parsed === null || key === undefined) continue;
    const timestamp = await verifiedTime(noteText, parsed, key, verify);
    if (timestamp !== null) found.push({ key, timestamp, line: `${text}\n` });
  }
  return found;
}

async function verifiedTime(noteText: string, line: NoteSignature, key: CosignerKey, verify: VerifyEd25519): Promise<number | null> {
  const timestamped = parseTimestampedSignature(line.signature);
  if (timestamped === null) return null;
  const message = cosignedMessage(noteText, timestamped.timestamp);
  return (await verify(key.publicKey, timestamped.signature, message)) ? timestamped.timestamp : null;
}
