import { byteaArray } from '../binaryArrays.ts';
import { firstRow, type Queries } from '../database.ts';
import { personId } from '../identifiers.ts';
import { holdHashes } from '../holdHashes.ts';
import { nowOf, type Vault } from '../vault.ts';
import { documentIndexes } from './identityVault.ts';
import { sameDocument } from './normaliseIdentity.ts';
import { findPerson, type OpenPerson } from './people.ts';

/**
 * The proven account of the human being who registered anew: the same document in the same name, and the same phone,
 * which both have proven. Null where there is none, or where its owner stopped a recovery a short while ago.
 * Whether there is one must show nowhere, so that the same is read and opened in either case.
 */
export async function findOwnAccount(vault: Vault, queries: Queries, person: OpenPerson, forUpdate = false): Promise<OpenPerson | null> {
  const account = await findProvenAccount(vault, queries, person, forUpdate);
  const blocked = firstRow(await queries.query('SELECT 1 AS blocked FROM vault.recovery_block WHERE person_id = $1 AND until > $2', [account?.person ?? person.person, nowOf(vault)]));
  return account !== null && blocked === null && account.identity.phone === person.identity.phone ? account : null;
}

/** The proven account of the same document in the same name; for a desk that has seen the document, whatever the phone is. */
export async function findProvenAccount(vault: Vault, queries: Queries, person: OpenPerson, forUpdate = false): Promise<OpenPerson | null> {
  const indexes = documentIndexes(vault, person.identity);
  // As a desk that binds the same document does.
  if (forUpdate) await holdHashes(queries, indexes);
  const holder = firstRow(await queries.query<{ person_id: string }>('SELECT person_id FROM vault.document WHERE blind_index = ANY($1::bytea[])', [byteaArray(indexes)]));
  const account = await findPerson(vault, queries, personId(holder?.person_id ?? person.person), forUpdate);
  if (account === null || account.person === person.person || account.provenAt === null) return null;
  return sameDocument(account.identity, person.identity) ? account : null;
}
