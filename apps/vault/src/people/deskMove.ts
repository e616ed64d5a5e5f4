import type { DeskMove } from '@health-kit/api';
import { findHeldDocument } from '../accounts/heldAccounts.ts';
import type { OfficerRecord } from '../authority/officers.ts';
import { byteaArray } from '../binaryArrays.ts';
import { firstRow, type Queries } from '../database.ts';
import { personId, type PersonId } from '../identifiers.ts';
import { accessEvent } from '../ledger/accessEvent.ts';
import { appendPersonEvents } from '../ledger/ledger.ts';
import { randomUuid } from '../randomness.ts';
import { instant, nowOf, recordEvent, type Vault } from '../vault.ts';
import { hasCard } from '../cards/cards.ts';
import { documentIndexes } from './identityVault.ts';
import { sameDocument, type DocumentParticulars, type Identity } from './normaliseIdentity.ts';
import { findPerson, type OpenPerson } from './people.ts';

const hourMs = 3_600_000;
/** What a registrar reads off a document, in the person's access log. */
export const documentFields = ['familyName', 'givenName', 'documentType', 'documentNumber'] as const;

/** A move that a registrar asked for, and whom to tell of it. */
export interface AskedMove {
  readonly move: DeskMove;
  /** Whose account it is, as it is now; null where they were told before. */
  readonly tell: Identity | null;
}

/** Whose account a registrar comes upon by the number of whoever stands there. */
export type TouchedAccount =
  /** The same human being's, on another device, from which it would be taken away. */
  | { readonly kind: 'move'; readonly person: PersonId }
  /** In another name. */
  | { readonly kind: 'other-name'; readonly account: OpenPerson }
  /** Erased while public health counts on it. */
  | { readonly kind: 'held'; readonly person: PersonId; readonly sameName: boolean };

/**
 * The account that proving this document for this person would come upon; null where there is none but their own, or
 * one that nobody has on a device or as a card any more. Looked at before the deed, so that it can be counted whatever comes of it.
 */
export async function touchedAccount(vault: Vault, presented: PersonId | null, document: DocumentParticulars): Promise<TouchedAccount | null> {
  const person = presented === null ? null : await findPerson(vault, vault.database, presented);
  return person === null || !sameDocument(person.identity, document) ? null : accountOfNumber(vault, document, person.person);
}

/** The account that has the number of this document, as a registrar would come upon it: null where there is none but `own`, or one that nobody has on a device. */
export async function accountOfNumber(vault: Vault, document: DocumentParticulars, own: PersonId | null): Promise<TouchedAccount | null> {
  const held = await findHeldDocument(vault, vault.database, document);
  if (held !== null) return { kind: 'held', ...held };
  const holder = firstRow(await vault.database.query<{ person_id: string }>('SELECT person_id FROM vault.document WHERE blind_index = ANY($1::bytea[])', [byteaArray(documentIndexes(vault, document))]));
  if (holder === null || holder.person_id === own) return null;
  const account = await findPerson(vault, vault.database, personId(holder.person_id));
  if (account === null) return null;
  if (!sameDocument(account.identity, document)) return { kind: 'other-name', account };
  return (await isInUse(vault, vault.database, account.person)) ? { kind: 'move', person: account.person } : null;
}

/** Whether somebody has the account, on a device or as a card: then one registrar alone moves it nowhere at once. */
export async function isInUse(vault: Vault, queries: Queries, person: PersonId): Promise<boolean> {
  return (await hasLiveDevice(queries, person)) || hasCard(vault, queries, person);
}

/** Whether somebody has the account on a device, who could object. */
export async function hasLiveDevice(queries: Queries, person: PersonId): Promise<boolean> {
  return (await queries.query('SELECT FROM vault.device WHERE person_id = $1 AND revoked_at IS NULL LIMIT 1', [person])).rowCount > 0;
}

/**
 * A registrar asks for a move: it waits as a recovery does, and the account's phone and devices are told. The same
 * registrar again is the same move; another one becomes its second registrar, who may confirm it. Where the owner has
 * stopped another device a short while ago the delay begins when that while is over.
 */
export async function askForMove(
  vault: Vault, queries: Queries, request: { readonly thumbprint: string; readonly person: OpenPerson; readonly account: OpenPerson; readonly officer: OfficerRecord },
): Promise<AskedMove> {
  const { thumbprint, person, account, officer } = request;
  const now = nowOf(vault);
  const present = firstRow(await queries.query<{ account_id: string | null; move_id: string | null; registrar_id: string | null; requested_at: Date; completes_at: Date }>(
    'SELECT account_id, move_id, registrar_id, requested_at, completes_at FROM vault.recovery WHERE thumbprint = $1 FOR UPDATE', [thumbprint],
  ));
  const blocked = firstRow(await queries.query<{ until: Date }>('SELECT until FROM vault.recovery_block WHERE person_id = $1 AND until > $2', [account.person, now]));
  const ownerObjected = blocked !== null;
  const seen = [accessEvent(vault, account, { purpose: 'identity-proof', officer, fields: [...documentFields, 'deviceAsked'] }), accessEvent(vault, person, { purpose: 'identity-proof', officer, fields: documentFields })];

  if (present !== null && present.account_id === account.person && present.move_id !== null) {
    const own = present.registrar_id === officer.officerId;
    if (!own) {
      await queries.query('UPDATE vault.recovery SET second_id = $2, second_seen_at = $3 WHERE thumbprint = $1', [thumbprint, officer.officerId, now]);
      await recordEvent(vault, queries, 'desk-move-seen', { move: present.move_id, by: officer.officerId });
      await appendPersonEvents(vault, queries, seen);
    }
    return { move: { moveId: present.move_id, movesAt: instant(present.completes_at.getTime()), askedBy: await askedBy(queries, present.registrar_id), own, ownerObjected }, tell: null };
  }

  const moveId = randomUuid(vault.random);
  // What the device asked for by itself goes on from where it is.
  const begun = present !== null && present.account_id === account.person ? present : null;
  const completesAt = begun?.completes_at ?? new Date((blocked?.until ?? now).getTime() + vault.limits.recoveryDelayHours * hourMs);
  await queries.query('DELETE FROM vault.recovery WHERE thumbprint = $1', [thumbprint]);
  await queries.query('INSERT INTO vault.recovery (thumbprint, account_id, requested_at, completes_at, move_id, registrar_id) VALUES ($1, $2, $3, $4, $5, $6)', [
    thumbprint, account.person, begun?.requested_at ?? now, completesAt, moveId, officer.officerId,
  ]);
  await recordEvent(vault, queries, 'desk-move-asked', { move: moveId, by: officer.officerId, movesAt: instant(completesAt.getTime()) });
  await appendPersonEvents(vault, queries, seen);
  const { name, office, unit } = officer;
  return { move: { moveId, movesAt: instant(completesAt.getTime()), askedBy: { name, office, unit }, own: true, ownerObjected }, tell: account.identity };
}

async function askedBy(queries: Queries, registrar: string | null): Promise<DeskMove['askedBy']> {
  const row = firstRow(await queries.query<DeskMove['askedBy']>('SELECT name, office, unit FROM vault.officer WHERE officer_id = $1', [registrar]));
  if (row === null) throw new Error('a move has no registrar');
  return row;
}

/** Ends what a registrar asked for and nobody has confirmed: in the transaction that stops the registrar. */
export async function endMovesOf(queries: Queries, registrar: string): Promise<void> {
  await queries.query('UPDATE vault.recovery SET account_id = NULL WHERE registrar_id = $1 AND account_id IS NOT NULL', [registrar]);
}
