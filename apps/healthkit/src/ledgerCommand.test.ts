import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import {
  cosign, cosignerKey, ed25519Signer, emptyRoot, encodeCosignerKey, encodeVerifierKey, hashLeaf, MerkleTree, signCheckpoint, type Cosigner, type NoteSigner,
} from '@health-kit/tlog';
import pg from 'pg';
import { ensureDatabase, newPassword, prepareDatabase } from './databaseAccess.ts';
import { embeddedAdminUrl, startEmbeddedPostgres, type EmbeddedPostgres } from './embeddedPostgres.ts';
import { ledgerCommand } from './ledgerCommand.ts';

const origin = 'health.example.org/ledger';
const size = 600;
let folder: string;
let server: EmbeddedPostgres;
let url: string;
let client: pg.Client;
let signer: NoteSigner;
let witness: Cosigner;
const commitments = Array.from({ length: size }, (_, index) => Buffer.from(hashLeaf(new TextEncoder().encode(`entry ${index}`))));
const tree = new MerkleTree(commitments.map((commitment) => hashLeaf(commitment)));

async function newSigner(name: string): Promise<NoteSigner> {
  const { privateKey, publicKey } = await crypto.subtle.generateKey('Ed25519', true, ['sign', 'verify']);
  return ed25519Signer(name, { privateKey, publicKey: new Uint8Array(await crypto.subtle.exportKey('raw', publicKey)) });
}
const headAt = (at: number, root = tree.root(at)) => signCheckpoint({ origin, size: at, root, extensions: [] }, [signer]);

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hk-verify-test-'));
  const password = newPassword();
  server = await startEmbeddedPostgres({ cluster: join(folder, 'postgres'), socketFolder: folder, superuserPassword: password, logFile: join(folder, 'log'), signal: new AbortController().signal });
  url = await ensureDatabase(embeddedAdminUrl(folder, password), 'healthkit');
  await prepareDatabase(url, { hk_server: newPassword(), hk_vault: newPassword() });
  client = new pg.Client({ connectionString: url });
  await client.connect();
  signer = await newSigner(origin);
  const other = await newSigner('witness.example');
  witness = { key: cosignerKey('witness.example', other.key.publicKey), sign: other.sign };
});
after(async () => {
  await client.end();
  await server.stop();
  await rm(folder, { recursive: true });
});
beforeEach(async () => {
  await client.query('TRUNCATE ledger.leaf, ledger.event, ledger.checkpoint, ledger.cosignature, ledger.subtree');
  await client.query('INSERT INTO ledger.leaf (seq, commitment, leaf_hash, appended_at) SELECT *, now() FROM unnest($1::bigint[], $2::bytea[], $3::bytea[])', [
    commitments.map((_, seq) => seq), commitments, commitments.map((commitment) => Buffer.from(hashLeaf(commitment))),
  ]);
  for (const at of [3, 256, 500, size]) await client.query('INSERT INTO ledger.checkpoint (size, root, note, signed_at) VALUES ($1, $2, $3, now())', [at, Buffer.from(tree.root(at)), await headAt(at)]);
  for (const index of [0, 1]) await client.query('INSERT INTO ledger.subtree (level, index, hash) VALUES (8, $1, $2)', [index, Buffer.from(tree.subtree({ level: 8, index }))]);
});

async function verify(...args: readonly string[]): Promise<{ readonly code: number; readonly text: string }> {
  const lines: string[] = [];
  const code = await ledgerCommand.run(['verify', '--key', encodeVerifierKey(signer.key), ...args], {
    environment: { DATABASE_URL: url }, signal: new AbortController().signal, print: (line) => void lines.push(line),
  });
  return { code, text: lines.join('\n') };
}
/** A head that the witness cosigned, in a file. */
async function witnessArgs(at: number, root = tree.root(at), by = witness): Promise<readonly string[]> {
  const note = await headAt(at, root);
  const path = join(folder, 'witness-checkpoint');
  await writeFile(path, note + await cosign(note.slice(0, note.indexOf('\n\n') + 1), 1_764_000_000, by));
  return ['--witness-checkpoint', path, '--witness-key', encodeCosignerKey(witness.key)];
}

