import { proveIdentity } from '@health-kit/api';
import { proveIdentityAtDesk } from '@health-kit/api/vault';
import { findHeldDocument } from '../accounts/heldAccounts.ts';
import { officerHandler } from '../authority/handlers.ts';
import type { OfficerRecord } from '../authority/officers.ts';
import { byteaArray } from '../binaryArrays.ts';
import { firstRow, type Queries } from '../database.ts';
import { personId, type PersonId } from '../identifiers.ts';
import { accessEvent } from '../ledger/accessEvent.ts';
import { appendPersonEvents } from '../ledger/ledger.ts';
import { invalidateOutdatedPasses } from '../passes/factsChanged.ts';
import { holdHashes } from '../holdHashes.ts';
import { refuse } from '../refusal.ts';
import { countSubjects } from '../stops/countSubjects.ts';
import { nowOf, type Vault } from '../vault.ts';
import { askForMove, documentFields, isInUse, touchedAccount, type AskedMove } from './deskMove.ts';
import { deviceMovedMessage } from './deviceMovedMessage.ts';
import { countMismatch, mayCompare } from './documentMismatches.ts';
import { documentIndexes, storeDocument } from './identityVault.ts';
import { maskHolder } from './mask.ts';
import { moveDevice } from './moveDevice.ts';
import { sameDocument, type DocumentParticulars, type Identity } from './normaliseIdentity.ts';
import { refuseNumberOfAnother } from './numberOfAnother.ts';
import { findPerson, type OpenPerson } from './people.ts';
import { moveAskedMessage } from './recoveryMessages.ts';
import { unsealDocument } from './unsealParticulars.ts';

/**
 * A registrar states that the document was seen. Its particulars must agree with what the resident declared; the
 * registrar learns nothing but that, and only as often as slips of the pen happen.
 *
 * Where the document is already proven for another account in the same name, it is the same human being with a new
 * device. An account that nobody has on a device or as a card goes over at once. One that somebody has moves after the delay of a
 * recovery, with notice to phone and device, or at once when a second registrar confirms it (confirmMove.ts): a
 * registrar with an accomplice alone takes nobody's account. In another name it is a mismatch, counted, entered and told
 * to the owner (numberOfAnother.ts).
 */
export const proveIdentityHandler = officerHandler(proveIdentityAtDesk, proveIdentity, async (vault, call) => {
  const document = await unsealDocument(vault, call.body.sealed);
  const concerned = await peopleConcerned(vault, call.officer, call.body.presentationId, document);
  await countSubjects(vault, { officer: call.officer, kind: 'desk', asNobody: 'document-mismatch', ...concerned });
  const presented = concerned.people[0] ?? null;
  const touched = await touchedAccount(vault, presented, document);
  if (presented !== null && touched !== null && touched.kind !== 'move') return refuseNumberOfAnother(vault, call, presented, touched);
  const counted = touched?.kind === 'move' ? touched.person : null;
  if (counted !== null) await countSubjects(vault, { officer: call.officer, kind: 'move', people: [counted], asNobody: 'document-mismatch' });
  const outcome = await vault.database.transaction(async (queries) => {
    await call.spend(queries);
    return compareAndProve(vault, queries, { officer: call.officer, presentationId: call.body.presentationId, document, counted });
  });
  if (typeof outcome === 'string') refuse(outcome);
  const { identity, formerly, asked } = outcome;
  // After the commit: nobody is told of what did not happen.
  if (formerly !== null) vault.messages.send({ to: formerly.phone, text: deviceMovedMessage(vault, formerly.language), kind: 'notice' });
  if (asked !== null && asked.tell !== null) vault.messages.send({ to: asked.tell.phone, text: moveAskedMessage(vault, asked.tell.language, new Date(asked.move.movesAt)), kind: 'notice' });
  return { holder: maskHolder(identity, asked === null), move: asked?.move ?? null };
});

/** Who was presented, and who else has this document. */
async function peopleConcerned(
  vault: Vault, officer: OfficerRecord, presentationId: string, document: DocumentParticulars,
): Promise<{ readonly people: readonly PersonId[]; readonly besides: readonly PersonId[] }> {
  const { rows: presented } = await vault.database.query<{ person_id: string }>(
    'SELECT person_id FROM vault.presentation WHERE presentation_id = $1 AND officer_id = $2 AND expires_at > $3', [presentationId, officer.officerId, nowOf(vault)],
  );
  const { rows: holders } = await vault.database.query<{ person_id: string }>('SELECT person_id FROM vault.document WHERE blind_index = ANY($1::bytea[])', [byteaArray(documentIndexes(vault, document))]);
  return { people: presented.map((row) => personId(row.person_id)), besides: holders.map((row) => personId(row.person_id)) };
}

