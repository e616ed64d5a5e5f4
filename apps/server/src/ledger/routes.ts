import { getLedgerCheckpoint, getLedgerTile } from '@health-kit/api';
import { readCheckpoint, readEntries, readTile } from '@health-kit/api/vault';
import { parseBundlePath, parseTilePath, TILE_WIDTH } from '@health-kit/tlog';
import type { Capability } from '../capability.ts';
import { ProblemError } from '../problems.ts';
import { askVault } from '../vault/index.ts';
import { submitToWitnesses } from './submitToWitnesses.ts';

/** Seconds for which a checkpoint may be kept, and ms for which this process does not ask the vault again. */
const checkpointMaxAgeSeconds = 2;
/** A tile never changes. */
const tileMaxAgeSeconds = 31_536_000;
/** Full tiles and bundles kept in memory; at 8 kB each a few megabytes. */
const tilesKept = 512;
const witnessesEveryMs = 5_000;

export const ledger: Capability = ({ routes, settings, vault, sweeps, log }) => {
  let checkpoint: { readonly note: string; readonly until: number } | null = null;
  const tiles = new Map<string, Buffer>();

  routes.anyone(getLedgerCheckpoint, async ({ setHeader }) => {
    // The machine's time, not the system's: this is about load alone.
    if (checkpoint === null || checkpoint.until < performance.now()) {
      const { note } = await askVault(vault, readCheckpoint, {});
      checkpoint = { note, until: performance.now() + checkpointMaxAgeSeconds * 1000 };
    }
    setHeader('cache-control', `public, max-age=${checkpointMaxAgeSeconds}`);
    return checkpoint.note;
  });

  routes.anyone(getLedgerTile, async ({ params, setHeader }) => {
    const path = `tile/${params.rest}`;
    const bytes = tiles.get(path) ?? (await read(path));
    setHeader('cache-control', `public, max-age=${tileMaxAgeSeconds}, immutable`);
    return bytes;
  });

  async function read(path: string): Promise<Buffer> {
    const tile = parseTilePath(path);
    const bundle = parseBundlePath(path);
    let bytes: Buffer;
    if (tile !== null) bytes = Buffer.from((await askVault(vault, readTile, { ...tile })).hashes, 'base64url');
    else if (bundle !== null) bytes = Buffer.from((await askVault(vault, readEntries, { ...bundle })).bundle, 'base64url');
    else throw new ProblemError('not-found');
    if ((tile ?? bundle)?.width === TILE_WIDTH) keep(path, bytes);
    return bytes;
  }

  function keep(path: string, bytes: Buffer): void {
    const [oldest] = tiles.keys();
    if (tiles.size >= tilesKept && oldest !== undefined) tiles.delete(oldest);
    tiles.set(path, bytes);
  }

  const submit = submitToWitnesses({ vault, witnesses: settings.witnesses ?? [], log });
  sweeps.add({ name: 'witnesses', everyMs: witnessesEveryMs, run: submit });
};
