import { byteaArray, uuidArray } from '../binaryArrays.ts';
import { firstRow, type Queries } from '../database.ts';
import { localDay, personId, registrationId } from '../identifiers.ts';
import { dataKeyName, type DataKeyClass } from '../people/dataKeys.ts';
import { registrationKeyName } from '../people/identityVault.ts';
import { takeTurn } from '../turns.ts';
import { nowOf, type Vault } from '../vault.ts';
import type { WrappedKey } from './keyProvider.ts';
import { settleMs } from './replaceVersion.ts';
import type { RotationPlan } from './rotationPlans.ts';

/** Keys wrapped anew in one transaction. */
const batch = 1_000;

/** What is wrapped by the key-encryption key. */
const wrappedTables = ['vault.sealed_key', 'vault.day_key', 'vault.registration', 'vault.person_key'] as const;

/**
 * Replaces the key-encryption key. The provider makes the next version before the database names it, so that every
 * process unwraps what it wraps from the first moment on; each wraps with it from its next look at the keys. All that
 * is wrapped by older versions is wrapped anew, in batches. When nothing is left, and every process has looked, the
 * older versions leave the database, under which nothing can be stored from then on, and only then the provider.
 *
 * Backups from before open with nothing that is left.
 */
export const rotateKek: RotationPlan = {
  async begin(vault, queries) {
    const newest = firstRow(await queries.query<{ version: number }>('SELECT max(version) AS version FROM vault.kek'));
    const version = (newest?.version ?? 0) + 1;
    await takeTurn(queries, 'token');
    await vault.provider.makeKek(version);
    await queries.query('INSERT INTO vault.kek (version, created_at) VALUES ($1, $2)', [version, nowOf(vault)]);
    return { version, total: await countLeft(queries, version) };
  },
  async advance(vault, queries, { version, startedAtMs }) {
    const done = await rewrapSome(vault, queries, version);
    if (done > 0) return { done, state: 'more' };
    if (vault.clock.now() < startedAtMs + settleMs || (await countLeft(queries, version)) > 0) return { done, state: 'waiting' };
    // Fails, and is tried again, where somebody stores a key under one of them at this moment.
    const forgotten = await queries.query('DELETE FROM vault.kek WHERE version < $1', [version]);
    if (forgotten.rowCount > 0) return { done, state: 'more' };
    await vault.provider.destroyKeksBefore(version);
    if ((await vault.provider.kekVersions()).some((each) => each < version)) throw new Error('a former key-encryption key is still there after its destruction');
    return { done, state: 'finished' };
  },
};

async function countLeft(queries: Queries, version: number): Promise<number> {
  const counts = wrappedTables.map((table) => `(SELECT count(*)::int FROM ${table} WHERE kek_version < $1)`).join(' + ');
  return firstRow(await queries.query<{ left: number }>(`SELECT ${counts} AS left`, [version]))?.left ?? 0;
}

/**
 * Wraps a batch of one table anew. Rows that somebody else holds are left for the next look. A row is locked before
 * it is read, so that nothing is wrapped that was changed, or a day that was destroyed, in between.
 */
async function rewrapSome(vault: Vault, queries: Queries, version: number): Promise<number> {
  for (const rewrap of [rewrapSealedKeys, rewrapDays, rewrapRegistrations, rewrapPeople]) {
    const done = await rewrap(vault, queries, version);
    if (done > 0) return done;
  }
  return 0;
}

interface StoredRow {
  readonly wrapped: Buffer;
  readonly kek_version: number;
}
const stored = ({ wrapped, kek_version }: StoredRow): WrappedKey => ({ wrapped, kekVersion: kek_version });
/** The key of a row, wrapped anew under the name it has. */
async function wrapAnew({ provider }: Vault, name: string, row: StoredRow): Promise<WrappedKey> {
  const key = await provider.unwrap(name, stored(row));
  const anew = await provider.wrap(name, key);
  key.fill(0);
  return anew;
}
/** What this process wraps with may be older than the rotation that it takes further. */
function requireVersion(wrapped: readonly WrappedKey[], version: number): void {
  if (wrapped.some(({ kekVersion }) => kekVersion < version)) throw new Error('this process does not use the new key-encryption key yet');
}

