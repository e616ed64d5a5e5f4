import { isCount } from './hashes.ts';
import { TILE_WIDTH } from './tiles.ts';
import type { TileId } from './tiles.ts';

/** Which entry bundle, and how many entries it holds: {@link TILE_WIDTH} for a full one. */
export type BundleId = Omit<TileId, 'level'>;

const HIGHEST_LEVEL = 63;

/**
 * Path of a tile under a log's prefix, such as `tile/0/x001/x234/067` or `tile/1/000.p/17` (C2SP tlog-tiles).
 * @throws {RangeError} if there is no such tile.
 */
export function tilePath({ level, index, width }: TileId): string {
  if (!isCount(level) || level > HIGHEST_LEVEL) throw new RangeError(`not a tile level: ${level}`);
  return `tile/${level}/${indexPath({ index, width })}`;
}

/** Path of an entry bundle under a log's prefix. @throws {RangeError} if there is no such bundle. */
export function bundlePath(bundle: BundleId): string {
  return `tile/entries/${indexPath(bundle)}`;
}

/** Reads a tile's path, in the one way it is written; null if it is none. */
export function parseTilePath(path: string): TileId | null {
  const match = /^tile\/(0|[1-9][0-9]?)\/(.+)$/.exec(path);
  const level = Number(match?.[1]);
  const place = match?.[2] === undefined ? null : parseIndexPath(match[2]);
  return place === null || level > HIGHEST_LEVEL ? null : { level, ...place };
}

/** Reads an entry bundle's path, in the one way it is written; null if it is none. */
export function parseBundlePath(path: string): BundleId | null {
  const match = /^tile\/entries\/(.+)$/.exec(path);
  return match?.[1] === undefined ? null : parseIndexPath(match[1]);
}

function indexPath({ index, width }: BundleId): string {
  if (!isCount(index)) throw new RangeError(`not a tile index: ${index}`);
  if (!isCount(width) || width < 1 || width > TILE_WIDTH) throw new RangeError(`not a tile width: ${width}`);
  const elements: string[] = [];
  let rest = index;
  do {
    elements.unshift(`${elements.length === 0 ? '' : 'x'}${String(rest % 1000).padStart(3, '0')}`);
    rest = Math.floor(rest / 1000);
  } while (rest > 0);
  return `${elements.join('/')}${width === TILE_WIDTH ? '' : `.p/${width}`}`;
}

function parseIndexPath(text: string): BundleId | null {
  const match = /^((?:x[0-9]{3}\/){0,5}[0-9]{3})(?:\.p\/([1-9][0-9]{0,2}))?$/.exec(text);
  if (match?.[1] === undefined) return null;
  const index = Number(match[1].replaceAll(/[x/]/g, ''));
  const width = match[2] === undefined ? TILE_WIDTH : Number(match[2]);
  if (!isCount(index) || (match[2] !== undefined && width >= TILE_WIDTH)) return null;
  // One path for one tile: x000/001 is no other name of 001.
  const bundle = { index, width };
  return indexPath(bundle) === text ? bundle : null;
}
