import { createHash } from 'node:crypto';
import { hashLeaf } from '@health-kit/tlog';
import { firstRow, type Queries } from '../database.ts';
import type { LedgerJournal } from './journal.ts';
import { LedgerError } from './ledgerError.ts';

/** Leaves that are compared at once: the database digests them, so that two hashes travel and not the leaves. */
const leavesAtOnce = 65_536;

/** Number of leaves in the database: the position after the last. */
export async function ledgerSize(queries: Queries): Promise<number> {
  const row = firstRow(await queries.query<{ next: string }>('SELECT coalesce(max(seq) + 1, 0)::text AS next FROM ledger.leaf'));
  if (row === null) throw new Error('the ledger did not answer');
  return Number(row.next);
}

/**
 * Compares the leaves of the database with the journal, byte for byte and in their order, without building the tree.
 * Nothing is compared before the first checkpoint.
 *
 * @throws {LedgerError} when leaves that a signed checkpoint covers are missing, altered or in another order
 */
export async function compareWithJournal(queries: Queries, journal: LedgerJournal): Promise<void> {
  const head = await journal.head();
  if (head === null) return;
  const size = await ledgerSize(queries);
  if (size < head.checkpoint.size) throw rolledBack(size, head.checkpoint.size);
  await compareLeaves(queries, journal, head.checkpoint.size);
}

/** As {@link compareWithJournal}, for the first `size` leaves. */
export async function compareLeaves(queries: Queries, journal: LedgerJournal, size: number): Promise<void> {
  for (let from = 0; from < size; from += leavesAtOnce) {
    const to = Math.min(size, from + leavesAtOnce);
    const stored = firstRow(await queries.query<{ digest: Buffer | null; count: number; hashed: boolean | null }>(
      `SELECT sha256(string_agg(commitment, ''::bytea ORDER BY seq)) AS digest, count(*)::int AS count, bool_and(leaf_hash = sha256('\\x00'::bytea || commitment)) AS hashed
       FROM ledger.leaf WHERE seq >= $1 AND seq < $2`,
      [from, to],
    ));
    const remembered = await journal.commitments(from, to);
    const same = stored?.count === to - from && stored.hashed === true && stored.digest?.equals(createHash('sha256').update(remembered).digest()) === true;
    if (!same) throw rewritten(await firstDifference(queries, remembered, from, to));
  }
}

async function firstDifference(queries: Queries, remembered: Buffer, from: number, to: number): Promise<number> {
  const { rows } = await queries.query<{ seq: string; commitment: Buffer; leaf_hash: Buffer }>(
    'SELECT seq, commitment, leaf_hash FROM ledger.leaf WHERE seq >= $1 AND seq < $2 ORDER BY seq', [from, to],
  );
  for (let seq = from; seq < to; seq += 1) {
    const row = rows[seq - from];
    const expected = remembered.subarray((seq - from) * 32, (seq - from + 1) * 32);
    if (row === undefined || Number(row.seq) !== seq || !row.commitment.equals(expected) || !row.leaf_hash.equals(hashLeaf(expected))) return seq;
  }
  return to;
}

function rolledBack(size: number, signed: number): LedgerError {
  return new LedgerError(
    `The database was rolled back: its ledger has ${size} entries and a checkpoint over ${signed} was signed; run npm run healthkit -- restore --data DIR to make a restored backup whole.`,
  );
}

export function rewritten(seq: number): LedgerError {
  return new LedgerError(
    `The ledger in the database is not the one that was signed, from entry ${seq} on: somebody changed it; put back a backup of the database and run npm run healthkit -- restore --data DIR.`,
  );
}
