import { createHmac } from 'node:crypto';
import { documentTypes } from '@health-kit/api';
import Type from 'typebox';
import { Value } from 'typebox/value';
import type { PersonId } from '../identifiers.ts';
import { open, seal } from '../keys/sealing.ts';
import type { KeyProvider } from '../keys/keyProvider.ts';
import type { Randomness } from '../randomness.ts';
import type { Vault } from '../vault.ts';
import { foldName, type DocumentParticulars, type Identity } from './normaliseIdentity.ts';

const StoredIdentity = Type.Object({
  familyName: Type.String(), givenName: Type.String(), documentType: Type.Unsafe<Identity['documentType']>(Type.String({ enum: [...documentTypes] })),
  documentNumber: Type.String(), phone: Type.String(), language: Type.Unsafe<Identity['language']>(Type.String({ enum: ['zh', 'en'] })),
});

/** A person's data key, clear and as it is stored. */
export interface DataKey {
  readonly key: Buffer;
  readonly wrapped: Buffer;
}

/** Makes a person's data key. */
export async function newDataKey(provider: KeyProvider, random: Randomness, person: PersonId): Promise<DataKey> {
  const key = Buffer.from(random(32));
  return { key, wrapped: await provider.wrap(dataKeyName(person), key) };
}
/** Unwraps a person's data key. */
export function openDataKey(provider: KeyProvider, person: PersonId, wrapped: Uint8Array): Promise<Buffer> {
  return provider.unwrap(dataKeyName(person), wrapped);
}
/** Seals an identity under the person's data key. The place is the person's row, also while it waits in a registration. */
export function sealIdentity(key: Uint8Array, person: PersonId, identity: Identity, random: Randomness): Buffer {
  return seal(key, identityPlace(person), Buffer.from(JSON.stringify(identity), 'utf8'), random);
}
/** Opens a sealed identity. */
export function openIdentity(key: Uint8Array, person: PersonId, sealed: Uint8Array): Identity {
  const identity: unknown = JSON.parse(open(key, identityPlace(person), sealed).toString('utf8'));
  if (!Value.Check(StoredIdentity, identity)) throw new TypeError('a stored identity is not of its form');
  return identity;
}

/**
 * The keyed blind index of a document: HMAC-SHA-256 under a key of its own. A resident id number is given to one
 * human being in the country. All other numbers are unique for their issuer at most (two states may give the same
 * passport number), so that the name belongs to their index, and two people with one number exist side by side.
 */
export function documentIndex(vault: Vault, { documentType, documentNumber, familyName, givenName }: DocumentParticulars): Buffer {
  // A line feed is in no normalised name: no two pairs of names are written alike.
  const names = documentType === 'resident-id' ? '' : `\n${foldName(familyName)}\n${foldName(givenName)}`;
  return createHmac('sha256', vault.keys.blindIndex).update(`${documentType}|${documentNumber}${names}`, 'utf8').digest();
}

const dataKeyName = (person: PersonId) => `vault.person/wrapped_key/${person}`;
const identityPlace = (person: PersonId) => `vault.person/identity/${person}`;
