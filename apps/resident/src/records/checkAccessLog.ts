import type { listMyAccessLog, ResponseOf } from '@health-kit/api';
import { decodeBase64url } from '@health-kit/pass';
import {
  canonicalJsonBytes, equalBytes, makeConsistencyProof, parseVerifierKey, subtreesFromTiles, verifyCheckpoint, verifyConsistency, verifyEntry,
  type Checkpoint, type ReadTile, type VerifierKey,
} from '@health-kit/tlog';

export type AccessLog = ResponseOf<typeof listMyAccessLog>;
type Entry = AccessLog['entries'][number];

/** The ledger as the device knows it: learnt at first use, not believed anew. */
export interface KnownLedger {
  readonly origin: string;
  /** Verifier key, `name+id+base64`. */
  readonly key: string;
  /** The last signed tree head that checked. */
  readonly checkpoint: string | null;
}

/** Why a log does not check. */
export type LogProblem = 'key' | 'checkpoint' | 'history' | 'entry';
export type LogCheck =
  | { readonly state: 'checked'; readonly checkpoint: string | null; readonly checked: ReadonlySet<number> }
  | { readonly state: 'broken'; readonly problem: LogProblem; readonly failed: ReadonlySet<number> };

/**
 * Checks an access log against the ledger: the signature of its tree head, that this continues the head seen last, and
 * that every entry is a leaf, down to the words that are shown, and older than the one before it, so that none is told
 * twice. Nothing of the answer is believed besides.
 *
 * @param named the ledger's identity as the server names it today
 * @param readTile reads tiles of the ledger, asked only when it grew since
 * @param before leaf that the entries of an earlier page must all come before
 * @returns rejects where the platform has no Ed25519 or a tile cannot be read: then nothing is known
 */
export async function checkAccessLog(
  log: AccessLog, known: KnownLedger, named: { readonly origin: string; readonly key: string }, readTile: ReadTile, before: number | null = null,
): Promise<LogCheck> {
  // The same ledger as ever.
  const logKey = parseVerifierKey(known.key);
  if (logKey === null || named.origin !== known.origin || named.key !== known.key) return broken('key');

  // Nothing to check, and nothing new to remember.
  if (log.checkpoint === null) return log.entries.length === 0 ? { state: 'checked', checkpoint: known.checkpoint, checked: new Set() } : broken('checkpoint');

  // Signed by the ledger.
  const head = await verifiedHead(log.checkpoint, known.origin, logKey);
  if (head === null) return broken('checkpoint');

  // Not another history than the one seen before, nor a shorter one.
  if (known.checkpoint !== null) {
    const last = await verifiedHead(known.checkpoint, known.origin, logKey);
    if (last === null || !(await continues(last, head, readTile))) return broken('history');
  }

  // Each entry is there, and says what is shown.
  const failed = new Set(log.entries.filter((entry, place) => !isOlder(entry, log.entries[place - 1]?.leaf.index ?? before) || (entry.proof !== null && !isInLedger(entry, head))).map(({ leaf }) => leaf.index));
  if (failed.size > 0) return broken('entry', failed);
  return { state: 'checked', checkpoint: log.checkpoint, checked: new Set(log.entries.filter(({ proof }) => proof !== null).map(({ leaf }) => leaf.index)) };
}

async function verifiedHead(note: string, origin: string, logKey: VerifierKey): Promise<Checkpoint | null> {
  const verdict = await verifyCheckpoint(note, { origin, logKey });
  return verdict.ok ? verdict.checkpoint : null;
}

async function continues(last: Checkpoint, head: Checkpoint, readTile: ReadTile): Promise<boolean> {
  if (head.size < last.size) return false;
  const proof = head.size === last.size ? [] : await makeConsistencyProof(subtreesFromTiles(readTile, head.size), last.size, head.size);
  return verifyConsistency({ firstSize: last.size, firstRoot: last.root, secondSize: head.size, secondRoot: head.root, proof }).ok;
}

function isOlder({ leaf }: Entry, before: number | null): boolean {
  return before === null || leaf.index < before;
}

function isInLedger({ day, purpose, office, fields, leaf, proof }: Entry, checkpoint: Checkpoint): boolean {
  if (proof === null) return false;
  const nonce = decodeBase64url(proof.nonce);
  const path = proof.path.map(decodeBase64url);
  if (nonce === null || !path.every((hash) => hash !== null)) return false;
  const event = new TextEncoder().encode(proof.event);
  if (!verifyEntry({ nonce, event, leafIndex: leaf.index, proof: path, checkpoint }).ok) return false;
  // What is shown is what was committed to, but for the part that stays with the authority.
  const secret = secretOf(proof.event);
  return secret !== null && equalBytes(event, canonicalJsonBytes({ type: 'access', day, purpose, office, fields, secret }));
}

function secretOf(event: string): string | null {
  try {
    const value: unknown = JSON.parse(event);
    return typeof value === 'object' && value !== null && 'secret' in value && typeof value.secret === 'string' ? value.secret : null;
  } catch {
    return null;
  }
}

function broken(problem: LogProblem, failed: ReadonlySet<number> = new Set()): LogCheck {
  return { state: 'broken', problem, failed };
}
