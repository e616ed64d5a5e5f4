import { setImmediate } from 'node:timers/promises';
import { uuidArray } from '../binaryArrays.ts';
import type { Queries } from '../database.ts';
import { takeTurn } from '../turns.ts';
import { personId, type PersonId } from '../identifiers.ts';
import type { WrappedKey } from '../keys/keyProvider.ts';
import type { Vault } from '../vault.ts';

/** What is sealed about a person, each class under a key of its own: who they are, and what they may read of who looked. */
export type DataKeyClass = 'identity' | 'access-log';

/** A data key as it is stored (vault.person_key). */
export interface StoredDataKey extends WrappedKey {
  /** Counts the person's keys of the class; 0 for the one key of both classes that older data folders have. */
  readonly generation: number;
}

/** A person's key of a class, unwrapped. */
export interface OpenDataKey {
  readonly person: PersonId;
  readonly key: Buffer;
}

/** Makes a data key, clear and as it is stored. */
export async function newDataKey(vault: Pick<Vault, 'provider' | 'random'>, person: PersonId, keyClass: DataKeyClass, generation: number): Promise<{ readonly key: Buffer; readonly stored: StoredDataKey }> {
  const key = Buffer.from(vault.random(32));
  return { key, stored: { ...(await vault.provider.wrap(dataKeyName(person, keyClass, generation), key)), generation } };
}

/** Unwraps a data key. */
export function openDataKey(vault: Pick<Vault, 'provider'>, person: PersonId, keyClass: DataKeyClass, stored: StoredDataKey): Promise<Buffer> {
  return vault.provider.unwrap(dataKeyName(person, keyClass, stored.generation), stored);
}

/**
 * From here to the end of the transaction no data key is replaced, so that nothing is sealed under one that is gone
 * by then. Call it before the keys are read.
 */
export function holdDataKeys(queries: Queries): Promise<void> {
  return takeTurn(queries, 'data_keys', 'together');
}

/** The keys of one class of many people, in the order asked; who does not exist (any more) is left out. */
export async function openDataKeys(vault: Pick<Vault, 'provider'>, queries: Queries, people: readonly PersonId[], keyClass: DataKeyClass): Promise<readonly OpenDataKey[]> {
  if (people.length === 0) return [];
  const { rows } = await queries.query<{ person_id: string; wrapped: Buffer; kek_version: number; generation: number }>(
    `SELECT k.person_id, k.wrapped, k.kek_version, k.generation
     FROM unnest($1::uuid[]) WITH ORDINALITY AS asked (person_id, position) JOIN vault.person_key k USING (person_id)
     WHERE k.class = $2 ORDER BY asked.position`,
    [uuidArray(people), keyClass],
  );
  const opened: OpenDataKey[] = [];
  for (let from = 0; from < rows.length; from += unwrappedAtOnce) {
    // Thousands take a tenth of a second, in which somebody's day ticket would wait.
    if (from > 0) await setImmediate();
    opened.push(...await Promise.all(rows.slice(from, from + unwrappedAtOnce).map(async ({ person_id, wrapped, kek_version, generation }) => {
      const person = personId(person_id);
      return { person, key: await openDataKey(vault, person, keyClass, { wrapped, kekVersion: kek_version, generation }) };
    })));
  }
  return opened;
}
/** Keys unwrapped before others have their turn. */
const unwrappedAtOnce = 250;

/** What is authenticated with a wrapped data key: the column and row it lies in, and which of the row's keys it is. */
export function dataKeyName(person: PersonId, keyClass: DataKeyClass, generation: number): string {
  return generation === 0 ? `vault.person/wrapped_key/${person}` : `vault.person_key/wrapped/${person}/${keyClass}/${generation}`;
}
