import { createHmac } from 'node:crypto';
import { byteaArray } from '../binaryArrays.ts';
import { firstRow, type Queries } from '../database.ts';
import { holdHashes } from '../holdHashes.ts';
import { refuse } from '../refusal.ts';
import type { Vault } from '../vault.ts';

const hourMs = 3_600_000;

/** What is counted by the hour of the clock: exports by device key, wrong guardian codes by person. */
export type Paced = 'export' | 'guardian-guess';

/** Refuses who has used up this hour's limit, and counts nothing. */
export async function refuseBeyondPace(vault: Vault, queries: Queries, kind: Paced, who: string): Promise<void> {
  const used = firstRow(await queries.query<{ done: number }>(
    'SELECT coalesce(sum(done), 0)::int AS done FROM vault.hourly_count WHERE kind = $1 AND subject_hash = ANY($2::bytea[]) AND hour_end = $3',
    [kind, byteaArray(hashesOf(vault, kind, who)), hourEnd(vault)],
  ));
  if (used === null || used.done >= limitOf(vault, kind)) refuse('too-many-requests');
}

/**
 * Counts once more for who is known, and refuses who has used up this hour's limit: for all processes together, and
 * with the transaction it is called in. Of several at once none is let through too many: they wait for each other.
 */
export async function countPace(vault: Vault, queries: Queries, kind: Paced, who: string): Promise<void> {
  // Under every key of the last hour: to replace it is no way around a limit.
  const hashes = hashesOf(vault, kind, who);
  await holdHashes(queries, hashes);
  // A statement of its own: its snapshot must be taken after the locks are held.
  const { rowCount } = await queries.query(
    `INSERT INTO vault.hourly_count AS c (kind, subject_hash, hour_end, done)
     SELECT $1::text, $2::bytea, $3::timestamptz, 1
     WHERE (SELECT coalesce(sum(done), 0) FROM vault.hourly_count WHERE kind = $1 AND subject_hash = ANY($4::bytea[]) AND hour_end = $3) < $5
     ON CONFLICT (kind, subject_hash, hour_end) DO UPDATE SET done = c.done + 1
     RETURNING done`,
    [kind, hashOf(vault.keys.oneTimeCode, kind, who), hourEnd(vault), byteaArray(hashes), limitOf(vault, kind)],
  );
  if (rowCount !== 1) refuse('too-many-requests');
}

function limitOf({ limits }: Vault, kind: Paced): number {
  return kind === 'export' ? limits.exportsPerDevicePerHour : limits.guardianGuessesPerHour;
}

function hourEnd(vault: Vault): Date {
  return new Date((Math.floor(vault.clock.now() / hourMs) + 1) * hourMs);
}

function hashesOf(vault: Vault, kind: Paced, who: string): Buffer[] {
  return vault.keys.messageBudgets.map((key) => hashOf(key, kind, who));
}

/** Who is counted, as a keyed hash: the count keeps no key and no person. */
function hashOf(key: Uint8Array, kind: Paced, who: string): Buffer {
  return createHmac('sha256', key).update(`${kind}|${who}`, 'utf8').digest();
}
