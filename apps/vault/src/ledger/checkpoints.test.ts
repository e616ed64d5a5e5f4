import assert from 'node:assert/strict';
import { cp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import { readCheckpoint, readEntries, readTile, storeCosignature } from '@health-kit/api/vault';
import {
  cosign, cosignerKey, ed25519Signer, encodeCosignerKey, hashLeaf, makeConsistencyProof, makeInclusionProof, parseEntryBundle, readRoot, subtreesFromTiles,
  verifyCheckpoint, verifyConsistency, verifyCosignatures, verifyInclusion, type Checkpoint, type ReadTile,
} from '@health-kit/tlog';
import { startCity, startMs, type City } from '../../test/city.ts';
import { nowOf, recordEvent } from '../vault.ts';
import { makeCheckpoint } from './checkpoints.ts';
import { compareWithJournal } from './compareWithJournal.ts';
import { openLedgerJournal } from './journal.ts';
import { LedgerError } from './ledgerError.ts';
import { restoreLedger } from './restoreLedger.ts';

const { privateKey, publicKey } = await crypto.subtle.generateKey('Ed25519', true, ['sign', 'verify']);
const witnessPublic = new Uint8Array(await crypto.subtle.exportKey('raw', publicKey));
const witness = { key: cosignerKey('witness.example.net', witnessPublic), sign: ed25519Signer('witness.example.net', { privateKey, publicKey: witnessPublic }).sign };

let city: City;
before(async () => {
  city = await startCity({ witnessKeys: [encodeCosignerKey(witness.key)] });
});
after(() => city.close());

async function appendEvents(count: number): Promise<void> {
  await city.vault.database.transaction(async (queries) => {
    for (let number = 0; number < count; number += 1) await recordEvent(city.vault, queries, 'test', { number });
  });
}
const sign = () => makeCheckpoint(city.vault.database, city.vault.ledger, nowOf(city.vault));
async function readVerified(): Promise<Checkpoint> {
  const { note } = (await city.ask(readCheckpoint, {})).content;
  const { origin, signer } = city.vault.ledger;
  const verdict = await verifyCheckpoint(note, { origin, logKey: signer.key });
  assert.ok(verdict.ok);
  return verdict.checkpoint;
}
const fetchTile: ReadTile = async (tile) => Buffer.from((await city.ask(readTile, tile)).content.hashes, 'base64url');
const journalOf = () => openLedgerJournal(city.keyFolder);

test('the first start signs a checkpoint over the keys it made, under the origin of the system', async () => {
  const checkpoint = await readVerified();
  assert.equal(checkpoint.origin, 'localhost:8080/ledger');
  const [row] = await city.database.sql<{ size: number }>('SELECT count(*)::int AS size FROM ledger.leaf');
  assert.equal(checkpoint.size, row?.size);
  assert.equal((await stat(join(city.keyFolder, 'journal', 'ledger-head'))).mode & 0o077, 0);
  assert.equal((await stat(join(city.keyFolder, 'journal', 'ledger-leaves'))).size, checkpoint.size * 32);
});

test('each checkpoint continues the last, across tiles, and every leaf is proven from tiles', async () => {
  let last = await readVerified();
  for (const count of [1, 300, 0, 30]) {
    await appendEvents(count);
    await sign();
    const next = await readVerified();
    assert.equal(next.size, last.size + count);
    const read = subtreesFromTiles(fetchTile, next.size);
    const proof = await makeConsistencyProof(read, last.size, next.size);
    assert.deepEqual(verifyConsistency({ firstSize: last.size, firstRoot: last.root, secondSize: next.size, secondRoot: next.root, proof }), { ok: true });
    assert.deepEqual(await readRoot(read, next.size), next.root);
    last = next;
  }
  const bundle = parseEntryBundle(Buffer.from((await city.ask(readEntries, { index: 0, width: 256 })).content.bundle, 'base64url')) ?? assert.fail();
  const read = subtreesFromTiles(fetchTile, last.size);
  for (const leafIndex of [0, 100, 255]) {
    const verdict = verifyInclusion({
      leafHash: hashLeaf(bundle[leafIndex] ?? assert.fail()), leafIndex, treeSize: last.size, proof: await makeInclusionProof(read, leafIndex, last.size), root: last.root,
    });
    assert.deepEqual(verdict, { ok: true });
  }
});

test('what no checkpoint covers is not served', async () => {
  const { size } = await readVerified();
  await appendEvents(1);
  assert.equal((await city.ask(readTile, { level: 0, index: 1, width: size - 256 + 1 })).refusal, 'not-found');
  assert.equal((await city.ask(readEntries, { index: 1, width: size - 256 + 1 })).refusal, 'not-found');
  assert.equal((await city.ask(readTile, { level: 1, index: 0, width: 2 })).refusal, 'not-found');
  assert.equal((await city.ask(readTile, { level: 9, index: 0, width: 1 })).refusal, 'not-found');
  await sign();
  assert.equal((await city.ask(readTile, { level: 0, index: 1, width: size - 256 + 1 })).status, 200);
});

test('many that sign at once sign one history', async () => {
  await appendEvents(3);
  const heads = await Promise.all(Array.from({ length: 6 }, sign));
  assert.equal(new Set(heads.map((head) => head?.note)).size, 1);
  const [row] = await city.database.sql<{ same: boolean }>('SELECT count(*) = count(DISTINCT size) AS same FROM ledger.checkpoint');
  assert.equal(row?.same, true);
});

test('a checkpoint that was signed before a crash is published after it, and no other at its size', async () => {
  await appendEvents(2);
  const head = await sign() ?? assert.fail();
  // As if the process had died between the journal and the database's commit.
  await city.database.sql('DELETE FROM ledger.checkpoint WHERE size = $1', [head.checkpoint.size]);
  const again = await sign();
  assert.equal(again?.note, head.note);
  assert.equal((await readVerified()).size, head.checkpoint.size);
});

test('cosignatures of configured witnesses are kept, those of others and over other checkpoints are not', async () => {
  const { size, note } = (await city.ask(readCheckpoint, {})).content;
  const text = note.slice(0, note.indexOf('\n\n') + 1);
  const line = await cosign(text, startMs / 1000, witness);
  const stranger = { key: cosignerKey('stranger.example', witnessPublic), sign: witness.sign };
  assert.equal((await city.ask(storeCosignature, { size, answer: await cosign(text, startMs / 1000, stranger) })).content.stored, 0);
  assert.equal((await city.ask(storeCosignature, { size, answer: await cosign(text.replace(String(size), String(size + 1)), startMs / 1000, witness) })).content.stored, 0);
  assert.equal((await city.ask(storeCosignature, { size: size + 1, answer: line })).refusal, 'not-found');
  assert.equal((await city.ask(storeCosignature, { size, answer: `nonsense\n${line}` })).content.stored, 1);
  const answer = (await city.ask(readCheckpoint, {})).content;
  assert.deepEqual(answer.witnesses, [{ key: encodeCosignerKey(witness.key), size }]);
  const verdict = await verifyCosignatures(answer.note, [witness.key]);
  assert.deepEqual(verdict, { ok: true, cosignatures: [{ key: witness.key, timestamp: startMs / 1000 }] });
  for (const statement of ['DELETE FROM ledger.checkpoint', "UPDATE ledger.checkpoint SET note = ''", 'DELETE FROM ledger.cosignature', 'UPDATE ledger.subtree SET index = 1']) {
    await assert.rejects(city.vault.database.query(statement), /permission denied/, statement);
  }
});

// What follows changes the database behind the vault's back, and puts it back.
type Leaf = { seq: string; commitment: Buffer; leaf_hash: Buffer; appended_at: Date };
async function withLeaves(change: (leaves: Leaf[]) => Leaf[], act: () => Promise<void>): Promise<void> {
  const before = await city.database.sql<Leaf>('SELECT seq, commitment, leaf_hash, appended_at FROM ledger.leaf ORDER BY seq');
  const replace = async (leaves: readonly Leaf[]) => {
    await city.database.sql('ALTER TABLE ledger.event DISABLE TRIGGER ALL');
    await city.database.sql('ALTER TABLE ledger.leaf DISABLE TRIGGER ALL');
    await city.database.sql('DELETE FROM ledger.leaf');
    await city.database.sql('INSERT INTO ledger.leaf (seq, commitment, leaf_hash, appended_at) SELECT * FROM unnest($1::bigint[], $2::bytea[], $3::bytea[], $4::timestamptz[])', [
      leaves.map(({ seq }) => seq), leaves.map(({ commitment }) => commitment), leaves.map(({ leaf_hash }) => leaf_hash), leaves.map(({ appended_at }) => appended_at),
    ]);
  };
  try {
    await replace(change(before));
    await act();
  } finally {
    await replace(before);
  }
}
const compare = async () => compareWithJournal(city.vault.database, await journalOf());
const at = <T>(list: readonly T[], index: number): T => list[index] ?? assert.fail();

beforeEach(async () => {
  await sign();
  await compare();
});

for (const [what, change, from] of [
  ['dropped', (leaves: Leaf[]) => leaves.filter((_, seq) => seq !== 5), 5],
  ['dropped, the later ones moved up', (leaves: Leaf[]) => [...leaves.slice(0, 5), ...leaves.slice(6), at(leaves, 5)].map((leaf, seq) => ({ ...leaf, seq: String(seq) })), 5],
  ['edited', (leaves: Leaf[]) => leaves.map((leaf, seq) => (seq === 7 ? { ...leaf, commitment: Buffer.alloc(32, 1), leaf_hash: Buffer.from(hashLeaf(Buffer.alloc(32, 1))) } : leaf)), 7],
  ['edited in its hash alone', (leaves: Leaf[]) => leaves.map((leaf, seq) => (seq === 7 ? { ...leaf, leaf_hash: Buffer.alloc(32, 1) } : leaf)), 7],
  ['reordered', (leaves: Leaf[]) => leaves.map((leaf, seq) => ({ ...leaf, seq: seq === 3 ? '4' : seq === 4 ? '3' : leaf.seq })), 3],
] as const) {
  test(`a leaf that was ${what} is found at start, and its place is named`, async () => {
    await withLeaves(change, async () => {
      await assert.rejects(compare(), (error) => error instanceof LedgerError && error.message.includes(`from entry ${from} on`) && error.message.includes('npm run healthkit -- restore'));
      await assert.rejects(restoreLedger(city.vault.database, await journalOf(), nowOf(city.vault)), LedgerError);
    });
  });
}

test('a database that was rolled back is found at start, and nothing is signed over it', async () => {
  const { size } = await readVerified();
  await withLeaves((leaves) => leaves.slice(0, -4), async () => {
    await assert.rejects(compare(), new RegExp(`has ${size - 4} entries and a checkpoint over ${size} was signed; run npm run healthkit -- restore`));
    await assert.rejects(sign(), LedgerError);
    // Also where new leaves took the place of the lost ones while the vault ran.
    await city.database.sql('DELETE FROM ledger.event WHERE seq >= $1', [size - 4]);
    await appendEvents(6);
    await assert.rejects(sign(), LedgerError);
    await assert.rejects(compare(), LedgerError);
    await city.database.sql('DELETE FROM ledger.event WHERE seq >= $1', [size - 4]);
  });
});

test('a restored backup gets its missing leaves back, and the tree goes on from there', async () => {
  const last = await readVerified();
  const before = await city.database.sql<Leaf>('SELECT seq, commitment, leaf_hash, appended_at FROM ledger.leaf ORDER BY seq');
  await city.database.sql('DELETE FROM ledger.event WHERE seq >= $1', [last.size - 4]);
  await city.database.sql('DELETE FROM ledger.leaf WHERE seq >= $1', [last.size - 4]);
  const restored = await restoreLedger(city.vault.database, await journalOf(), nowOf(city.vault));
  assert.deepEqual(restored, { found: last.size - 4, appended: 4 });
  await compare();
  const after = await city.database.sql<Leaf>('SELECT seq, commitment, leaf_hash FROM ledger.leaf ORDER BY seq');
  assert.deepEqual(after.map(({ commitment, leaf_hash }) => [commitment, leaf_hash]), before.map(({ commitment, leaf_hash }) => [commitment, leaf_hash]));
  await appendEvents(1);
  await sign();
  const next = await readVerified();
  const proof = await makeConsistencyProof(subtreesFromTiles(fetchTile, next.size), last.size, next.size);
  assert.deepEqual(verifyConsistency({ firstSize: last.size, firstRoot: last.root, secondSize: next.size, secondRoot: next.root, proof }), { ok: true });
});

test('a journal that is missing, cut or not of its tree is refused', async () => {
  const journal = join(city.keyFolder, 'journal');
  const kept = join(city.keyFolder, 'kept');
  await cp(journal, kept, { recursive: true });
  const putBack = async () => {
    await rm(journal, { recursive: true });
    await cp(kept, journal, { recursive: true });
  };
  await rm(join(journal, 'ledger-head'));
  await assert.rejects(sign(), /no ledger journal although a checkpoint/);
  await putBack();
  const leaves = await readFile(join(journal, 'ledger-leaves'));
  await writeFile(join(journal, 'ledger-leaves'), leaves.subarray(0, -32));
  await assert.rejects(sign(), /journal in the key folder is damaged/);
  await assert.rejects(compare(), /journal in the key folder is damaged/);
  await putBack();
  const head: unknown = JSON.parse(await readFile(join(journal, 'ledger-head'), 'utf8'));
  assert.ok(typeof head === 'object' && head !== null);
  await writeFile(join(journal, 'ledger-head'), JSON.stringify({ ...head, frontier: Buffer.alloc(8).toString('base64url') }));
  await assert.rejects(sign(), /journal in the key folder is damaged/);
  await putBack();
});
