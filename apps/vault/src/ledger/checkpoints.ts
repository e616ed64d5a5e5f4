import { equalBytes, hashLeaf, MerkleTreeHasher, signCheckpoint, type NoteSigner } from '@health-kit/tlog';
import { firstRow, type Database, type Queries } from '../database.ts';
import { takeTurn } from '../turns.ts';
import { ledgerSize, rewritten } from './compareWithJournal.ts';
import type { LedgerHead, LedgerJournal } from './journal.ts';
import { LedgerError } from './ledgerError.ts';
import { storeFullTiles } from './subtrees.ts';

/** What signs the ledger's tree heads, and where it remembers them. */
export interface LedgerSigner {
  /** Identity of the log, such as `health.example.org/ledger`; stays what it was when the first checkpoint was signed. */
  readonly origin: string;
  readonly signer: NoteSigner;
  readonly journal: LedgerJournal;
}

const leavesAtOnce = 65_536;

/**
 * Signs a checkpoint over all leaves that are committed, unless there is one, and returns the latest. The new tree is
 * grown from the last signed one, so that it continues it by construction; what the journal remembers decides, not
 * the database. In this order: leaves and head are durable in the journal, then the checkpoint is stored and can be
 * read by others.
 *
 * @returns null while the ledger has no leaf
 * @throws {LedgerError} when the database is not the one that was signed; then nothing is signed
 */
export function makeCheckpoint(database: Database, ledger: LedgerSigner, now: Date): Promise<LedgerHead | null> {
  return database.transaction(async (queries) => {
    await takeTurn(queries, 'checkpoint');
    const size = await ledgerSize(queries);
    const last = await ledger.journal.head();
    if (last === null) await requireNoCheckpoint(queries);
    else await requireSameEnd(queries, ledger.journal, last.checkpoint.size);
    if (size === 0) return null;

    const head = last !== null && last.checkpoint.size === size ? last : await grow(queries, ledger, last, size);
    await storeFullTiles(queries, size);
    await queries.query('INSERT INTO ledger.checkpoint (size, root, note, signed_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING', [
      size, Buffer.from(head.checkpoint.root), head.note, now,
    ]);
    return head;
  });
}

async function grow(queries: Queries, { origin, signer, journal }: LedgerSigner, last: LedgerHead | null, size: number): Promise<LedgerHead> {
  const tree = last === null ? new MerkleTreeHasher() : MerkleTreeHasher.restore(last.frontier);
  while (tree.size < size) {
    const from = tree.size;
    const to = Math.min(size, from + leavesAtOnce);
    const { rows } = await queries.query<{ seq: string; commitment: Buffer; leaf_hash: Buffer }>(
      'SELECT seq, commitment, leaf_hash FROM ledger.leaf WHERE seq >= $1 AND seq < $2 ORDER BY seq', [from, to],
    );
    for (const { seq, commitment, leaf_hash } of rows) {
      const hash = hashLeaf(commitment);
      if (Number(seq) !== tree.size || !equalBytes(hash, leaf_hash)) throw rewritten(tree.size);
      tree.append(hash);
    }
    if (tree.size !== to) throw rewritten(tree.size);
    await journal.append(from, Buffer.concat(rows.map(({ commitment }) => commitment)));
  }
  const checkpoint = { origin, size, root: tree.root(), extensions: [] };
  const head = { checkpoint, note: await signCheckpoint(checkpoint, [signer]), frontier: tree.serialise() };
  await journal.advance(head);
  return head;
}

/** A journal that is gone must not begin anew: with it the memory of what was signed would be gone. */
async function requireNoCheckpoint(queries: Queries): Promise<void> {
  const signed = firstRow(await queries.query<{ size: string }>('SELECT size FROM ledger.checkpoint ORDER BY size DESC LIMIT 1'));
  if (signed === null) return;
  throw new LedgerError(
    `The key folder has no ledger journal although a checkpoint over ${signed.size} entries was signed: put back the folder journal from a backup of the key folder, or run npm run healthkit -- restore --data DIR.`,
  );
}

/** The last signed leaf is at its place: its random commitment stands for a history that a rolled-back database does not have. */
async function requireSameEnd(queries: Queries, journal: LedgerJournal, size: number): Promise<void> {
  const row = firstRow(await queries.query<{ commitment: Buffer }>('SELECT commitment FROM ledger.leaf WHERE seq = $1', [size - 1]));
  if (row === null || !row.commitment.equals(await journal.commitments(size - 1, size))) throw rewritten(size - 1);
}
