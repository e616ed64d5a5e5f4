import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Day } from '@health-kit/api';
import { encodeBase64url } from '@health-kit/pass';
import {
  canonicalJsonBytes, commitEntry, ed25519Signer, encodeVerifierKey, hashLeaf, MerkleTree, signCheckpoint, type NoteSigner, type ReadTile,
} from '@health-kit/tlog';
import { Value } from 'typebox/value';
import { checkAccessLog, type AccessLog } from './checkAccessLog.ts';

const origin = 'health.example.org/ledger';
async function newSigner(): Promise<NoteSigner> {
  const { privateKey, publicKey } = await crypto.subtle.generateKey('Ed25519', true, ['sign', 'verify']);
  return ed25519Signer(origin, { privateKey, publicKey: new Uint8Array(await crypto.subtle.exportKey('raw', publicKey)) });
}
const signer = await newSigner();
const named = { origin, key: encodeVerifierKey(signer.key) };
const day = Value.Parse(Day, '2026-11-23');
const said = { day, purpose: 'identity-proof', office: 'Health office', fields: ['familyName'] } as const;
const nonce = new Uint8Array(32).fill(7);
const event = new TextDecoder().decode(canonicalJsonBytes({ type: 'access', ...said, secret: 'c2VjcmV0' }));
const own = hashLeaf(commitEntry(nonce, new TextEncoder().encode(event)));
const others = Array.from({ length: 600 }, (_, index) => hashLeaf(new TextEncoder().encode(`other ${index}`)));
const tree = new MerkleTree([...others.slice(0, 5), own, ...others.slice(5)]);

const headOf = (of: MerkleTree, size: number, by = signer) => signCheckpoint({ origin, size, root: of.root(size), extensions: [] }, [by]);
async function logAt(size: number, changes: Partial<AccessLog['entries'][number]> = {}): Promise<AccessLog> {
  const proof = { nonce: encodeBase64url(nonce), event, path: tree.inclusionProof(5, size).map(encodeBase64url) };
  const entry = { ...said, fields: [...said.fields], leaf: { index: 5, hash: encodeBase64url(own) }, proof, ...changes };
  return { entries: [entry], checkpoint: await headOf(tree, size), earlier: false };
}
const tilesOf = (of: MerkleTree): ReadTile => ({ level, index, width }) =>
  Uint8Array.from(Array.from({ length: width }, (_, position) => [...of.subtree({ level: level * 8, index: index * 256 + position })]).flat());
const noTiles: ReadTile = () => Promise.reject(new Error('not asked for'));
const known = { ...named, checkpoint: null };

test('an entry checks at first use, and again when the ledger has grown by tiles', async () => {
  const first = await checkAccessLog(await logAt(20), known, named, noTiles);
  assert.ok(first.state === 'checked' && first.checked.has(5));
  const second = await checkAccessLog(await logAt(600), { ...known, checkpoint: first.checkpoint }, named, tilesOf(tree));
  assert.ok(second.state === 'checked' && second.checked.has(5));
  assert.equal((await checkAccessLog(await logAt(600), { ...known, checkpoint: second.checkpoint }, named, noTiles)).state, 'checked');
});

test('an entry whose shown words are not those of the ledger does not check', async () => {
  for (const change of [
    { office: 'Police' }, { purpose: 'order' as const }, { fields: [] }, { day: Value.Parse(Day, '2026-11-24') }, { leaf: { index: 4, hash: '' } },
    { proof: { nonce: encodeBase64url(nonce), event: event.replace('Health', 'Other'), path: tree.inclusionProof(5, 20).map(encodeBase64url) } },
    { proof: { nonce: encodeBase64url(nonce.map(() => 8)), event, path: tree.inclusionProof(5, 20).map(encodeBase64url) } },
    { proof: { nonce: encodeBase64url(nonce), event, path: [] } }, { proof: { nonce: '!', event, path: [] } },
  ]) {
    const check = await checkAccessLog(await logAt(20, change), known, named, noTiles);
    assert.ok(check.state === 'broken' && check.problem === 'entry' && check.failed.size === 1, JSON.stringify(change));
  }
});

test('a ledger that was rewritten, or grew shorter, is another history', async () => {
  const rewritten = new MerkleTree([...others.slice(0, 5), own, ...others.slice(6), ...others.slice(5, 6)]);
  for (const [of, size] of [[rewritten, 20], [rewritten, 600], [tree, 10]] as const) {
    const log = { ...(await logAt(size)), checkpoint: await headOf(of, size) };
    const check = await checkAccessLog(log, { ...known, checkpoint: await headOf(tree, 20) }, named, tilesOf(of));
    assert.deepEqual(check, { state: 'broken', problem: 'history', failed: new Set() }, `${size}`);
  }
});

test('another key, another origin and a signature of another are refused', async () => {
  const other = await newSigner();
  const problem = async (...args: Parameters<typeof checkAccessLog>) => {
    const check = await checkAccessLog(...args);
    return check.state === 'broken' ? check.problem : check.state;
  };
  assert.equal(await problem(await logAt(20), known, { origin, key: encodeVerifierKey(other.key) }, noTiles), 'key');
  assert.equal(await problem(await logAt(20), known, { ...named, origin: 'other.example/ledger' }, noTiles), 'key');
  assert.equal(await problem({ ...(await logAt(20)), checkpoint: await headOf(tree, 20, other) }, known, named, noTiles), 'checkpoint');
  assert.equal(await problem({ ...(await logAt(20)), checkpoint: null }, known, named, noTiles), 'checkpoint');
});

test('an entry without proof is never marked as checked, and an unreachable ledger says nothing', async () => {
  const check = await checkAccessLog(await logAt(20, { proof: null }), known, named, noTiles);
  assert.ok(check.state === 'checked' && check.checked.size === 0);
  await assert.rejects(checkAccessLog(await logAt(600), { ...known, checkpoint: await headOf(tree, 20) }, named, noTiles));
});

test('a page that tells an entry twice, or one that is not before the page that was shown, does not check', async () => {
  const log = await logAt(20);
  assert.equal((await checkAccessLog(log, known, named, noTiles, 6)).state, 'checked');
  for (const { entries, before } of [{ entries: [...log.entries, ...log.entries], before: null }, { entries: log.entries, before: 5 }, { entries: log.entries, before: 3 }]) {
    const check = await checkAccessLog({ ...log, entries }, known, named, noTiles, before);
    assert.ok(check.state === 'broken' && check.problem === 'entry' && check.failed.has(5));
  }
});
