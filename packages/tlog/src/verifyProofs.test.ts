import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { emptyRoot, hashLeaf, hashNode } from './hashes.ts';
import { MerkleTree } from './merkleTree.ts';
import { verifyConsistency } from './verifyConsistency.ts';
import { verifyInclusion } from './verifyInclusion.ts';

const LARGEST = 130;
const leafHashes = Array.from({ length: LARGEST }, (_, position) => hashLeaf(Uint8Array.of(position)));
const tree = new MerkleTree(leafHashes);

function flipBit(bytes: Uint8Array, bit: number): Uint8Array {
  const position = Math.floor(bit / 8) % bytes.length;
  return bytes.map((byte, at) => (at === position ? byte ^ (1 << (bit % 8)) : byte));
}

const bits = fc.nat({ max: 255 });
const leaves = fc.integer({ min: 1, max: LARGEST }).chain((treeSize) =>
  fc.nat({ max: treeSize - 1 }).map((leafIndex) => ({
    leafHash: tree.subtree({ level: 0, index: leafIndex }),
    leafIndex,
    treeSize,
    proof: tree.inclusionProof(leafIndex, treeSize),
    root: tree.root(treeSize),
  })),
);
const growths = fc.integer({ min: 1, max: LARGEST }).chain((secondSize) =>
  fc.integer({ min: 1, max: secondSize }).map((firstSize) => ({
    firstSize,
    firstRoot: tree.root(firstSize),
    secondSize,
    secondRoot: tree.root(secondSize),
    proof: tree.consistencyProof(firstSize, secondSize),
  })),
);

describe('the verifier of inclusion', () => {
  it('refuses any changed bit of leaf, proof or root', () => {
    fc.assert(
      fc.property(leaves, bits, fc.nat(), (claim, bit, which) => {
        assert.equal(verifyInclusion({ ...claim, leafHash: flipBit(claim.leafHash, bit) }).ok, false);
        assert.equal(verifyInclusion({ ...claim, root: flipBit(claim.root, bit) }).ok, false);
        if (claim.proof.length === 0) return;
        const position = which % claim.proof.length;
        const proof = claim.proof.map((hash, at) => (at === position ? flipBit(hash, bit) : hash));
        assert.deepEqual(verifyInclusion({ ...claim, proof }), { ok: false, refusal: 'root-differs' });
      }),
      { numRuns: 400 },
    );
  });

  it('refuses another place and a leaf of another place', () => {
    fc.assert(
      fc.property(leaves, fc.nat({ max: LARGEST - 1 }), (claim, other) => {
        fc.pre(other !== claim.leafIndex);
        assert.equal(verifyInclusion({ ...claim, leafIndex: other }).ok, false);
        const leafHash = tree.subtree({ level: 0, index: other });
        assert.deepEqual(verifyInclusion({ ...claim, leafHash }), { ok: false, refusal: 'root-differs' });
      }),
    );
  });

  it('refuses a proof cut short, prolonged or reordered, and says which', () => {
    fc.assert(
      fc.property(leaves, (claim) => {
        const longer = [...claim.proof, claim.root];
        assert.deepEqual(verifyInclusion({ ...claim, proof: longer }), { ok: false, refusal: 'proof-too-long' });
        if (claim.proof.length === 0) return;
        const shorter = claim.proof.slice(0, -1);
        assert.deepEqual(verifyInclusion({ ...claim, proof: shorter }), { ok: false, refusal: 'proof-too-short' });
        if (claim.proof.length === 1) return;
        assert.equal(verifyInclusion({ ...claim, proof: claim.proof.toReversed() }).ok, false);
      }),
    );
  });

  it('refuses a leaf that no tree of that size has, and hashes of another length', () => {
    const claim = { leafHash: tree.root(1), leafIndex: 0, treeSize: 1, proof: [], root: tree.root(1) };
    assert.deepEqual(verifyInclusion(claim), { ok: true });
    for (const [leafIndex, treeSize] of [[1, 1], [0, 0], [-1, 1], [0.5, 1], [0, 2 ** 53], [Number.NaN, 1]] as const) {
      assert.deepEqual(verifyInclusion({ ...claim, leafIndex, treeSize }), { ok: false, refusal: 'no-such-leaf' });
    }
    const refused = { ok: false, refusal: 'malformed-hash' };
    assert.deepEqual(verifyInclusion({ ...claim, leafHash: new Uint8Array(31) }), refused);
    assert.deepEqual(verifyInclusion({ ...claim, root: new Uint8Array() }), refused);
    assert.deepEqual(verifyInclusion({ ...claim, treeSize: 2, proof: [new Uint8Array(33)] }), refused);
  });

  it('does not take a node for a leaf', () => {
    const [first, second] = [tree.subtree({ level: 0, index: 0 }), tree.subtree({ level: 0, index: 1 })];
    const asLeaf = hashLeaf(Uint8Array.of(...first, ...second));
    const verdict = verifyInclusion({ leafHash: asLeaf, leafIndex: 0, treeSize: 1, proof: [], root: tree.root(2) });
    assert.deepEqual(verdict, { ok: false, refusal: 'root-differs' });
  });

  it('counts beyond 32 bits', () => {
    // A tree of 2^40 + 1 leaves whose last leaf is the right child of the root.
    const left = hashLeaf(Uint8Array.of(1));
    const leafHash = hashLeaf(Uint8Array.of(2));
    const claim = { leafHash, leafIndex: 2 ** 40, treeSize: 2 ** 40 + 1, proof: [left], root: hashNode(left, leafHash) };
    assert.deepEqual(verifyInclusion(claim), { ok: true });
    assert.equal(verifyInclusion({ ...claim, leafIndex: 0 }).ok, false);
  });
});

