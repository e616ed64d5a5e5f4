/**
 * What the vault remembers of the ledger outside the database, next to the keys: the commitments of all leaves that
 * a signed checkpoint covers, and the last checkpoint. A database that was rolled back or rewritten cannot take this
 * with it.
 */
import { chmod, mkdir, open, readFile, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeBase64url, encodeBase64url } from '@health-kit/pass';
import { MerkleTreeHasher, equalBytes, HASH_BYTES, parseCheckpoint, parseSignedNote, type Checkpoint } from '@health-kit/tlog';
import Type from 'typebox';
import { Value } from 'typebox/value';
import { LedgerError } from './ledgerError.ts';

/** The last checkpoint that was signed. */
export interface LedgerHead {
  readonly checkpoint: Checkpoint;
  /** The signed note, as it was made. */
  readonly note: string;
  /** The tree's state at that size (`MerkleTreeHasher.serialise`). */
  readonly frontier: Uint8Array;
}

export interface LedgerJournal {
  /** The last checkpoint; null before the first. @throws {LedgerError} when the file is damaged */
  head(): Promise<LedgerHead | null>;
  /** Commitments of the leaves [from, to), one after the other. @throws {LedgerError} when the file is too short */
  commitments(from: number, to: number): Promise<Buffer>;
  /** Writes commitments of leaves that begin at `from`; on the disk only after {@link LedgerJournal.advance}. */
  append(from: number, commitments: Uint8Array): Promise<void>;
  /** Makes what was appended durable, and only then the new head. */
  advance(head: LedgerHead): Promise<void>;
}

const HeadFile = Type.Object({ note: Type.String(), frontier: Type.String() }, { additionalProperties: false });

/** Opens the journal in `<key folder>/journal`, making the folder where there is none. */
export async function openLedgerJournal(keyFolder: string): Promise<LedgerJournal> {
  const folder = join(keyFolder, 'journal');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await chmod(folder, 0o700);
  const leavesPath = join(folder, 'ledger-leaves');
  const headPath = join(folder, 'ledger-head');

  return {
    async head() {
      const text = await readFile(headPath, 'utf8').catch(absent);
      return text === null ? null : parseHead(text);
    },
    async commitments(from, to) {
      const bytes = Buffer.alloc((to - from) * HASH_BYTES);
      if (bytes.length === 0) return bytes;
      const file = await open(leavesPath, 'r').catch(absent);
      if (file === null) throw damaged();
      try {
        const { bytesRead } = await file.read(bytes, 0, bytes.length, from * HASH_BYTES);
        if (bytesRead !== bytes.length) throw damaged();
        return bytes;
      } finally {
        await file.close();
      }
    },
    async append(from, commitments) {
      const file = await open(leavesPath, (await stat(leavesPath).catch(absent)) === null ? 'w' : 'r+', 0o600);
      try {
        // What lies beyond the last signed checkpoint is of a run that ended before it signed.
        await file.write(commitments, 0, commitments.length, from * HASH_BYTES);
        await file.truncate(from * HASH_BYTES + commitments.length);
      } finally {
        await file.close();
      }
    },
    async advance(head) {
      await syncPath(leavesPath);
      await syncPath(folder);
      const draft = `${headPath}.draft`;
      const file = await open(draft, 'w', 0o600);
      try {
        await file.writeFile(`${JSON.stringify({ note: head.note, frontier: encodeBase64url(head.frontier) })}\n`);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(draft, headPath);
      await syncPath(folder);
    },
  };
}

function parseHead(text: string): LedgerHead {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw damaged();
  }
  if (!Value.Check(HeadFile, value)) throw damaged();
  const note = parseSignedNote(value.note);
  const frontier = decodeBase64url(value.frontier);
  const parsed = note.ok ? parseCheckpoint(note.text) : null;
  if (parsed?.ok !== true || frontier === null) throw damaged();
  const { checkpoint } = parsed;
  // The frontier alone is no evidence: it must be that of the signed tree.
  const tree = restored(frontier);
  if (tree.size !== checkpoint.size || !equalBytes(tree.root(), checkpoint.root)) throw damaged();
  return { checkpoint, note: value.note, frontier };
}

function restored(frontier: Uint8Array): MerkleTreeHasher {
  try {
    return MerkleTreeHasher.restore(frontier);
  } catch {
    throw damaged();
  }
}

function damaged(): LedgerError {
  return new LedgerError("The ledger's journal in the key folder is damaged: put back journal/ledger-head and journal/ledger-leaves from a backup of the key folder.");
}

function absent(error: unknown): null {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
  throw error;
}

async function syncPath(path: string): Promise<void> {
  const file = await open(path, 'r');
  await file.sync().finally(() => file.close());
}
