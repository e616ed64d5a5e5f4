import { decodeBase64, encodeBase64 } from './base64.ts';
import { HASH_BYTES, isCount } from './hashes.ts';
import { signNote, verifyEd25519, verifySignedNote } from './signedNote.ts';
import type { NoteRefusal, NoteSigner, VerifierKey, VerifyEd25519 } from './signedNote.ts';

/** A tree head: what a log commits to at a size (C2SP tlog-checkpoint). */
export interface Checkpoint {
  /** Identity of the log, a schema-less URL such as `health.example.org/ledger`. */
  readonly origin: string;
  /** Leaves in the tree. */
  readonly size: number;
  /** Root of the tree at that size, 32 bytes. */
  readonly root: Uint8Array;
  /** Opaque further lines; ours has none. */
  readonly extensions: readonly string[];
}

/** Why the text of a checkpoint was refused. */
export type CheckpointTextRefusal = 'malformed-checkpoint' | 'malformed-size' | 'malformed-root';

/** Why a signed checkpoint was refused. */
export type CheckpointRefusal = NoteRefusal | CheckpointTextRefusal | 'not-signed-by-log' | 'other-origin';

export type CheckpointParseResult =
  | { readonly ok: true; readonly checkpoint: Checkpoint }
  | { readonly ok: false; readonly refusal: CheckpointTextRefusal };

export type CheckpointVerdict =
  | {
      readonly ok: true;
      readonly checkpoint: Checkpoint;
      /** The log's key and those of the other known keys that signed the same text. */
      readonly verifiedBy: readonly VerifierKey[];
    }
  | { readonly ok: false; readonly refusal: CheckpointRefusal };

/**
 * The note text of a checkpoint.
 * @throws {RangeError} if a line is empty or holds a newline, or size or root are none.
 */
export function encodeCheckpoint({ origin, size, root, extensions }: Checkpoint): string {
  if (!isCount(size)) throw new RangeError(`not a tree size: ${size}`);
  if (root.length !== HASH_BYTES) throw new RangeError(`a root is ${HASH_BYTES} bytes long`);
  const lines = [origin, String(size), encodeBase64(root), ...extensions];
  // A newline within a line would say another checkpoint than the one given.
  if (lines.some((line) => line === '' || line.includes('\n'))) {
    throw new RangeError('origin and extensions are single lines that are not empty');
  }
  return `${lines.join('\n')}\n`;
}

/** Reads the note text of a checkpoint. The text must come out of a verified note. */
export function parseCheckpoint(text: string): CheckpointParseResult {
  // At least three lines, none of them empty, each ended by a newline.
  if (!text.endsWith('\n')) return refuseText('malformed-checkpoint');
  const [origin, size, root, ...extensions] = text.slice(0, -1).split('\n');
  if (origin === undefined || size === undefined || root === undefined) return refuseText('malformed-checkpoint');
  if ([origin, size, root, ...extensions].includes('')) return refuseText('malformed-checkpoint');

  // One way to write a size, and none beyond what is counted exactly.
  if (!/^(0|[1-9][0-9]*)$/.test(size) || !isCount(Number(size))) return refuseText('malformed-size');

  // One way to write a root.
  const rootBytes = decodeBase64(root);
  if (rootBytes === null || rootBytes.length !== HASH_BYTES) return refuseText('malformed-root');

  return { ok: true, checkpoint: { origin, size: Number(size), root: rootBytes, extensions } };
}

/**
 * Signs a checkpoint. The caller makes sure that it continues every checkpoint signed before.
 * @throws {RangeError} as {@link encodeCheckpoint}.
 */
export async function signCheckpoint(checkpoint: Checkpoint, signers: readonly NoteSigner[]): Promise<string> {
  return signNote(encodeCheckpoint(checkpoint), signers);
}

/**
 * Verifies a signed checkpoint of a log whose key and origin the verifier was configured with.
 */
export async function verifyCheckpoint(
  note: string | Uint8Array,
  expected: {
    readonly origin: string;
    readonly logKey: VerifierKey;
    /** Keys of others whose signatures over the note the caller wants to know of. */
    readonly otherKeys?: readonly VerifierKey[];
  },
  verify: VerifyEd25519 = verifyEd25519,
): Promise<CheckpointVerdict> {
  // The signatures, before a word of the text is read.
  const signed = await verifySignedNote(note, [expected.logKey, ...(expected.otherKeys ?? [])], verify);
  if (!signed.ok) return signed;

  // The log itself must have signed, whoever else has.
  if (!signed.verifiedBy.includes(expected.logKey)) return { ok: false, refusal: 'not-signed-by-log' };

  // The text must be a checkpoint ...
  const parsed = parseCheckpoint(signed.text);
  if (!parsed.ok) return parsed;

  // ... of this log: one key may serve several.
  if (parsed.checkpoint.origin !== expected.origin) return { ok: false, refusal: 'other-origin' };

  return { ok: true, checkpoint: parsed.checkpoint, verifiedBy: signed.verifiedBy };
}

function refuseText(refusal: CheckpointTextRefusal): CheckpointParseResult {
  return { ok: false, refusal };
}
