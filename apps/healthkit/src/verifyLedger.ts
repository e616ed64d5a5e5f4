/** Reads the whole ledger out of a database and checks it by itself: nothing of the vault is asked or believed. */
import {
  encodeCheckpoint, equalBytes, hashLeaf, MerkleTreeHasher, parseCheckpoint, parseSignedNote, verifyCheckpoint, type Checkpoint, type CompletedSubtree, type VerifierKey,
} from '@health-kit/tlog';
import type pg from 'pg';

/** A tree head that somebody outside the database remembers. */
export interface RememberedHead {
  /** Who, for the report: "the witness's checkpoint". */
  readonly who: string;
  readonly checkpoint: Checkpoint;
}

export interface LedgerReport {
  readonly leaves: number;
  readonly checkpoints: number;
  readonly subtrees: number;
  /** What is wrong, each in one sentence; empty when all is well. */
  readonly findings: readonly string[];
}

const leavesAtOnce = 20_000;
/** Further findings of one kind say nothing new. */
const mostFindings = 20;

/**
 * Checks that leaves follow each other without a gap and hash to what is stored, that every stored checkpoint and tile
 * is that of the leaves, and that every remembered head is one this log went through.
 *
 * @param logKey key of the ledger; without one the signatures of the checkpoints are not checked
 * @param progress told how many leaves were read, now and then
 */
export async function verifyLedger(database: pg.Client, options: {
  readonly logKey: VerifierKey | null;
  readonly remembered: readonly RememberedHead[];
  readonly progress: (leaves: number, of: number) => void;
}): Promise<LedgerReport> {
  const findings: string[] = [];
  const find = (finding: string) => {
    if (findings.length < mostFindings) findings.push(finding);
  };
  const tree = new MerkleTreeHasher();
  let checkpoints = 0;
  let subtrees = 0;
  const waiting = [...options.remembered].sort((a, b) => a.checkpoint.size - b.checkpoint.size);
  const of = await count(database, 'SELECT count(*)::text AS count FROM ledger.leaf');

  /** Compares what was remembered at the tree's present size. */
  const compareHeads = (stored: ReadonlyMap<number, { readonly root: Buffer }>) => {
    const root = tree.root();
    const known = stored.get(tree.size);
    if (known !== undefined && !equalBytes(known.root, root)) find(`The checkpoint over ${tree.size} entries has another root than the entries: one of them was dropped, edited or moved.`);
    for (let head = waiting[0]; head !== undefined && head.checkpoint.size === tree.size; head = waiting[0]) {
      waiting.shift();
      if (!equalBytes(head.checkpoint.root, root)) find(`${head.who} over ${tree.size} entries has another root than the entries: this is another history.`);
    }
  };

  let gap = false;
  for (let from = 0; !gap; from += leavesAtOnce) {
    const stored = await readCheckpoints(database, from, from + leavesAtOnce);
    checkpoints += stored.size;
    for (const [size, checkpoint] of stored) for (const finding of await noteFindings(size, checkpoint, options.logKey)) find(finding);
    const { rows } = await database.query<{ seq: string; commitment: Buffer; leaf_hash: Buffer }>(
      'SELECT seq, commitment, leaf_hash FROM ledger.leaf WHERE seq >= $1 AND seq < $2 ORDER BY seq', [from, from + leavesAtOnce],
    );
    const completed: CompletedSubtree[] = [];
    for (const { seq, commitment, leaf_hash } of rows) {
      if (Number(seq) !== tree.size) {
        find(`Entry ${tree.size} is missing.`);
        gap = true;
        break;
      }
      const hash = hashLeaf(commitment);
      if (!equalBytes(hash, leaf_hash)) find(`Entry ${seq} has another hash than its commitment: it was edited.`);
      for (const subtree of tree.append(hash)) if (subtree.level > 0 && subtree.level % 8 === 0) completed.push(subtree);
      if (stored.has(tree.size) || waiting[0]?.checkpoint.size === tree.size) compareHeads(stored);
    }
    subtrees += await compareSubtrees(database, completed, find);
    options.progress(tree.size, of);
    if (rows.length < leavesAtOnce) break;
  }

  const last = (await database.query<{ size: string }>('SELECT size FROM ledger.checkpoint ORDER BY size DESC LIMIT 1')).rows[0];
  if (last !== undefined && Number(last.size) > tree.size) find(`A checkpoint over ${last.size} entries is stored, and only ${tree.size} are there.`);
  if (!gap && of > tree.size) find(`There are ${of - tree.size} entries beyond a gap after entry ${tree.size - 1}.`);
  for (const { who, checkpoint } of waiting) find(`${who} is over ${checkpoint.size} entries, and only ${tree.size} are there: the database was rolled back.`);
  return { leaves: tree.size, checkpoints, subtrees, findings };
}

type StoredCheckpoint = { readonly root: Buffer; readonly note: string };

async function readCheckpoints(database: pg.Client, from: number, to: number): Promise<ReadonlyMap<number, StoredCheckpoint>> {
  const { rows } = await database.query<{ size: string; root: Buffer; note: string }>('SELECT size, root, note FROM ledger.checkpoint WHERE size > $1 AND size <= $2 ORDER BY size', [from, to]);
  return new Map(rows.map(({ size, root, note }) => [Number(size), { root, note }]));
}

/** A stored checkpoint must say in its note what its row says, and be signed by the ledger. */
async function noteFindings(size: number, { root, note }: StoredCheckpoint, logKey: VerifierKey | null): Promise<readonly string[]> {
  const parsed = parseSignedNote(note);
  const checkpoint = parsed.ok ? parseCheckpoint(parsed.text) : null;
  if (!parsed.ok || checkpoint?.ok !== true || encodeCheckpoint({ ...checkpoint.checkpoint, size, root }) !== parsed.text) {
    return [`The checkpoint over ${size} entries does not say what is stored beside it.`];
  }
  if (logKey === null || (await verifyCheckpoint(note, { origin: checkpoint.checkpoint.origin, logKey })).ok) return [];
  return [`The checkpoint over ${size} entries is not signed by the key that was given.`];
}

async function compareSubtrees(database: pg.Client, completed: readonly CompletedSubtree[], find: (finding: string) => void): Promise<number> {
  if (completed.length === 0) return 0;
  const { rows } = await database.query<{ level: number; index: string; hash: Buffer }>(
    'SELECT s.level, s.index, s.hash FROM ledger.subtree s JOIN unnest($1::int[], $2::bigint[]) AS made (level, index) ON s.level = made.level AND s.index = made.index',
    [completed.map(({ level }) => level), completed.map(({ index }) => index)],
  );
  const stored = new Map(rows.map(({ level, index, hash }) => [`${level}/${index}`, hash]));
  for (const { level, index, hash } of completed) {
    const known = stored.get(`${level}/${index}`);
    if (known !== undefined && !equalBytes(known, hash)) find(`Tile ${level / 8 - 1}/${index} has another hash than its entries.`);
  }
  return rows.length;
}

async function count(database: pg.Client, sql: string): Promise<number> {
  return Number((await database.query<{ count: string }>(sql)).rows[0]?.count ?? 0);
}
