import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { canonicalJsonBytes } from './canonicalJson.ts';
import { hashLeaf } from './hashes.ts';
import { commitEntry, verifyEntry } from './ledgerEntry.ts';
import { MerkleTree } from './merkleTree.ts';

const entries = Array.from({ length: 12 }, (_, position) => ({
  nonce: new Uint8Array(32).fill(position + 1),
  event: canonicalJsonBytes({ action: 'disclosure', purpose: 'tracing', number: position }),
}));
const tree = new MerkleTree(entries.map(({ nonce, event }) => hashLeaf(commitEntry(nonce, event))));
const checkpoint = { origin: 'health.example.org/ledger', size: tree.size, root: tree.root(), extensions: [] };

describe('an entry of the ledger', () => {
  it('is committed to as SHA-256 over label, nonce and event', () => {
    const [entry = assert.fail()] = entries;
    const expected = createHash('sha256').update('hk-ledger-1').update(entry.nonce).update(entry.event).digest('hex');
    assert.equal(Buffer.from(commitEntry(entry.nonce, entry.event)).toString('hex'), expected);
  });

  it('verifies at its place under the checkpoint, and at no other', () => {
    for (const [leafIndex, entry] of entries.entries()) {
      const proof = tree.inclusionProof(leafIndex);
      assert.deepEqual(verifyEntry({ ...entry, leafIndex, proof, checkpoint }), { ok: true });
      assert.equal(verifyEntry({ ...entry, leafIndex: (leafIndex + 1) % 12, proof, checkpoint }).ok, false);
    }
  });

  it('is refused with any bit of nonce or event changed', () => {
    fc.assert(
      fc.property(fc.nat({ max: 11 }), fc.nat({ max: 31 }), fc.nat({ max: 7 }), (leafIndex, position, bit) => {
        const { nonce, event } = entries[leafIndex] ?? assert.fail();
        const flip = (bytes: Uint8Array) => bytes.map((byte, at) => (at === position ? byte ^ (1 << bit) : byte));
        const proof = tree.inclusionProof(leafIndex);
        const refused = { ok: false, refusal: 'root-differs' };
        assert.deepEqual(verifyEntry({ nonce: flip(nonce), event, leafIndex, proof, checkpoint }), refused);
        assert.deepEqual(verifyEntry({ nonce, event: flip(event), leafIndex, proof, checkpoint }), refused);
      }),
    );
  });

  it('does not let the boundary between nonce and event be moved', () => {
    const { nonce, event } = entries[0] ?? assert.fail();
    const longer = Uint8Array.of(...nonce, ...event.slice(0, 1));
    const verdict = verifyEntry({ nonce: longer, event: event.slice(1), leafIndex: 0, proof: tree.inclusionProof(0), checkpoint });
    assert.deepEqual(verdict, { ok: false, refusal: 'malformed-nonce' });
    assert.throws(() => commitEntry(longer, event), RangeError);
  });
});
