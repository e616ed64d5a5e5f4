import { createHmac, type KeyObject } from 'node:crypto';
import { byteaArray } from '../binaryArrays.ts';
import type { Queries } from '../database.ts';
import { personId, type PersonId } from '../identifiers.ts';
import { keyObject, open, seal } from '../keys/sealing.ts';
import type { HashKey } from '../keys/vaultKeys.ts';
import { nowOf, type Vault } from '../vault.ts';

/** Whether one of these people is a canary: somebody whom no officer has a reason to touch. */
export async function anyCanary(vault: Vault, queries: Queries, people: readonly PersonId[]): Promise<boolean> {
  // Under every version: while the key is being replaced, some are hashed under the one and some under the other.
  const hashes = vault.keys.allStops.flatMap(({ key }) => {
    const made = keyObject(key);
    return people.map((person) => canaryHash(made, person));
  });
  const found = await queries.query('SELECT FROM vault.canary WHERE canary_hash = ANY($1::bytea[]) LIMIT 1', [byteaArray(hashes)]);
  return found.rowCount > 0;
}

/** Makes a person a canary. Who they are lies sealed; the database tells them from nobody. */
export async function addCanary(vault: Vault, queries: Queries, person: PersonId): Promise<void> {
  const stored = canaryRow(vault, vault.keys.stops, person);
  await queries.query('INSERT INTO vault.canary (canary_hash, sealed, key_version, added_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING', [
    stored.hash, stored.sealed, vault.keys.stops.version, nowOf(vault),
  ]);
}

/** What is stored of a canary. */
export function canaryRow({ random }: Pick<Vault, 'random'>, { key }: HashKey, person: PersonId): { readonly hash: Buffer; readonly sealed: Buffer } {
  const hash = canaryHash(keyObject(key), person);
  return { hash, sealed: seal(key, canaryPlace(hash), Buffer.from(person, 'ascii'), random) };
}
/** Who a stored canary is. */
export function openCanary({ key }: HashKey, { hash, sealed }: { readonly hash: Buffer; readonly sealed: Buffer }): PersonId {
  return personId(open(key, canaryPlace(hash), sealed).toString('ascii'));
}

const canaryPlace = (hash: Buffer) => `vault.canary/sealed/${hash.toString('base64url')}`;

function canaryHash(key: KeyObject, person: PersonId): Buffer {
  return createHmac('sha256', key).update(`canary|${person}`, 'utf8').digest();
}
