import { sha256 } from '@noble/hashes/sha2.js';
import { decodeBase64, encodeBase64 } from './base64.ts';

/** Signature type of plain Ed25519 (C2SP signed-note, Signature types). */
const ED25519_TYPE = 0x01;
const ED25519_KEY_BYTES = 32;
const KEY_ID_BYTES = 4;
/** The specification asks for at least 16; cosignatures of witnesses share the note. */
const MAX_SIGNATURES = 100;
/** Longest note read, in UTF-16 code units for text and bytes for bytes. */
const MAX_NOTE_LENGTH = 1_000_000;

/** A key that a verifier was configured with. */
export interface VerifierKey {
  readonly name: string;
  /** First four bytes of the key hash as a number; derived, see {@link ed25519KeyId}. */
  readonly keyId: number;
  /** Ed25519 public key, 32 bytes (RFC 8032). */
  readonly publicKey: Uint8Array;
}

/** Something that signs notes; the private key may lie in another process or a token. */
export interface NoteSigner {
  readonly key: VerifierKey;
  /** Ed25519 signature (64 bytes) over the message. */
  readonly sign: (message: Uint8Array<ArrayBuffer>) => Promise<Uint8Array>;
}

/** Verifies an Ed25519 signature (RFC 8032). */
export type VerifyEd25519 = (
  publicKey: Uint8Array,
  signature: Uint8Array,
  message: Uint8Array<ArrayBuffer>,
) => Promise<boolean>;

/** A signature line. */
export interface NoteSignature {
  readonly name: string;
  readonly keyId: number;
  /** What follows the key id, as long as the algorithm makes it. */
  readonly signature: Uint8Array;
}

