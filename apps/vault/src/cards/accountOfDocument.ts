import { findHeldDocument } from '../accounts/heldAccounts.ts';
import { byteaArray } from '../binaryArrays.ts';
import { firstRow, type Queries } from '../database.ts';
import { personId, type PersonId } from '../identifiers.ts';
import { hasLiveDevice } from '../people/deskMove.ts';
import { documentIndexes } from '../people/identityVault.ts';
import { sameDocument, type DocumentParticulars } from '../people/normaliseIdentity.ts';
import { findPerson, type OpenPerson } from '../people/people.ts';
import type { Vault } from '../vault.ts';

/** What a document leads to that somebody without a phone brings to a desk. */
export type DocumentAccount =
  | { readonly kind: 'none' }
  /** The same human being's. */
  | { readonly kind: 'without-phone' | 'on-a-phone'; readonly account: OpenPerson }
  /** In another name. */
  | { readonly kind: 'other-name'; readonly account: OpenPerson }
  /** Erased while public health counts on it. */
  | { readonly kind: 'held'; readonly person: PersonId; readonly sameName: boolean };

/** The account for which a document is proven. */
export async function accountOfDocument(vault: Vault, queries: Queries, document: DocumentParticulars, forUpdate = false): Promise<DocumentAccount> {
  const held = await findHeldDocument(vault, queries, document);
  if (held !== null) return { kind: 'held', ...held };
  const holder = firstRow(await queries.query<{ person_id: string }>('SELECT person_id FROM vault.document WHERE blind_index = ANY($1::bytea[])', [byteaArray(documentIndexes(vault, document))]));
  const account = holder === null ? null : await findPerson(vault, queries, personId(holder.person_id), forUpdate);
  if (account === null) return { kind: 'none' };
  if (!sameDocument(account.identity, document)) return { kind: 'other-name', account };
  return { kind: (await hasLiveDevice(queries, account.person)) ? 'on-a-phone' : 'without-phone', account };
}
