import { createHmac, type KeyObject } from 'node:crypto';
import { byteaArray } from '../binaryArrays.ts';
import { firstRow, type Queries } from '../database.ts';
import { personId, type PersonId } from '../identifiers.ts';
import { keyObject, open, seal } from '../keys/sealing.ts';
import type { HashKey } from '../keys/vaultKeys.ts';
import { nowOf, type Vault } from '../vault.ts';

/** Somebody whom no officer has a reason to touch. */
export interface Canary {
  readonly person: PersonId;
  /** Whether they check in at decoy venues. */
  readonly visits: boolean;
  /** By which whoever declared it retires it; null for one made by itself. */
  readonly reference: string | null;
}

/** Whether one of these people is a canary. */
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
export async function addCanary(vault: Vault, queries: Queries, canary: Canary): Promise<void> {
  const stored = canaryRow(vault, vault.keys.stops, canary);
  await queries.query('INSERT INTO vault.canary (canary_hash, sealed, reference_hash, key_version, added_on) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING', [
    stored.hash, stored.sealed, stored.referenceHash, vault.keys.stops.version, vault.calendar.dayOf(nowOf(vault).getTime()),
  ]);
}

/** Everybody who is a canary. For the vault's own work alone: no answer has one. */
export async function readCanaries(vault: Vault, queries: Queries): Promise<Canary[]> {
  const { rows } = await queries.query<CanaryRow>('SELECT canary_hash, sealed, key_version FROM vault.canary ORDER BY canary_hash');
  return rows.map((row) => openRow(vault, row));
}

/** Takes the canary of a reference out of the list; null where there is none. */
export async function removeCanary(vault: Vault, queries: Queries, reference: string): Promise<Canary | null> {
  const hashes = vault.keys.allStops.map(({ key }) => referenceHash(keyObject(key), reference));
  const row = firstRow(await queries.query<CanaryRow>('DELETE FROM vault.canary WHERE reference_hash = ANY($1::bytea[]) RETURNING canary_hash, sealed, key_version', [byteaArray(hashes)]));
  return row === null ? null : openRow(vault, row);
}

/** What is stored of a canary. */
export function canaryRow({ random }: Pick<Vault, 'random'>, { key }: HashKey, canary: Canary): { readonly hash: Buffer; readonly sealed: Buffer; readonly referenceHash: Buffer | null } {
  const made = keyObject(key);
  const hash = canaryHash(made, canary.person);
  return { hash, sealed: seal(made, canaryPlace(hash), sealedForm(canary), random), referenceHash: canary.reference === null ? null : referenceHash(made, canary.reference) };
}
/** Who a stored canary is. */
export function openCanary({ key }: HashKey, { hash, sealed }: { readonly hash: Buffer; readonly sealed: Buffer }): Canary {
  const text = open(key, canaryPlace(hash), sealed).toString('ascii');
  const reference = text.slice(37);
  return { person: personId(text.slice(0, 36)), visits: text.charAt(36) !== '-', reference: reference === '' || reference === noReference ? null : reference };
}

type CanaryRow = { canary_hash: Buffer; sealed: Buffer; key_version: number };

function openRow(vault: Vault, { canary_hash: hash, sealed, key_version }: CanaryRow): Canary {
  const key = vault.keys.allStops.find(({ version }) => version === key_version);
  if (key === undefined) throw new Error('the key of a canary is missing');
  return openCanary(key, { hash, sealed });
}

/** As long as a reference, so that all kinds are sealed alike. */
const noReference = '----------';
/** The person's identifier, a sign, and the reference. The identifier alone: made before there were decoy visits. */
function sealedForm({ person, visits, reference }: Canary): Buffer {
  return Buffer.from(`${person}${visits ? '+' : '-'}${reference ?? noReference}`, 'ascii');
}
const canaryPlace = (hash: Buffer) => `vault.canary/sealed/${hash.toString('base64url')}`;
function canaryHash(key: KeyObject, person: PersonId): Buffer {
  return createHmac('sha256', key).update(`canary|${person}`, 'utf8').digest();
}
function referenceHash(key: KeyObject, reference: string): Buffer {
  return createHmac('sha256', key).update(`canary reference|${reference}`, 'utf8').digest();
}
