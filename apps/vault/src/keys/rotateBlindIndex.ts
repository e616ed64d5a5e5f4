import { byteaArray, uuidArray } from '../binaryArrays.ts';
import { firstRow, type Queries } from '../database.ts';
import { personId } from '../identifiers.ts';
import { openDataKey } from '../people/dataKeys.ts';
import { documentIndex, openIdentity } from '../people/identityVault.ts';
import type { Vault } from '../vault.ts';
import { endFormerVersions } from './replaceVersion.ts';
import { beginRecomputing, recomputingState } from './rotateSecret.ts';
import type { RotationPlan } from './rotationPlans.ts';

/** Documents whose index is made anew in one transaction. */
const batch = 500;

/**
 * Replaces the key of the blind index. A document is looked up, and locked, under both versions all the while, so
 * that nobody proves it twice; once every process uses the new version, the index of every document is made anew out
 * of its holder's identity. Of a held account the identity is shredded: its index stays, and the old version reads
 * until the last of these lapses.
 */
export const rotateBlindIndex: RotationPlan = {
  async begin(vault, queries) {
    const version = await beginRecomputing(vault, queries, 'blind-index');
    return { version, total: await countLeft(queries, version) };
  },
  async advance(vault, queries, { version, startedAtMs }) {
    const state = recomputingState(vault, startedAtMs);
    if (state === 'announced') return { done: 0, state: 'waiting' };
    const done = await recomputeSome(vault, queries, version);
    if (done > 0) return { done, state: 'more' };
    if (state !== 'settled' || (await countLeft(queries, version)) > 0) return { done, state: 'waiting' };
    const held = firstRow(await queries.query<{ until: Date | null }>('SELECT max(until) AS until FROM vault.held_account WHERE key_version < $1', [version]));
    await endFormerVersions(queries, 'blind-index', version, Math.max(vault.clock.now(), held?.until?.getTime() ?? 0));
    return { done, state: 'finished' };
  },
};

async function countLeft(queries: Queries, version: number): Promise<number> {
  return firstRow(await queries.query<{ left: number }>('SELECT count(*)::int AS left FROM vault.document WHERE key_version < $1', [version]))?.left ?? 0;
}

async function recomputeSome(vault: Vault, queries: Queries, version: number): Promise<number> {
  const { rows } = await queries.query<{ person_id: string; identity: Buffer; wrapped: Buffer; kek_version: number; generation: number }>(
    `SELECT d.person_id, p.identity, k.wrapped, k.kek_version, k.generation
     FROM vault.document d JOIN vault.person p USING (person_id) JOIN vault.person_key k ON k.person_id = d.person_id AND k.class = 'identity'
     WHERE d.key_version < $1 LIMIT ${batch} FOR UPDATE OF d SKIP LOCKED`,
    [version],
  );
  if (rows.length === 0) return 0;
  const { blindIndex } = vault.keys;
  if (blindIndex.version < version) throw new Error('this process does not use the new key of the blind index yet');
  const indexes = await Promise.all(rows.map(async ({ person_id, identity, wrapped, kek_version, generation }) => {
    const person = personId(person_id);
    const key = await openDataKey(vault, person, 'identity', { wrapped, kekVersion: kek_version, generation });
    return documentIndex(blindIndex, openIdentity(key, { person }, identity));
  }));
  await queries.query(
    `UPDATE vault.document d SET blind_index = anew.blind_index, key_version = $3
     FROM unnest($1::uuid[], $2::bytea[]) AS anew (person_id, blind_index) WHERE d.person_id = anew.person_id`,
    [uuidArray(rows.map((row) => row.person_id)), byteaArray(indexes), blindIndex.version],
  );
  return rows.length;
}
