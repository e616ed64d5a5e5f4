import { HASH_BYTES } from './hashes.ts';
import type { ReadSubtree } from './merkleTree.ts';
import { foldSubtrees } from './subtrees.ts';

/** Height of a tile in C2SP tlog-tiles: a full tile holds 2^8 hashes. */
export const TILE_HEIGHT = 8;
/** Hashes in a full tile. */
export const TILE_WIDTH = 2 ** TILE_HEIGHT;

/** Which tile, and how many hashes it must hold at least: {@link TILE_WIDTH} for a full one. */
export interface TileId {
  /** Tile level: its hashes are nodes of level `8 * level`. */
  readonly level: number;
  readonly index: number;
  readonly width: number;
}

/** Reads the hashes of a tile, one after the other without separators (C2SP tlog-tiles, Merkle tree). */
export type ReadTile = (tile: TileId) => Promise<Uint8Array> | Uint8Array;

/**
 * Reads subtrees out of the tiles of a tree of that size, each tile once.
 * @throws {RangeError} from the reader, if a tile holds fewer hashes than the tree size says, or if the
 * subtree is not complete at that size.
 */
export function subtreesFromTiles(readTile: ReadTile, size: number): ReadSubtree {
  const tiles = new Map<string, Promise<Uint8Array[]>>();

  async function load(level: number, index: number): Promise<Uint8Array[]> {
    const hashesAtLevel = Math.floor(size / TILE_WIDTH ** level);
    const width = Math.min(TILE_WIDTH, hashesAtLevel - index * TILE_WIDTH);
    const bytes = await readTile({ level, index, width });
    if (bytes.length < width * HASH_BYTES) throw new RangeError(`tile ${level}/${index} holds less than ${width} hashes`);
    return Array.from({ length: width }, (_, position) => bytes.slice(position * HASH_BYTES, (position + 1) * HASH_BYTES));
  }

  return async ({ level, index }) => {
    if ((index + 1) * 2 ** level > size) throw new RangeError(`no complete subtree ${index} at level ${level}`);
    const tileLevel = Math.floor(level / TILE_HEIGHT);
    const span = 2 ** (level % TILE_HEIGHT); // hashes of the tile that the subtree covers
    const tileIndex = Math.floor((index * span) / TILE_WIDTH);
    const key = `${tileLevel}/${tileIndex}`;
    const loading = tiles.get(key) ?? load(tileLevel, tileIndex);
    tiles.set(key, loading);
    const first = (index * span) % TILE_WIDTH;
    return foldComplete((await loading).slice(first, first + span));
  };
}

/**
 * The hash of a full tile: what stands for it in the tile above.
 * @throws {RangeError} if the bytes are not those of a full tile.
 */
export function foldTile(bytes: Uint8Array): Uint8Array {
  if (bytes.length !== TILE_WIDTH * HASH_BYTES) throw new RangeError(`a full tile holds ${TILE_WIDTH} hashes`);
  return foldComplete(Array.from({ length: TILE_WIDTH }, (_, position) => bytes.slice(position * HASH_BYTES, (position + 1) * HASH_BYTES)));
}

/** Folds 2^n hashes pairwise. */
function foldComplete(hashes: readonly Uint8Array[]): Uint8Array {
  if (hashes.length <= 2) return foldSubtrees(hashes);
  const half = hashes.length / 2;
  return foldSubtrees([foldComplete(hashes.slice(0, half)), foldComplete(hashes.slice(half))]);
}
