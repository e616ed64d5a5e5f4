import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { emptyRoot, hashLeaf, hashNode } from './hashes.ts';
import { makeConsistencyProof, makeInclusionProof, MerkleTree, readRoot } from './merkleTree.ts';
import { MerkleTreeHasher } from './merkleTreeHasher.ts';
import { verifyConsistency } from './verifyConsistency.ts';
import { verifyInclusion } from './verifyInclusion.ts';

const hex = (bytes: Uint8Array | undefined) => Buffer.from(bytes ?? []).toString('hex');
const unhex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'hex'));

// The vectors of the Certificate Transparency reference code for RFC 6962, whose tree is RFC 9162's.
const LEAVES = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'];
const ROOTS = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];
const NODES = [
  ['6e340b9c', '96a296d2', '0298d122', '07506a85', 'bc1a0643', '4271a26b', 'b08693ec', '46f6ffad'],
  ['fac54203', '5f083f0a', '0ebc5d34', 'ca854ea1'],
  ['d37ee418', '6b47aaf2'],
  ['5dc9da79'],
];

/** The root by RFC 9162, 2.1.1, word for word: the oracle for everything below. */
function naiveRoot(leafHashes: readonly Uint8Array[]): Uint8Array {
  const [only] = leafHashes;
  if (only === undefined) return emptyRoot();
  if (leafHashes.length === 1) return only;
  let k = 1;
  while (k * 2 < leafHashes.length) k *= 2;
  return hashNode(naiveRoot(leafHashes.slice(0, k)), naiveRoot(leafHashes.slice(k)));
}

/** PATH of RFC 9162, 2.1.3.1, word for word. */
function naivePath(m: number, leafHashes: readonly Uint8Array[]): Uint8Array[] {
  if (leafHashes.length === 1) return [];
  let k = 1;
  while (k * 2 < leafHashes.length) k *= 2;
  const [left, right] = [leafHashes.slice(0, k), leafHashes.slice(k)];
  return m < k ? [...naivePath(m, left), naiveRoot(right)] : [...naivePath(m - k, right), naiveRoot(left)];
}

/** SUBPROOF of RFC 9162, 2.1.4.1, word for word. */
function naiveSubproof(m: number, leafHashes: readonly Uint8Array[], complete: boolean): Uint8Array[] {
  if (m === leafHashes.length) return complete ? [] : [naiveRoot(leafHashes)];
  let k = 1;
  while (k * 2 < leafHashes.length) k *= 2;
  const [left, right] = [leafHashes.slice(0, k), leafHashes.slice(k)];
  return m <= k
    ? [...naiveSubproof(m, left, complete), naiveRoot(right)]
    : [...naiveSubproof(m - k, right, false), naiveRoot(left)];
}

const LARGEST = 130;
const leafHashes = Array.from({ length: LARGEST }, (_, position) => hashLeaf(Uint8Array.of(position, 1)));
const tree = new MerkleTree(leafHashes);
const roots = Array.from({ length: LARGEST + 1 }, (_, size) => naiveRoot(leafHashes.slice(0, size)));
const rootAt = (size: number): Uint8Array => roots[size] ?? assert.fail(`no root at ${size}`);
const leafAt = (index: number): Uint8Array => leafHashes[index] ?? assert.fail(`no leaf at ${index}`);

