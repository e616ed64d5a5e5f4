import { readCheckpoint, readEntries, readTile, storeCosignature } from '@health-kit/api/vault';
import { encodeEntryBundle, knownCosignatureLines, encodeCosignerKey, parseSignedNote, TILE_WIDTH } from '@health-kit/tlog';
import { openHandler } from '../authority/handlers.ts';
import { firstRow, type Queries } from '../database.ts';
import { refuse } from '../refusal.ts';
import type { Vault } from '../vault.ts';
import { readTileHashes } from './subtrees.ts';

type CheckpointRow = { size: string; note: string };

/** The latest checkpoint as it was signed; refuses `not-found` before the first. */
export async function latestCheckpoint(queries: Queries): Promise<{ readonly size: number; readonly note: string }> {
  const row = firstRow(await queries.query<CheckpointRow>('SELECT size, note FROM ledger.checkpoint ORDER BY size DESC LIMIT 1')) ?? refuse('not-found');
  return { size: Number(row.size), note: row.note };
}

/** The latest signed checkpoint with the cosignatures there are, and how far each configured witness has come. */
export const readCheckpointHandler = openHandler(readCheckpoint, async (vault) => {
  const { size, note } = await latestCheckpoint(vault.database);
  const { rows } = await vault.database.query<{ line: string }>('SELECT line FROM ledger.cosignature WHERE size = $1 ORDER BY key_name, key_id', [size]);
  const witnesses = [];
  for (const key of vault.witnesses) {
    const last = firstRow(await vault.database.query<{ size: string }>(
      'SELECT size FROM ledger.cosignature WHERE key_name = $1 AND key_id = $2 ORDER BY size DESC LIMIT 1', [key.name, key.keyId],
    ));
    witnesses.push({ key: encodeCosignerKey(key), size: Number(last?.size ?? 0) });
  }
  return { size, note: note + rows.map(({ line }) => line).join(''), witnesses };
});

/** A tile of the tree under the latest checkpoint; what no checkpoint covers is not served. */
export const readTileHandler = openHandler(readTile, async (vault, tile) => {
  const { size } = await latestCheckpoint(vault.database);
  const hashes = (await readTileHashes(vault.database, tile, size)) ?? refuse('not-found');
  return { hashes: hashes.toString('base64url') };
});

/** Entries of the log as others see them: commitments, which tell nothing without nonce and event. */
export const readEntriesHandler = openHandler(readEntries, async (vault, { index, width }) => {
  const { size } = await latestCheckpoint(vault.database);
  const first = index * TILE_WIDTH;
  if (first + width > size) refuse('not-found');
  const { rows } = await vault.database.query<{ commitment: Buffer }>('SELECT commitment FROM ledger.leaf WHERE seq >= $1 AND seq < $2 ORDER BY seq', [first, first + width]);
  if (rows.length !== width) refuse('not-found');
  return { bundle: Buffer.from(encodeEntryBundle(rows.map(({ commitment }) => commitment))).toString('base64url') };
});

/** Stores what a witness answered over a checkpoint, as far as it is a cosignature of a configured key; others are ignored. */
export const storeCosignatureHandler = openHandler(storeCosignature, async (vault, { size, answer }) => ({ stored: await storeCosignatures(vault, size, answer) }));

async function storeCosignatures(vault: Vault, size: number, answer: string): Promise<number> {
  const row = firstRow(await vault.database.query<CheckpointRow>('SELECT size, note FROM ledger.checkpoint WHERE size = $1', [size])) ?? refuse('not-found');
  const note = parseSignedNote(row.note);
  if (!note.ok) throw new Error('a stored checkpoint is not a note');
  const known = await knownCosignatureLines(note.text, answer, vault.witnesses);
  for (const { key, timestamp, line } of known) {
    await vault.database.query(
      'INSERT INTO ledger.cosignature (size, key_name, key_id, line, cosigned_at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING',
      [size, key.name, key.keyId, line, new Date(timestamp * 1000)],
    );
  }
  return known.length;
}
