import { foldTile, hashLeaf, HASH_BYTES, subtreesFromTiles, TILE_HEIGHT, TILE_WIDTH, type ReadSubtree, type TileId } from '@health-kit/tlog';
import { firstRow, type Queries } from '../database.ts';

/** Full tiles that are read at once while missing hashes are made. */
const tilesAtOnce = 256;

/**
 * The hashes of a tile, one after the other; null unless the tree of that size has all of them. Level 0 are the
 * leaves' hashes, computed from their commitments.
 */
export async function readTileHashes(queries: Queries, { level, index, width }: TileId, size: number): Promise<Buffer | null> {
  const first = index * TILE_WIDTH;
  if ((first + width) * TILE_WIDTH ** level > size) return null;
  const { rows } = level === 0
    ? await queries.query<{ hash: Buffer }>('SELECT commitment AS hash FROM ledger.leaf WHERE seq >= $1 AND seq < $2 ORDER BY seq', [first, first + width])
    : await queries.query<{ hash: Buffer }>('SELECT hash FROM ledger.subtree WHERE level = $1 AND index >= $2 AND index < $3 ORDER BY index', [level * TILE_HEIGHT, first, first + width]);
  if (rows.length !== width) return null;
  return Buffer.concat(rows.map(({ hash }) => (level === 0 ? hashLeaf(hash) : hash)), width * HASH_BYTES);
}

/** Reads the tree of that size for proofs. @throws {RangeError} where it has no such subtree */
export function readSubtreeOf(queries: Queries, size: number): ReadSubtree {
  return subtreesFromTiles(async (tile) => {
    const hashes = await readTileHashes(queries, tile, size);
    if (hashes === null) throw new RangeError(`the ledger lacks tile ${tile.level}/${tile.index}`);
    return hashes;
  }, size);
}

/** Stores the hashes of full tiles that a tree of that size has and that are not stored yet. */
export async function storeFullTiles(queries: Queries, size: number): Promise<void> {
  for (let level = 0; TILE_WIDTH ** (level + 1) <= size; level += 1) {
    const wanted = Math.floor(size / TILE_WIDTH ** (level + 1));
    const stored = firstRow(await queries.query<{ next: string }>('SELECT coalesce(max(index) + 1, 0)::text AS next FROM ledger.subtree WHERE level = $1', [(level + 1) * TILE_HEIGHT]));
    for (let from = Number(stored?.next ?? 0); from < wanted; from += tilesAtOnce) {
      const indexes = Array.from({ length: Math.min(tilesAtOnce, wanted - from) }, (_, position) => from + position);
      const hashes = [];
      for (const index of indexes) {
        const tile = await readTileHashes(queries, { level, index, width: TILE_WIDTH }, size);
        if (tile === null) throw new RangeError(`the ledger lacks tile ${level}/${index}`);
        hashes.push(Buffer.from(foldTile(tile)));
      }
      await queries.query('INSERT INTO ledger.subtree (level, index, hash) SELECT $1, index, hash FROM unnest($2::bigint[], $3::bytea[]) AS made (index, hash) ON CONFLICT DO NOTHING', [(level + 1) * TILE_HEIGHT, indexes, hashes]);
    }
  }
}