describe('the Merkle tree', () => {
  it('has the published roots and nodes', () => {
    const published = new MerkleTree(LEAVES.map((leaf) => hashLeaf(unhex(leaf))));
    assert.deepEqual(ROOTS.map((_, size) => hex(published.root(size))), ROOTS);
    for (const [level, hashes] of NODES.entries()) {
      const found = hashes.map((_, index) => hex(published.subtree({ level, index })).slice(0, 8));
      assert.deepEqual(found, hashes);
    }
  });

  it('makes the published proofs', () => {
    const published = new MerkleTree(LEAVES.map((leaf) => hashLeaf(unhex(leaf))));
    const short = (proof: readonly Uint8Array[]) => proof.map((hash) => hex(hash).slice(0, 8));
    assert.deepEqual(short(published.inclusionProof(0, 8)), ['96a296d2', '5f083f0a', '6b47aaf2']);
    assert.deepEqual(short(published.inclusionProof(5, 8)), ['bc1a0643', 'ca854ea1', 'd37ee418']);
    assert.deepEqual(short(published.inclusionProof(2, 3)), ['fac54203']);
    assert.deepEqual(short(published.inclusionProof(1, 5)), ['6e340b9c', '5f083f0a', 'bc1a0643']);
    assert.deepEqual(short(published.consistencyProof(1, 8)), ['96a296d2', '5f083f0a', '6b47aaf2']);
    assert.deepEqual(short(published.consistencyProof(6, 8)), ['0ebc5d34', 'ca854ea1', 'd37ee418']);
    assert.deepEqual(short(published.consistencyProof(2, 5)), ['5f083f0a', 'bc1a0643']);
  });

  it('has at every size the root of the definition', () => {
    for (let size = 0; size <= LARGEST; size += 1) assert.equal(hex(tree.root(size)), hex(rootAt(size)));
  });

  it('makes for every leaf of every size the inclusion proof of the definition, and it verifies', () => {
    for (let treeSize = 1; treeSize <= LARGEST; treeSize += 1) {
      for (let leafIndex = 0; leafIndex < treeSize; leafIndex += 1) {
        const proof = tree.inclusionProof(leafIndex, treeSize);
        if (treeSize % 7 === 0) {
          assert.deepEqual(proof.map(hex), naivePath(leafIndex, leafHashes.slice(0, treeSize)).map(hex));
        }
        const verdict = verifyInclusion({ leafHash: leafAt(leafIndex), leafIndex, treeSize, proof, root: rootAt(treeSize) });
        assert.deepEqual(verdict, { ok: true }, `leaf ${leafIndex} of ${treeSize}`);
      }
    }
  });

  it('makes between every two sizes the consistency proof of the definition, and it verifies', () => {
    for (let secondSize = 0; secondSize <= LARGEST; secondSize += 1) {
      for (let firstSize = 0; firstSize <= secondSize; firstSize += 1) {
        const proof = tree.consistencyProof(firstSize, secondSize);
        if (firstSize > 0 && secondSize % 7 === 0) {
          const expected = naiveSubproof(firstSize, leafHashes.slice(0, secondSize), true);
          assert.deepEqual(proof.map(hex), expected.map(hex), `${firstSize} to ${secondSize}`);
        }
        const verdict = verifyConsistency({
          firstSize,
          firstRoot: rootAt(firstSize),
          secondSize,
          secondRoot: rootAt(secondSize),
          proof,
        });
        assert.deepEqual(verdict, { ok: true }, `${firstSize} to ${secondSize}`);
      }
    }
  });

  it('makes the same proofs from storage as in memory', async () => {
    const read = async (subtree: { level: number; index: number }) => tree.subtree(subtree);
    assert.equal(hex(await readRoot(read, 100)), hex(rootAt(100)));
    assert.deepEqual(await makeInclusionProof(read, 64, 101), tree.inclusionProof(64, 101));
    assert.deepEqual(await makeConsistencyProof(read, 33, 130), tree.consistencyProof(33, 130));
    await assert.rejects(readRoot(read, 131), RangeError);
  });

  it('refuses to prove what is not there', () => {
    for (const [leafIndex, size] of [[0, 0], [5, 5], [-1, 5], [1.5, 5], [0, 2 ** 53]] as const) {
      assert.throws(() => tree.inclusionProof(leafIndex, size), RangeError);
    }
    for (const [first, second] of [[6, 5], [-1, 5], [0.5, 5]] as const) {
      assert.throws(() => tree.consistencyProof(first, second), RangeError);
    }
  });
});

describe('the incremental hasher', () => {
  it('has the root of the definition after each leaf, also across a restart at each size', () => {
    let hasher = MerkleTreeHasher.restore(new MerkleTreeHasher().serialise());
    assert.equal(hex(hasher.root()), hex(rootAt(0)));
    for (const [position, leafHash] of leafHashes.entries()) {
      hasher.append(leafHash);
      hasher = MerkleTreeHasher.restore(hasher.serialise());
      assert.equal(hasher.size, position + 1);
      assert.equal(hex(hasher.root()), hex(rootAt(position + 1)));
    }
  });

  it('reports each complete subtree once, with the hash of its leaves', () => {
    const hasher = new MerkleTreeHasher();
    const completed = leafHashes.flatMap((leafHash) => hasher.append(leafHash));
    for (const { level, index, hash } of completed) {
      const width = 2 ** level;
      assert.equal(hex(hash), hex(naiveRoot(leafHashes.slice(index * width, (index + 1) * width))));
    }
    const ids = new Set(completed.map(({ level, index }) => `${level}/${index}`));
    let expected = 0;
    for (let width = 1; width <= LARGEST; width *= 2) expected += Math.floor(LARGEST / width);
    assert.equal(ids.size, expected);
    assert.equal(completed.length, expected);
  });

  it('refuses a frontier that is cut, too long, or of a size that is none, and a leaf hash of another length', () => {
    const hasher = new MerkleTreeHasher();
    for (const leafHash of leafHashes.slice(0, 5)) hasher.append(leafHash);
    const bytes = hasher.serialise();
    const huge = bytes.slice();
    huge[0] = 0xff;
    for (const wrong of [new Uint8Array(), bytes.slice(0, 7), bytes.slice(0, -1), Uint8Array.of(...bytes, 0), huge]) {
      assert.throws(() => MerkleTreeHasher.restore(wrong), RangeError);
    }
    assert.throws(() => hasher.append(new Uint8Array(31)), RangeError);
    assert.equal(hasher.size, 5);
  });

  it('keeps no hold on the bytes it was given', () => {
    const leafHash = leafAt(0).slice();
    const hasher = new MerkleTreeHasher();
    hasher.append(leafHash);
    leafHash[0] = (leafHash[0] ?? 0) ^ 1;
    assert.equal(hex(hasher.root()), hex(leafAt(0)));
  });
});