async function rewrapSealedKeys(vault: Vault, queries: Queries, version: number): Promise<number> {
  const { rows } = await queries.query<StoredRow & { name: string }>(
    `SELECT name, wrapped, kek_version FROM vault.sealed_key WHERE kek_version < $1 LIMIT ${batch} FOR UPDATE SKIP LOCKED`, [version],
  );
  const anew = await Promise.all(rows.map((row) => wrapAnew(vault, row.name, row)));
  requireVersion(anew, version);
  for (const [index, row] of rows.entries()) {
    await queries.query('UPDATE vault.sealed_key SET wrapped = $2, kek_version = $3 WHERE name = $1', [row.name, anew[index]?.wrapped, anew[index]?.kekVersion]);
  }
  return rows.length;
}

async function rewrapDays(vault: Vault, queries: Queries, version: number): Promise<number> {
  const { rows } = await queries.query<StoredRow & { day: string }>(
    `SELECT day::text, wrapped, kek_version FROM vault.day_key WHERE kek_version < $1 LIMIT ${batch} FOR UPDATE SKIP LOCKED`, [version],
  );
  let done = 0;
  for (const row of rows) {
    const day = localDay(row.day);
    const key = await vault.provider.unwrapForDay(day, stored(row));
    // Its secret is destroyed: the row goes with the next clearing, and its secret must not be made again.
    if (key === null) continue;
    const anew = await vault.provider.wrapForDay(day, key);
    requireVersion([anew], version);
    await queries.query('UPDATE vault.day_key SET wrapped = $2, kek_version = $3 WHERE day = $1', [day, anew.wrapped, anew.kekVersion]);
    done += 1;
  }
  return done;
}

async function rewrapRegistrations(vault: Vault, queries: Queries, version: number): Promise<number> {
  const { rows } = await queries.query<StoredRow & { registration_id: string }>(
    `SELECT registration_id, wrapped_key AS wrapped, kek_version FROM vault.registration WHERE kek_version < $1 LIMIT ${batch} FOR UPDATE SKIP LOCKED`, [version],
  );
  const anew = await Promise.all(rows.map((row) => wrapAnew(vault, registrationKeyName(registrationId(row.registration_id)), row)));
  requireVersion(anew, version);
  await queries.query(
    `UPDATE vault.registration r SET wrapped_key = anew.wrapped, kek_version = $3
     FROM unnest($1::uuid[], $2::bytea[]) AS anew (registration_id, wrapped) WHERE r.registration_id = anew.registration_id`,
    [uuidArray(rows.map((row) => row.registration_id)), byteaArray(anew.map(({ wrapped }) => wrapped)), anew[0]?.kekVersion ?? version],
  );
  return rows.length;
}

async function rewrapPeople(vault: Vault, queries: Queries, version: number): Promise<number> {
  const { rows } = await queries.query<StoredRow & { person_id: string; class: DataKeyClass; generation: number }>(
    `SELECT person_id, class, generation, wrapped, kek_version FROM vault.person_key WHERE kek_version < $1 LIMIT ${batch} FOR UPDATE SKIP LOCKED`, [version],
  );
  const anew = await Promise.all(rows.map((row) => wrapAnew(vault, dataKeyName(personId(row.person_id), row.class, row.generation), row)));
  requireVersion(anew, version);
  await queries.query(
    `UPDATE vault.person_key k SET wrapped = anew.wrapped, kek_version = $4
     FROM unnest($1::uuid[], $2::text[], $3::bytea[]) AS anew (person_id, class, wrapped) WHERE k.person_id = anew.person_id AND k.class = anew.class`,
    [uuidArray(rows.map((row) => row.person_id)), rows.map((row) => row.class), byteaArray(anew.map(({ wrapped }) => wrapped)), anew[0]?.kekVersion ?? version],
  );
  return rows.length;
}
