import { byteaArray, bigintArray, uuidArray } from '../binaryArrays.ts';
import { firstRow, type Queries } from '../database.ts';
import { personId, type PersonId } from '../identifiers.ts';
import { appealPlace } from '../appeals/storedAppeal.ts';
import { personPlace } from '../ledger/ledger.ts';
import { newDataKey, openDataKey, type DataKeyClass, type StoredDataKey } from '../people/dataKeys.ts';
import { openIdentity, sealIdentity } from '../people/identityVault.ts';
import { takeTurn } from '../turns.ts';
import type { Vault } from '../vault.ts';
import { open, seal } from './sealing.ts';
import type { RotationPlan } from './rotationPlans.ts';

/** People whose keys are replaced in one transaction: so long nothing is entered in anybody's access log. */
const batch = 100;

/**
 * Replaces the data keys of everybody who is there when it begins; who registers later has keys of their own from
 * then. A person's ciphertexts are sealed anew, in their places, under new keys in one transaction in which nobody
 * else seals under the old ones: the person is locked, and so is the appending of entries about people. What others
 * hold at this moment is left for the next look. The rotation's version is the generation that all keys have at least
 * when it is over.
 */
export const rotateDataKeys: RotationPlan = {
  async begin(_vault, queries) {
    const newest = firstRow(await queries.query<{ generation: number | null }>('SELECT max(generation) AS generation FROM vault.person_key'));
    const version = (newest?.generation ?? 0) + 1;
    const total = firstRow(await queries.query<{ people: number }>('SELECT count(*)::int AS people FROM vault.person'));
    return { version, total: total?.people ?? 0 };
  },
  async advance(vault, queries, rotation) {
    const left = await peopleLeft(queries, rotation);
    if (left.length === 0) return { done: 0, state: 'finished' };
    // First: who is about to append an entry waits for no person that is locked here.
    await takeTurn(queries, 'data_keys');
    const people = await lock(queries, left);
    for (const person of people) await replaceKeys(vault, queries, person, rotation.version);
    // Where others hold all of them, their transactions are over at the next look.
    return { done: people.length, state: people.length > 0 ? 'more' : 'waiting' };
  },
};

async function peopleLeft(queries: Queries, { version, startedAtMs }: Parameters<RotationPlan['advance']>[2]): Promise<readonly string[]> {
  const { rows } = await queries.query<{ person_id: string }>(
    `SELECT k.person_id FROM vault.person_key k JOIN vault.person p USING (person_id)
     WHERE k.generation < $1 AND k.class = 'identity' AND p.created_at <= $2 LIMIT ${batch}`,
    [version, new Date(startedAtMs)],
  );
  return rows.map((row) => row.person_id);
}

/** A person with everything of theirs that is sealed, locked. */
interface LockedPerson {
  readonly person: PersonId;
  readonly identity: Buffer;
  readonly keys: ReadonlyMap<string, StoredDataKey>;
  readonly entries: readonly { readonly seq: string; readonly sealed: Buffer }[];
  readonly appeals: readonly { readonly appeal_id: string; readonly sealed: Buffer }[];
}

