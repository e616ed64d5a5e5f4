import { hashLeaf } from '@health-kit/tlog';
import { firstRow, type Database, type Queries } from '../database.ts';
import { takeTurn } from '../turns.ts';
import { compareLeaves, ledgerSize } from './compareWithJournal.ts';
import type { LedgerJournal } from './journal.ts';
import { LedgerError } from './ledgerError.ts';
import { storeFullTiles } from './subtrees.ts';

const leavesAtOnce = 10_000;

export interface LedgerRestoration {
  /** Leaves that the restored database had. */
  readonly found: number;
  /** Leaves that were appended again from the journal; what they say is lost, and they can be linked to nobody. */
  readonly appended: number;
}

/**
 * Makes the ledger of a restored backup whole: appends the commitments that the journal has and the database lacks,
 * at their old places, so that every checkpoint ever signed still holds. Run it before the vault starts. The
 * restoration is itself an event, which the caller records once the vault's keys are open (`ledger-restored`, with
 * what this returns).
 *
 * @throws {LedgerError} when the leaves that are there are not those that were signed: then another backup is needed
 */
export function restoreLedger(database: Database, journal: LedgerJournal, now: Date): Promise<LedgerRestoration> {
  return database.transaction(async (queries) => {
    await takeTurn(queries, 'ledger');
    const found = await ledgerSize(queries);
    const head = await journal.head();
    if (head === null) {
      if (await hasCheckpoint(queries)) {
        throw new LedgerError('The key folder has no ledger journal: put back the folder journal from a backup of the key folder that is newer than the database.');
      }
      return { found, appended: 0 };
    }
    const signed = head.checkpoint.size;
    await compareLeaves(queries, journal, Math.min(found, signed));
    for (let from = found; from < signed; from += leavesAtOnce) {
      const to = Math.min(signed, from + leavesAtOnce);
      const bytes = await journal.commitments(from, to);
      const commitments = Array.from({ length: to - from }, (_, position) => bytes.subarray(position * 32, (position + 1) * 32));
      await queries.query(
        `INSERT INTO ledger.leaf (seq, commitment, leaf_hash, appended_at)
         SELECT seq, commitment, leaf_hash, $4 FROM unnest($1::bigint[], $2::bytea[], $3::bytea[]) AS lost (seq, commitment, leaf_hash)`,
        [commitments.map((_, position) => from + position), commitments, commitments.map((commitment) => Buffer.from(hashLeaf(commitment))), now],
      );
    }
    await storeFullTiles(queries, signed);
    await queries.query('INSERT INTO ledger.checkpoint (size, root, note, signed_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING', [
      signed, Buffer.from(head.checkpoint.root), head.note, now,
    ]);
    return { found, appended: Math.max(0, signed - found) };
  });
}

async function hasCheckpoint(queries: Queries): Promise<boolean> {
  return firstRow(await queries.query<{ size: string }>('SELECT size FROM ledger.checkpoint LIMIT 1')) !== null;
}
