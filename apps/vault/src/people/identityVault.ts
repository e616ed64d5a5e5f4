import { createHmac } from 'node:crypto';
import { documentTypes } from '@health-kit/api';
import Type from 'typebox';
import { Value } from 'typebox/value';
import type { PersonId } from '../identifiers.ts';
import { open, seal } from '../keys/sealing.ts';
import type { KeyProvider } from '../keys/keyProvider.ts';
import type { Randomness } from '../randomness.ts';
import type { Vault } from '../vault.ts';
import type { DocumentParticulars, Identity } from './normaliseIdentity.ts';

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

/** The keyed blind index of a document: HMAC-SHA-256 of type and number under a key of its own. */
export function documentIndex(vault: Vault, document: DocumentParticulars): Buffer {
  return createHmac('sha256', vault.keys.blindIndex).update(`${document.documentType}|${document.documentNumber}`, 'utf8').digest();
}

const dataKeyName = (person: PersonId) => `vault.person/wrapped_key/${person}`;
const identityPlace = (person: PersonId) => `vault.person/identity/${person}`;