/** Those of whom everything can be locked at once; the others are held by somebody who may wait for this. */
async function lock(queries: Queries, wanted: readonly string[]): Promise<readonly LockedPerson[]> {
  const { rows: locked } = await queries.query<{ person_id: string }>('SELECT person_id FROM vault.person WHERE person_id = ANY($1::uuid[]) FOR NO KEY UPDATE SKIP LOCKED', [uuidArray(wanted)]);
  const ids = uuidArray(locked.map((row) => row.person_id));
  // Statements of their own: what is read is as it is under the lock.
  const { rows: people } = await queries.query<{ person_id: string; identity: Buffer; entries: number; appeals: number }>(
    `SELECT p.person_id, p.identity, (SELECT count(*)::int FROM vault.access_entry a WHERE a.person_id = p.person_id) AS entries,
       (SELECT count(*)::int FROM vault.appeal a WHERE a.person_id = p.person_id) AS appeals
     FROM vault.person p WHERE p.person_id = ANY($1::uuid[])`, [ids],
  );
  const { rows: keyRows } = await queries.query<{ person_id: string; class: DataKeyClass; wrapped: Buffer; kek_version: number; generation: number }>(
    'SELECT person_id, class, wrapped, kek_version, generation FROM vault.person_key WHERE person_id = ANY($1::uuid[]) FOR UPDATE SKIP LOCKED', [ids],
  );
  const { rows: entryRows } = await queries.query<{ seq: string; person_id: string; sealed: Buffer }>(
    'SELECT seq, person_id, sealed FROM vault.access_entry WHERE person_id = ANY($1::uuid[]) FOR UPDATE SKIP LOCKED', [ids],
  );
  const { rows: appealRows } = await queries.query<{ appeal_id: string; person_id: string; sealed: Buffer }>(
    'SELECT appeal_id, person_id, sealed FROM vault.appeal WHERE person_id = ANY($1::uuid[]) FOR UPDATE SKIP LOCKED', [ids],
  );
  const appealsOf = Map.groupBy(appealRows, (row) => row.person_id);
  const entriesOf = Map.groupBy(entryRows, (row) => row.person_id);
  const keysOf = Map.groupBy(keyRows, (row) => row.person_id);
  return people.flatMap(({ person_id, identity, entries: count, appeals: filed }) => {
    const entries = entriesOf.get(person_id) ?? [];
    const appeals = appealsOf.get(person_id) ?? [];
    const keys = new Map((keysOf.get(person_id) ?? []).map((row) => [row.class, { wrapped: row.wrapped, kekVersion: row.kek_version, generation: row.generation }]));
    return entries.length === count && appeals.length === filed && keys.size === 2 ? [{ person: personId(person_id), identity, keys, entries, appeals }] : [];
  });
}

async function replaceKeys(vault: Vault, queries: Queries, { person, identity, keys, entries, appeals }: LockedPerson, generation: number): Promise<void> {
  const anew = async (keyClass: DataKeyClass) => {
    const stored = keys.get(keyClass);
    if (stored === undefined) throw new Error('a person has no data key of a class');
    const next = await newDataKey(vault, person, keyClass, generation);
    await queries.query('UPDATE vault.person_key SET wrapped = $3, kek_version = $4, generation = $5 WHERE person_id = $1 AND class = $2', [
      person, keyClass, next.stored.wrapped, next.stored.kekVersion, generation,
    ]);
    return { former: await openDataKey(vault, person, keyClass, stored), next: next.key };
  };
  const ofIdentity = await anew('identity');
  await queries.query('UPDATE vault.person SET identity = $2 WHERE person_id = $1', [
    person, sealIdentity(ofIdentity.next, { person }, openIdentity(ofIdentity.former, { person }, identity), vault.random),
  ]);
  const ofAccessLog = await anew('access-log');
  await queries.query(
    `UPDATE vault.access_entry a SET sealed = anew.sealed FROM unnest($1::bigint[], $2::bytea[]) AS anew (seq, sealed) WHERE a.seq = anew.seq`,
    [bigintArray(entries.map(({ seq }) => Number(seq))), byteaArray(entries.map(({ seq, sealed }) => {
      const place = personPlace(Number(seq));
      return seal(ofAccessLog.next, place, open(ofAccessLog.former, place, sealed), vault.random);
    }))],
  );
  for (const { appeal_id, sealed } of appeals) {
    const place = appealPlace(appeal_id);
    await queries.query('UPDATE vault.appeal SET sealed = $2 WHERE appeal_id = $1', [appeal_id, seal(ofAccessLog.next, place, open(ofAccessLog.former, place, sealed), vault.random)]);
  }
  for (const key of [ofIdentity.former, ofAccessLog.former]) key.fill(0);
}
