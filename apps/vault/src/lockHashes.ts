import type { Queries } from './database.ts';

/**
 * Waits for whoever holds one of these keyed hashes, and holds all of them until the transaction ends. While a key is
 * being replaced, what is held is hashed under each version: who knows the old one alone is waited for, too.
 */
export async function lockHashes(queries: Queries, hashes: readonly Buffer[]): Promise<void> {
  const numbers = hashes.map((hash) => hash.readBigInt64BE(0)).sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  // In one order, so that two at once wait for each other instead of deadlocking.
  for (const number of numbers) await queries.query('SELECT pg_advisory_xact_lock($1::bigint)', [number.toString()]);
}