describe('the verifier of consistency', () => {
  it('refuses any changed bit of roots or proof', () => {
    fc.assert(
      fc.property(growths, bits, fc.nat(), (claim, bit, which) => {
        assert.equal(verifyConsistency({ ...claim, firstRoot: flipBit(claim.firstRoot, bit) }).ok, false);
        assert.equal(verifyConsistency({ ...claim, secondRoot: flipBit(claim.secondRoot, bit) }).ok, false);
        if (claim.proof.length === 0) return;
        const position = which % claim.proof.length;
        const proof = claim.proof.map((hash, at) => (at === position ? flipBit(hash, bit) : hash));
        assert.equal(verifyConsistency({ ...claim, proof }).ok, false);
      }),
      { numRuns: 400 },
    );
  });

  it('refuses a proof cut short or prolonged, and says which', () => {
    fc.assert(
      fc.property(growths, (claim) => {
        const longer = [...claim.proof, claim.secondRoot];
        assert.deepEqual(verifyConsistency({ ...claim, proof: longer }), { ok: false, refusal: 'proof-too-long' });
        if (claim.proof.length === 0) return;
        const shorter = claim.proof.slice(0, -1);
        assert.deepEqual(verifyConsistency({ ...claim, proof: shorter }), { ok: false, refusal: 'proof-too-short' });
      }),
    );
  });

  it('finds out a leaf that was dropped, edited or moved in what was committed to before', () => {
    const history = fc.integer({ min: 2, max: 40 }).chain((firstSize) =>
      fc.record({
        firstSize: fc.constant(firstSize),
        at: fc.nat({ max: firstSize - 2 }),
        added: fc.nat({ max: 40 }),
        act: fc.constantFrom('drop', 'edit', 'swap'),
      }),
    );
    fc.assert(
      fc.property(history, ({ firstSize, at, added, act }) => {
        const forged = leafHashes.slice(0, firstSize + added + 1);
        const [here, next] = [forged[at] ?? assert.fail(), forged[at + 1] ?? assert.fail()];
        if (act === 'drop') forged.splice(at, 1);
        if (act === 'edit') forged.splice(at, 1, hashLeaf(Uint8Array.of(1, 2, 3)));
        if (act === 'swap') forged.splice(at, 2, next, here);
        const rewritten = new MerkleTree(forged);
        const verdict = verifyConsistency({
          firstSize,
          firstRoot: tree.root(firstSize),
          secondSize: rewritten.size,
          secondRoot: rewritten.root(),
          proof: rewritten.consistencyProof(firstSize),
        });
        assert.equal(verdict.ok, false);
      }),
      { numRuns: 300 },
    );
  });

  it('refuses a log that shrinks, and sizes that are none', () => {
    const claim = { firstRoot: tree.root(5), secondRoot: tree.root(4), proof: [] };
    for (const [firstSize, secondSize] of [[5, 4], [-1, 4], [1, 4.5], [1, 2 ** 53]] as const) {
      const verdict = verifyConsistency({ ...claim, firstSize, secondSize });
      assert.deepEqual(verdict, { ok: false, refusal: 'sizes-out-of-order' });
    }
  });

  it('lets every tree continue the empty one, whose root is known', () => {
    const claim = { firstSize: 0, firstRoot: emptyRoot(), secondSize: 9, secondRoot: tree.root(9), proof: [] };
    assert.deepEqual(verifyConsistency(claim), { ok: true });
    assert.deepEqual(verifyConsistency({ ...claim, firstRoot: tree.root(1) }), { ok: false, refusal: 'first-root-differs' });
    assert.deepEqual(verifyConsistency({ ...claim, secondSize: 0 }), { ok: false, refusal: 'second-root-differs' });
    assert.deepEqual(verifyConsistency({ ...claim, proof: [tree.root(1)] }), { ok: false, refusal: 'proof-too-long' });
  });

  it('refuses hashes of another length', () => {
    const claim = { firstSize: 1, firstRoot: tree.root(1), secondSize: 2, secondRoot: tree.root(2), proof: [new Uint8Array(31)] };
    assert.deepEqual(verifyConsistency(claim), { ok: false, refusal: 'malformed-hash' });
  });
});