test('an untouched ledger is whole, with and without a witness', async () => {
  const { code, text } = await verify();
  assert.equal(code, 0, text);
  assert.match(text, /Entries {6}600\nCheckpoints {2}4, each signed by the key\nTiles {8}2\nEvents {7}not opened: [^\n]+\nThe ledger is whole\./);
  assert.equal((await verify(...(await witnessArgs(500)))).code, 0);
});

for (const [what, sql, finding] of [
  ['dropped', 'DELETE FROM ledger.leaf WHERE seq = 100', /Entry 100 is missing/],
  ['edited', "UPDATE ledger.leaf SET commitment = decode(repeat('ab', 32), 'hex'), leaf_hash = sha256('\\x00'::bytea || decode(repeat('ab', 32), 'hex')) WHERE seq = 100", /checkpoint over 256 entries has another root/],
  ['edited in its commitment alone', "UPDATE ledger.leaf SET commitment = decode(repeat('ab', 32), 'hex') WHERE seq = 599", /Entry 599 has another hash than its commitment/],
  ['moved', 'UPDATE ledger.leaf SET commitment = o.commitment, leaf_hash = o.leaf_hash FROM ledger.leaf o WHERE ledger.leaf.seq IN (40, 41) AND o.seq = 81 - ledger.leaf.seq', /checkpoint over 256 entries has another root/],
  ['taken from the end', 'DELETE FROM ledger.leaf WHERE seq >= 590', /checkpoint over 600 entries is stored, and only 590 are there/],
] as const) {
  test(`an entry that was ${what} is found`, async () => {
    await client.query(sql);
    const { code, text } = await verify();
    assert.equal(code, 1);
    assert.match(text, finding);
    assert.match(text, /The ledger is not whole\.$/);
  });
}

test('a checkpoint that says another root, or is signed by another, is found', async () => {
  await client.query('UPDATE ledger.checkpoint SET root = $1 WHERE size = 500', [Buffer.from(emptyRoot())]);
  assert.match((await verify()).text, /checkpoint over 500 entries does not say what is stored beside it/);
  const forged = await signCheckpoint({ origin, size: 500, root: tree.root(500), extensions: [] }, [await newSigner(origin)]);
  await client.query('UPDATE ledger.checkpoint SET root = $1, note = $2 WHERE size = 500', [Buffer.from(tree.root(500)), forged]);
  assert.match((await verify()).text, /checkpoint over 500 entries is not signed by the key/);
  await client.query("UPDATE ledger.subtree SET hash = $1 WHERE index = 1", [Buffer.from(emptyRoot())]);
  assert.match((await verify()).text, /Tile 0\/1 has another hash/);
});

test('a whole database that was rolled back is found by what a witness or the journal remembers, and by nothing else', async () => {
  await client.query('DELETE FROM ledger.checkpoint WHERE size > 500');
  await client.query('DELETE FROM ledger.leaf WHERE seq >= 500');
  assert.equal((await verify()).code, 0, 'by itself an older database is whole');
  const { code, text } = await verify(...(await witnessArgs(size)));
  assert.equal(code, 1);
  assert.match(text, /The witness's checkpoint is over 600 entries, and only 500 are there: the database was rolled back/);
  const data = join(folder, 'data');
  await mkdir(join(data, 'keys', 'journal'), { recursive: true });
  await writeFile(join(data, 'keys', 'journal', 'ledger-head'), JSON.stringify({ note: await headAt(size), frontier: '' }));
  assert.match((await verify('--data', data)).text, /The journal's checkpoint is over 600 entries, and only 500 are there/);
});

test('another history is found by a witness, and a head that it did not cosign counts for nothing', async () => {
  assert.match((await verify(...(await witnessArgs(500, emptyRoot())))).text, /The witness's checkpoint over 500 entries has another root/);
  const stranger: Cosigner = { key: witness.key, sign: (await newSigner('x')).sign };
  await assert.rejects(verify(...(await witnessArgs(500, tree.root(500), stranger))), /not cosigned by the key/);
});
