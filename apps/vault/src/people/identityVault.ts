import { createHmac } from 'node:crypto';
import { documentTypes, type RegistrationId } from '@health-kit/api';
import Type from 'typebox';
import { Value } from 'typebox/value';
import type { Queries } from '../database.ts';
import type { PersonId } from '../identifiers.ts';
import { open, seal } from '../keys/sealing.ts';
import type { WrappedKey } from '../keys/keyProvider.ts';
import type { HashKey } from '../keys/vaultKeys.ts';
import type { Randomness } from '../randomness.ts';
import type { Vault } from '../vault.ts';
import { foldName, type DocumentParticulars, type Identity } from './normaliseIdentity.ts';

const StoredIdentity = Type.Object({
  familyName: Type.String(), givenName: Type.String(), documentType: Type.Unsafe<Identity['documentType']>(Type.String({ enum: [...documentTypes] })),
  documentNumber: Type.String(), phone: Type.String(), language: Type.Unsafe<Identity['language']>(Type.String({ enum: ['zh', 'en'] })),
});

/** Where a sealed identity lies: a person's row, or a registration's that waits for its code. It opens nowhere else. */
export type IdentityPlace = { readonly person: PersonId } | { readonly registration: RegistrationId };

/** Seals an identity under a key of class `identity`, or of its registration. */
export function sealIdentity(key: Uint8Array, place: IdentityPlace, identity: Identity, random: Randomness): Buffer {
  return seal(key, placeName(place), Buffer.from(JSON.stringify(identity), 'utf8'), random);
}
/** Opens a sealed identity. */
export function openIdentity(key: Uint8Array, place: IdentityPlace, sealed: Uint8Array): Identity {
  const identity: unknown = JSON.parse(open(key, placeName(place), sealed).toString('utf8'));
  if (!Value.Check(StoredIdentity, identity)) throw new TypeError('a stored identity is not of its form');
  return identity;
}

/** Makes the key under which a registration's identity waits; it is forgotten when the person is made. */
export async function newRegistrationKey(vault: Vault, registration: RegistrationId): Promise<{ readonly key: Buffer; readonly stored: WrappedKey }> {
  const key = Buffer.from(vault.random(32));
  return { key, stored: await vault.provider.wrap(registrationKeyName(registration), key) };
}
/** Unwraps the key of a registration. */
export function openRegistrationKey(vault: Vault, registration: RegistrationId, stored: WrappedKey): Promise<Buffer> {
  return vault.provider.unwrap(registrationKeyName(registration), stored);
}

/**
 * The keyed blind index of a document: HMAC-SHA-256 under a key of its own. A resident id number is given to one
 * human being in the country. All other numbers are unique for their issuer at most (two states may give the same
 * passport number), so that the name belongs to their index, and two people with one number exist side by side.
 */
export function documentIndex({ key }: HashKey, { documentType, documentNumber, familyName, givenName }: DocumentParticulars): Buffer {
  // A line feed is in no normalised name: no two pairs of names are written alike.
  const names = documentType === 'resident-id' ? '' : `\n${foldName(familyName)}\n${foldName(givenName)}`;
  return createHmac('sha256', key).update(`${documentType}|${documentNumber}${names}`, 'utf8').digest();
}
/** A document's index under every version of the key: while one is being replaced, its row may have either. */
export function documentIndexes({ keys }: Pick<Vault, 'keys'>, document: DocumentParticulars): Buffer[] {
  return keys.blindIndexes.map((version) => documentIndex(version, document));
}

/** Binds a document to whom it was proven for, under the version of the key in use. */
export async function storeDocument({ keys }: Pick<Vault, 'keys'>, queries: Queries, { person, identity }: { readonly person: PersonId; readonly identity: Identity }): Promise<void> {
  await queries.query('INSERT INTO vault.document (blind_index, key_version, person_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING', [
    documentIndex(keys.blindIndex, identity), keys.blindIndex.version, person,
  ]);
}

/** What is authenticated with the wrapped key of a registration. */
export const registrationKeyName = (registration: RegistrationId) => `vault.registration/wrapped_key/${registration}`;
function placeName(place: IdentityPlace): string {
  return 'person' in place ? `vault.person/identity/${place.person}` : `vault.registration/identity/${place.registration}`;
}
