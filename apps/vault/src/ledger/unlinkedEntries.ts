/**
 * Which entries of the ledger have no event any more, rightfully: those of people who were erased, and those that a
 * restored backup lacked. A bit each, sealed, so that a row which somebody deletes cannot be said to have been erased,
 * and nobody reads out of it which entries belonged together.
 */
import { access, open as openFile } from 'node:fs/promises';
import { join } from 'node:path';
import { uuidArray } from '../binaryArrays.ts';
import { firstRow, type Queries } from '../database.ts';
import type { PersonId } from '../identifiers.ts';
import { openWithAny, seal, SealError } from '../keys/sealing.ts';
import type { Vault } from '../vault.ts';

/** Entries of one row: 8 kB of bits. */
const perBlock = 65_536;

/** Notes the entries about people who are about to be erased. Before their rows go, in the same transaction. */
export async function noteErasedEntries(vault: Vault, queries: Queries, people: readonly PersonId[]): Promise<void> {
  if (people.length === 0) return;
  const { rows } = await queries.query<{ seq: string }>('SELECT seq FROM vault.access_entry WHERE person_id = ANY($1::uuid[]) ORDER BY seq', [uuidArray(people)]);
  await noteUnlinked(vault, queries, rows.map(({ seq }) => Number(seq)));
}

/** Notes that these entries have no event. */
export async function noteUnlinked(vault: Vault, queries: Queries, entries: readonly number[]): Promise<void> {
  // In order, so that two at once wait for each other instead of deadlocking.
  for (const block of [...new Set(entries.map((seq) => Math.floor(seq / perBlock)))].sort((a, b) => a - b)) {
    const empty = seal(vault.keys.ledgerEvent, place(block), Buffer.alloc(perBlock / 8), vault.random);
    await queries.query('INSERT INTO vault.unlinked_entry (block, sealed) VALUES ($1, $2) ON CONFLICT DO NOTHING', [block, empty]);
    const row = firstRow(await queries.query<{ sealed: Buffer }>('SELECT sealed FROM vault.unlinked_entry WHERE block = $1 FOR UPDATE', [block]));
    if (row === null) throw new Error('the block of entries is gone');
    const bits = openBlock(vault, block, row.sealed);
    for (const seq of entries) if (Math.floor(seq / perBlock) === block) bits.writeUInt8(byteOf(bits, seq) | bitOf(seq), byteAt(seq));
    await queries.query('UPDATE vault.unlinked_entry SET sealed = $2 WHERE block = $1', [block, seal(vault.keys.ledgerEvent, place(block), bits, vault.random)]);
  }
}

/** Of these entries, those that are noted as having no event. A block that somebody altered notes none. */
export async function readUnlinked(vault: Vault, queries: Queries, entries: readonly number[]): Promise<ReadonlySet<number>> {
  const blocks = [...new Set(entries.map((seq) => Math.floor(seq / perBlock)))];
  const { rows } = await queries.query<{ block: number; sealed: Buffer }>('SELECT block, sealed FROM vault.unlinked_entry WHERE block = ANY($1::int[])', [blocks]);
  const noted = new Map<number, Buffer>();
  for (const { block, sealed } of rows) {
    try {
      noted.set(block, openBlock(vault, block, sealed));
    } catch (error) {
      if (!(error instanceof SealError)) throw error;
    }
  }
  return new Set(entries.filter((seq) => {
    const bits = noted.get(Math.floor(seq / perBlock));
    return bits !== undefined && (byteOf(bits, seq) & bitOf(seq)) !== 0;
  }));
}

/** Notes whichever entries have no event now: after a backup was put back, whose entries came again from the journal without what they say. */
export async function noteAllUnlinked(vault: Vault): Promise<void> {
  await vault.database.transaction(async (queries) => {
    const { rows } = await queries.query<{ seq: string }>(
      'SELECT l.seq FROM ledger.leaf l LEFT JOIN ledger.event e USING (seq) LEFT JOIN vault.access_entry a USING (seq) WHERE e.seq IS NULL AND a.seq IS NULL ORDER BY l.seq',
    );
    await noteUnlinked(vault, queries, rows.map(({ seq }) => Number(seq)));
  });
}

/**
 * As {@link noteAllUnlinked}, once, for a data folder that is older than these notes. A file beside the keys says that
 * it was done: emptying the table does not have it done again.
 */
export async function noteEarlierUnlinked(vault: Vault): Promise<void> {
  const marker = join(vault.keyFolder, 'journal', 'ledger-unlinked');
  if (await access(marker).then(() => true, () => false)) return;
  await noteAllUnlinked(vault);
  const file = await openFile(marker, 'w', 0o600);
  await file.sync().finally(() => file.close());
}

function openBlock(vault: Vault, block: number, sealed: Buffer): Buffer {
  const opened = openWithAny(vault.keys.ledgerEvents, place(block), sealed);
  if (opened === null) throw new SealError('a block of entries does not open');
  return opened;
}
const place = (block: number) => `vault.unlinked_entry/sealed/${block}`;
const byteAt = (seq: number) => Math.floor((seq % perBlock) / 8);
const byteOf = (bits: Buffer, seq: number) => bits.readUInt8(byteAt(seq));
const bitOf = (seq: number) => 1 << seq % 8;