/** What a registrar states, and the account whose move was counted. */
interface Statement {
  readonly officer: OfficerRecord;
  readonly presentationId: string;
  readonly document: DocumentParticulars;
  readonly counted: PersonId | null;
}

/** An identity that was proven, at once or as far as one registrar can. */
interface ProvenIdentity {
  readonly identity: Identity;
  /** The identity of the account that the device was moved to, as it was before; null where none was moved. */
  readonly formerly: Identity | null;
  /** The move that waits; null where nothing does. */
  readonly asked: AskedMove | null;
}

async function compareAndProve(
  vault: Vault, queries: Queries, { officer, presentationId, document, counted }: Statement,
): Promise<ProvenIdentity | 'document-mismatch' | 'too-many-requests'> {
  const now = nowOf(vault);
  const presentation = firstRow(await queries.query<{ person_id: string; thumbprint: string }>(
    `SELECT s.person_id, s.thumbprint FROM vault.presentation s
     JOIN vault.device d ON d.thumbprint = s.thumbprint AND d.person_id = s.person_id AND d.revoked_at IS NULL
     WHERE s.presentation_id = $1 AND s.officer_id = $2 AND s.expires_at > $3`,
    [presentationId, officer.officerId, now],
  )) ?? refuse('not-found');
  const person = (await findPerson(vault, queries, personId(presentation.person_id), true)) ?? refuse('not-found');

  if (!(await mayCompare(vault, queries, person.person))) return 'too-many-requests';
  if (!sameDocument(person.identity, document)) {
    await countMismatch(vault, queries, person.person);
    return 'document-mismatch';
  }
  const { account, formerly, asked } = await bindDocument(vault, queries, { person, thumbprint: presentation.thumbprint, officer, counted });
  if (asked !== null) return { identity: person.identity, formerly: null, asked };
  await invalidateOutdatedPasses(vault, queries, [account.person]);
  await appendPersonEvents(vault, queries, [
    accessEvent(vault, account, { purpose: 'identity-proof', officer, fields: documentFields }),
  ]);
  return { identity: person.identity, formerly, asked: null };
}

/**
 * Binds the document to the person, or the person's device to the account that has the document, or asks for that.
 * Returns whose account it is now, or will be.
 */
async function bindDocument(
  vault: Vault, queries: Queries, { person, thumbprint, officer, counted }: { readonly person: OpenPerson; readonly thumbprint: string; readonly officer: OfficerRecord; readonly counted: PersonId | null },
): Promise<{ readonly account: Pick<OpenPerson, 'person'>; readonly formerly: Identity | null; readonly asked: AskedMove | null }> {
  const now = nowOf(vault);
  const indexes = documentIndexes(vault, person.identity);
  // Of two desks at once, one waits here for the other.
  await holdHashes(queries, indexes);
  // Its account was erased, while an order or a result counted, after that was looked at and counted: the registrar does it again.
  if ((await findHeldDocument(vault, queries, person.identity)) !== null) refuse('conflict');
  const holder = firstRow(await queries.query<{ person_id: string }>('SELECT person_id FROM vault.document WHERE blind_index = ANY($1::bytea[])', [byteaArray(indexes)]));

  if (holder === null || holder.person_id === person.person) {
    await queries.query('UPDATE vault.person SET proven_at = coalesce(proven_at, $2), proven_by = coalesce(proven_by, $3) WHERE person_id = $1', [person.person, now, officer.officerId]);
    await storeDocument(vault, queries, person);
    return { account: person, formerly: null, asked: null };
  }

  const account = (await findPerson(vault, queries, personId(holder.person_id), true)) ?? refuse('not-found');
  // The number alone makes nobody the same human being; it was bound after it was looked at.
  if (!sameDocument(account.identity, person.identity)) return refuse('conflict');
  if (!(await isInUse(vault, queries, account.person))) {
    await moveDevice(vault, queries, { thumbprint, from: person, to: account });
    return { account, formerly: account.identity, asked: null };
  }
  // It got its device, or the document, after the move was counted: the registrar does it again.
  if (counted !== account.person) return refuse('conflict');
  return { account, formerly: null, asked: await askForMove(vault, queries, { thumbprint, person, account, officer }) };
}