/** A note taken apart, nothing about it verified. */
export interface ParsedNote {
  /** With its final newline. */
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

/** Why a note was refused. */
export type NoteRefusal =
  | 'too-long'
  | 'not-utf-8'
  | 'control-character'
  | 'no-signature-block'
  | 'malformed-signature-line'
  | 'too-many-signatures'
  | 'bad-signature'
  | 'no-known-signature';

type Refused<Refusal> = { readonly ok: false; readonly refusal: Refusal };

export type ParsedNoteResult = ({ readonly ok: true } & ParsedNote) | Refused<NoteRefusal>;

export type NoteVerdict =
  | {
      readonly ok: true;
      readonly text: string;
      /** The known keys that signed, each once, in the order of their lines. */
      readonly verifiedBy: readonly VerifierKey[];
    }
  | Refused<NoteRefusal>;

/** Whether a string can be a key name: not empty, no Unicode space, no plus, no control character. */
export function isKeyName(name: string): boolean {
  return name !== '' && name.isWellFormed() && !/[\p{White_Space}+]/u.test(name) && !hasControlCharacter(name);
}

/**
 * The key id of an Ed25519 key: SHA-256(name || 0x0A || 0x01 || public key), first four bytes.
 * @throws {RangeError} if the name cannot be a key name or the key is not 32 bytes long.
 */
export function ed25519KeyId(name: string, publicKey: Uint8Array): number {
  if (!isKeyName(name)) throw new RangeError('a key name is not empty and has no space, plus or control character');
  if (publicKey.length !== ED25519_KEY_BYTES) throw new RangeError('an Ed25519 public key is 32 bytes long');
  const digest = sha256
    .create()
    .update(new TextEncoder().encode(`${name}\n`))
    .update(Uint8Array.of(ED25519_TYPE))
    .update(publicKey)
    .digest();
  return readKeyId(digest);
}

function readKeyId(bytes: Uint8Array): number {
  return new DataView(bytes.buffer, bytes.byteOffset, KEY_ID_BYTES).getUint32(0);
}

/**
 * A verifier key from its name and public key.
 * @throws {RangeError} as {@link ed25519KeyId}.
 */
export function verifierKey(name: string, publicKey: Uint8Array): VerifierKey {
  return { name, publicKey, keyId: ed25519KeyId(name, publicKey) };
}

/** A verifier key as one line of text, `name+keyid+base64`, the form Go's sumdb/note and C2SP tools read. */
export function encodeVerifierKey(key: VerifierKey): string {
  const keyId = key.keyId.toString(16).padStart(KEY_ID_BYTES * 2, '0');
  return `${key.name}+${keyId}+${encodeBase64(Uint8Array.of(ED25519_TYPE, ...key.publicKey))}`;
}

/** Reads a verifier key from its line of text; null if it is none, of another type, or its key id is not its own. */
export function parseVerifierKey(text: string): VerifierKey | null {
  // Only the name is free of pluses; Base64 is not.
  const match = /^([^+]+)\+([0-9a-f]{8})\+(.+)$/.exec(text);
  if (match === null) return null;
  const [, name = '', keyId = '', encoded = ''] = match;
  const typed = decodeBase64(encoded);
  if (!isKeyName(name) || typed === null) return null;
  if (typed[0] !== ED25519_TYPE || typed.length !== 1 + ED25519_KEY_BYTES) return null;
  const key = verifierKey(name, typed.slice(1));
  return key.keyId === Number.parseInt(keyId, 16) ? key : null;
}

/**
 * Signs a text into a note.
 * @param text ends in a newline, and has no other control character.
 * @throws {RangeError} if the text cannot be a note's, or there is no signer.
 */
export async function signNote(text: string, signers: readonly NoteSigner[]): Promise<string> {
  if (!isNoteText(text)) throw new RangeError('a note text is well-formed, ends in a newline and has no other control character');
  if (signers.length === 0) throw new RangeError('a note has at least one signature');
  const message = new TextEncoder().encode(text);
  const lines = await Promise.all(
    signers.map(async ({ key, sign }) => {
      const signature = await sign(message);
      return encodeSignatureLine({ name: key.name, keyId: key.keyId, signature });
    }),
  );
  return `${text}\n${lines.join('')}`;
}

function isNoteText(text: string): boolean {
  return text.endsWith('\n') && text.isWellFormed() && !hasControlCharacter(text);
}

/** Whether a text has an ASCII control character other than newline. */
function hasControlCharacter(text: string): boolean {
  for (let position = 0; position < text.length; position += 1) {
    const unit = text.charCodeAt(position);
    if (unit < 0x20 && unit !== 0x0a) return true;
  }
  return false;
}

/** A signature line with its newline. */
export function encodeSignatureLine({ name, keyId, signature }: NoteSignature): string {
  const bytes = new Uint8Array(KEY_ID_BYTES + signature.length);
  new DataView(bytes.buffer).setUint32(0, keyId);
  bytes.set(signature, KEY_ID_BYTES);
  return `— ${name} ${encodeBase64(bytes)}\n`;
}

/** Takes a note apart without verifying anything (C2SP signed-note, Format). */
export function parseSignedNote(note: string | Uint8Array): ParsedNoteResult {
  // Bounded before anything reads it.
  if (note.length > MAX_NOTE_LENGTH) return refuse('too-long');

  // Valid UTF-8, without control characters that would show a reader something else.
  const whole = typeof note === 'string' ? note : decodeUtf8(note);
  if (whole === null || !whole.isWellFormed()) return refuse('not-utf-8');
  if (hasControlCharacter(whole)) return refuse('control-character');

  // The last empty line separates text and signatures.
  const split = whole.lastIndexOf('\n\n');
  if (split === -1 || !whole.endsWith('\n')) return refuse('no-signature-block');
  const text = whole.slice(0, split + 1);
  const lines = whole.slice(split + 2).split('\n').slice(0, -1);
  if (lines.length === 0) return refuse('no-signature-block');
  if (lines.length > MAX_SIGNATURES) return refuse('too-many-signatures');

  // Every line is a signature line, those of unknown keys too.
  const signatures: NoteSignature[] = [];
  for (const line of lines) {
    const signature = parseSignatureLine(line);
    if (signature === null) return refuse('malformed-signature-line');
    signatures.push(signature);
  }
  return { ok: true, text, signatures };
}

function decodeUtf8(bytes: Uint8Array): string | null {
  try {
    // A byte order mark is part of the signed text and must not be swallowed.
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

/** Reads a signature line without its newline; null if it is none. */
export function parseSignatureLine(line: string): NoteSignature | null {
  const [dash, name, encoded, ...more] = line.split(' ');
  if (dash !== '—' || name === undefined || encoded === undefined || more.length > 0) return null;
  const bytes = decodeBase64(encoded);
  if (!isKeyName(name) || bytes === null || bytes.length <= KEY_ID_BYTES) return null;
  return { name, keyId: readKeyId(bytes), signature: bytes.slice(KEY_ID_BYTES) };
}

/**
 * Verifies a note against the keys the verifier was configured with. Signatures of unknown keys are ignored;
 * a bad signature of a known key refuses the whole note. What the text says must not be read before.
 *
 * @param verify defaults to WebCrypto, and then rejects where the platform has no Ed25519.
 */
export async function verifySignedNote(
  note: string | Uint8Array,
  knownKeys: readonly VerifierKey[],
  verify: VerifyEd25519 = verifyEd25519,
): Promise<NoteVerdict> {
  const parsed = parseSignedNote(note);
  if (!parsed.ok) return parsed;

  const message = new TextEncoder().encode(parsed.text);
  const verifiedBy = new Set<VerifierKey>();
  for (const { name, keyId, signature } of parsed.signatures) {
    // Name and key id together say which key it claims to be; the key itself is never taken from the note.
    for (const key of knownKeys.filter((known) => known.name === name && known.keyId === keyId)) {
      if (!(await verify(key.publicKey, signature, message))) return refuse('bad-signature');
      verifiedBy.add(key);
    }
  }

  // No known signature, no note.
  if (verifiedBy.size === 0) return refuse('no-known-signature');
  return { ok: true, text: parsed.text, verifiedBy: [...verifiedBy] };
}

/** {@link VerifyEd25519} by WebCrypto, in Node and in browsers that have Ed25519. */
export const verifyEd25519: VerifyEd25519 = async (publicKey, signature, message) => {
  const key = await crypto.subtle.importKey('raw', Uint8Array.from(publicKey), 'Ed25519', false, ['verify']);
  return crypto.subtle.verify('Ed25519', key, Uint8Array.from(signature), message);
};

/** A signer over a WebCrypto Ed25519 private key. */
export function ed25519Signer(name: string, keys: { privateKey: CryptoKey; publicKey: Uint8Array }): NoteSigner {
  return {
    key: verifierKey(name, keys.publicKey),
    sign: async (message) => new Uint8Array(await crypto.subtle.sign('Ed25519', keys.privateKey, message)),
  };
}

function refuse(refusal: NoteRefusal): Refused<NoteRefusal> {
  return { ok: false, refusal };
}
