import { linkDependantAtDesk } from '@health-kit/api';
import { linkAtDesk } from '@health-kit/api/vault';
import { findHeldDocument } from '../accounts/heldAccounts.ts';
import { officerHandler } from '../authority/handlers.ts';
import type { OfficerRecord } from '../authority/officers.ts';
import { byteaArray } from '../binaryArrays.ts';
import { firstRow, type Queries } from '../database.ts';
import { holdHashes } from '../holdHashes.ts';
import { personId, type PersonId } from '../identifiers.ts';
import { accessEvent } from '../ledger/accessEvent.ts';
import { appendPersonEvents } from '../ledger/ledger.ts';
import { accountOfNumber, documentFields, hasLiveDevice } from '../people/deskMove.ts';
import { documentIndexes, storeDocument } from '../people/identityVault.ts';
import { maskHolder } from '../people/mask.ts';
import { noPhone, sameDocument, type DocumentParticulars, type Identity } from '../people/normaliseIdentity.ts';
import { refuseNumberOfAnother } from '../people/numberOfAnother.ts';
import { findPerson, storePerson, type OpenPerson } from '../people/people.ts';
import { unsealDependantDocument } from '../people/unsealParticulars.ts';
import { randomUuid } from '../randomness.ts';
import { refuse } from '../refusal.ts';
import { countSubjects } from '../stops/countSubjects.ts';
import { instant, nowOf, type Vault } from '../vault.ts';
import { makeLink, requestEnd, requireGuardian, requireRoom } from './guardianLinks.ts';
import { guardianAtDeskMessage, guardianLinkedMessage } from './guardianMessages.ts';

/**
 * A registrar has the guardian's pass and the dependant's document before them. Where there is no account of that
 * document one is made, without a device and without a phone: a baby has a pass, on the parent's phone. Where there is
 * one that nobody has on a device, the link is in force at once. One that somebody has is asked, on that device, and it
 * is in force when the device confirms, or when nobody has refused it within the delay of a recovery: a registrar with
 * an accomplice gets no pass of somebody who looks at the phone, at the price of a counted look, an entry in the
 * owner's log under the registrar's office, and a message. Both sides are told.
 */
export const linkAtDeskHandler = officerHandler(linkAtDesk, linkDependantAtDesk, async (vault, call) => {
  const { officer } = call;
  const { document, birthDate } = await unsealDependantDocument(vault, call.body.sealed);
  const presented = firstRow(await vault.database.query<{ person_id: string }>(
    `SELECT s.person_id FROM vault.presentation s JOIN vault.device d ON d.thumbprint = s.thumbprint AND d.person_id = s.person_id AND d.revoked_at IS NULL
     WHERE s.presentation_id = $1 AND s.officer_id = $2 AND s.expires_at > $3`, [call.body.presentationId, officer.officerId, nowOf(vault)],
  )) ?? refuse('not-found');
  const guardianId = personId(presented.person_id);
  const { rows: holders } = await vault.database.query<{ person_id: string }>('SELECT person_id FROM vault.document WHERE blind_index = ANY($1::bytea[])', [byteaArray(documentIndexes(vault, document))]);
  await countSubjects(vault, { officer, kind: 'desk', people: [guardianId], besides: holders.map((row) => personId(row.person_id)), asNobody: 'document-mismatch' });
  const touched = await accountOfNumber(vault, document, guardianId);
  if (touched !== null && touched.kind !== 'move') return refuseNumberOfAnother(vault, call, guardianId, touched);
  // Whether somebody has the account is told by what follows: at the price of a move.
  if (touched !== null) await countSubjects(vault, { officer, kind: 'move', people: [touched.person], asNobody: 'document-mismatch' });

  const { link, guardian, dependant } = await vault.database.transaction(async (queries) => {
    await call.spend(queries);
    const who = await requireGuardian(vault, queries, guardianId);
    await requireRoom(vault, queries, guardianId);
    await holdHashes(queries, documentIndexes(vault, document));
    const found = (await findHolder(vault, queries, document)) ?? (await register(vault, queries, document, who, officer));
    if (found.person === guardianId) refuse('conflict');
    const waits = await hasLiveDevice(queries, found.person);
    // It got its device after that was looked at and counted: the registrar does it again.
    if (waits && found.person !== touched?.person) refuse('conflict');
    return { link: await makeLink(vault, queries, { guardian: who, dependant: found, waitsUntil: waits ? requestEnd(vault) : null, registrar: officer, birthDate }), guardian: who.identity, dependant: found.identity };
  });
  // After the commit: nobody is told of what did not happen.
  const told: readonly [Identity, string][] = [[dependant, guardianLinkedMessage(vault, dependant.language, link.waitsUntil !== null)], [guardian, guardianAtDeskMessage(vault, guardian.language)]];
  for (const [{ phone }, text] of told) vault.messages.send({ to: phone, text, kind: 'notice' });
  return { holder: maskHolder(dependant, true), waitsUntil: link.waitsUntil === null ? null : instant(link.waitsUntil.getTime()) };
});

/** The account of this document; null where there is none. One that was bound to it a moment ago in another name, or erased, has the registrar do it again. */
async function findHolder(vault: Vault, queries: Queries, document: DocumentParticulars): Promise<OpenPerson | null> {
  if ((await findHeldDocument(vault, queries, document)) !== null) refuse('conflict');
  const holder = firstRow(await queries.query<{ person_id: string }>('SELECT person_id FROM vault.document WHERE blind_index = ANY($1::bytea[])', [byteaArray(documentIndexes(vault, document))]));
  if (holder === null) return null;
  const account = await findPerson(vault, queries, personId(holder.person_id), true);
  return account !== null && sameDocument(account.identity, document) ? account : refuse('conflict');
}

/** Makes the account of a dependant who has none: proven by the registrar who saw the document, on no device. */
async function register(vault: Vault, queries: Queries, document: DocumentParticulars, { identity }: OpenPerson, officer: OfficerRecord): Promise<OpenPerson> {
  const person: PersonId = personId(randomUuid(vault.random));
  const now = nowOf(vault);
  await storePerson(vault, queries, person, { ...document, phone: noPhone, language: identity.language }, now);
  await queries.query('UPDATE vault.person SET proven_at = $2, proven_by = $3 WHERE person_id = $1', [person, now, officer.officerId]);
  const stored = (await findPerson(vault, queries, person)) ?? refuse('conflict');
  await storeDocument(vault, queries, stored);
  await appendPersonEvents(vault, queries, [accessEvent(vault, stored, { purpose: 'identity-proof', officer, fields: documentFields })]);
  return stored;
}
