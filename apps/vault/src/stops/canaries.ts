import { createHmac, type KeyObject } from 'node:crypto';
import { byteaArray } from '../binaryArrays.ts';
import type { Queries } from '../database.ts';
import type { PersonId } from '../identifiers.ts';
import { keyObject, seal } from '../keys/sealing.ts';
import { nowOf, type Vault } from '../vault.ts';

/** Whether one of these people is a canary: somebody whom no officer has a reason to touch. */
export async function anyCanary(vault: Vault, queries: Queries, people: readonly PersonId[]): Promise<boolean> {
  const key = keyObject(vault.keys.stops);
  const found = await queries.query('SELECT FROM vault.canary WHERE canary_hash = ANY($1::bytea[]) LIMIT 1', [byteaArray(people.map((person) => canaryHash(key, person)))]);
  return found.rowCount > 0;
}

/** Makes a person a canary. Who they are lies sealed; the database tells them from nobody. */
export async function addCanary(vault: Vault, queries: Queries, person: PersonId): Promise<void> {
  const hash = canaryHash(keyObject(vault.keys.stops), person);
  await queries.query('INSERT INTO vault.canary (canary_hash, sealed, added_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING', [
    hash, seal(vault.keys.stops, canaryPlace(hash), Buffer.from(person, 'ascii'), vault.random), nowOf(vault),
  ]);
}

export const canaryPlace = (hash: Buffer) => `vault.canary/sealed/${hash.toString('base64url')}`;

function canaryHash(key: KeyObject, person: PersonId): Buffer {
  return createHmac('sha256', key).update(`canary|${person}`, 'utf8').digest();
}
