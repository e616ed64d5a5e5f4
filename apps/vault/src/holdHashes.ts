import type { Queries } from './database.ts';

/**
 * Waits for whoever holds one of these hashes, and holds all of them until the transaction ends. While a key is
 * being replaced, what is held is hashed under each version: who knows the old one alone is waited for, too.
 *
 * By rows that the vault alone may write and read, and no advisory locks, which whoever connects could hold and see.
 * A row that is inserted and deleted within a transaction is waited for like one that stays, and none ever does.
 */
export async function holdHashes(queries: Queries, hashes: readonly Buffer[]): Promise<void> {
  // In one order, so that two at once wait for each other instead of deadlocking.
  const ordered = [...new Set(hashes.map((hash) => hash.toString('hex')))].sort();
  await queries.query("INSERT INTO vault.held_hash (hash) SELECT decode(each, 'hex') FROM unnest($1::text[]) AS each", [ordered]);
  await queries.query("DELETE FROM vault.held_hash WHERE hash IN (SELECT decode(each, 'hex') FROM unnest($1::text[]) AS each)", [ordered]);
}
