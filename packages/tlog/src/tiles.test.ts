import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { hashLeaf } from './hashes.ts';
import { makeConsistencyProof, makeInclusionProof, MerkleTree, readRoot } from './merkleTree.ts';
import { subtreesFromTiles } from './tiles.ts';
import type { TileId } from './tiles.ts';

const tree = new MerkleTree(
  Array.from({ length: 70_000 }, (_, position) => hashLeaf(Uint8Array.of(position % 256, position >> 8, position >> 16))),
);

function tilesOf(size: number): { read: (tile: TileId) => Promise<Uint8Array>; asked: TileId[] } {
  const asked: TileId[] = [];
  return {
    asked,
    read: async (tile) => {
      asked.push(tile);
      const hashes = Array.from({ length: tile.width }, (_, position) =>
        tree.subtree({ level: tile.level * 8, index: tile.index * 256 + position }),
      );
      assert.ok(hashes.length > 0 && (tile.index * 256 + tile.width) * 256 ** tile.level <= size);
      return Uint8Array.from(hashes.flatMap((hash) => [...hash]));
    },
  };
}

describe('a tree read from tiles', () => {
  it('gives the same roots and proofs as in memory, within a level, across levels and in partial tiles', async () => {
    for (const size of [1, 255, 256, 257, 65_535, 65_536, 65_537, 70_000]) {
      const read = subtreesFromTiles(tilesOf(size).read, size);
      assert.deepEqual(await readRoot(read, size), tree.root(size));
      const leafIndex = Math.floor(size / 3);
      assert.deepEqual(await makeInclusionProof(read, leafIndex, size), tree.inclusionProof(leafIndex, size));
      assert.deepEqual(await makeConsistencyProof(read, leafIndex, size), tree.consistencyProof(leafIndex, size));
    }
  });

  it('asks for each tile once', async () => {
    const { read, asked } = tilesOf(70_000);
    await makeInclusionProof(subtreesFromTiles(read, 70_000), 12_345, 70_000);
    assert.equal(new Set(asked.map(({ level, index }) => `${level}/${index}`)).size, asked.length);
  });

  it('refuses a tile that is cut short and a subtree that is not complete yet', async () => {
    const short = subtreesFromTiles(() => new Uint8Array(31), 5);
    await assert.rejects(async () => short({ level: 0, index: 0 }), RangeError);
    const read = subtreesFromTiles(tilesOf(5).read, 5);
    await assert.rejects(async () => read({ level: 2, index: 1 }), RangeError);
    await assert.rejects(async () => read({ level: 0, index: 5 }), RangeError);
  });
});
