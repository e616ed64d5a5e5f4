import { registerAtDesk } from '@health-kit/api';
import { registerPersonAtDesk } from '@health-kit/api/vault';
import { officerHandler, type OfficerCall } from '../authority/handlers.ts';
import type { Queries } from '../database.ts';
import { personId, type PersonId } from '../identifiers.ts';
import { holdHashes } from '../holdHashes.ts';
import { accessEvent } from '../ledger/accessEvent.ts';
import { appendPersonEvents } from '../ledger/ledger.ts';
import { documentFields } from '../people/deskMove.ts';
import { documentIndexes, storeDocument } from '../people/identityVault.ts';
import { maskHolder } from '../people/mask.ts';
import { noPhone, sameDocument, type DocumentParticulars, type Identity } from '../people/normaliseIdentity.ts';
import { refuseNumberOfAnother } from '../people/numberOfAnother.ts';
import { findPerson, storePerson, type OpenPerson } from '../people/people.ts';
import { storePresentation } from '../people/presentations.ts';
import { unsealDocument } from '../people/unsealParticulars.ts';
import { randomUuid } from '../randomness.ts';
import { refuse } from '../refusal.ts';
import { countSubjects } from '../stops/countSubjects.ts';
import { nowOf, recordEvent, type Vault } from '../vault.ts';
import { accountOfDocument, type DocumentAccount } from './accountOfDocument.ts';
import { hasCard } from './cards.ts';

/**
 * A registrar registers somebody without a phone by the document that lies on the desk. Nobody declares its particulars
 * besides, so that they are entered twice and must agree; the person is proven with that. What the registrar comes upon
 * by the number is guarded as at an identity proof: an account of another name is a mismatch, counted, entered and told
 * to its owner (numberOfAnother.ts), and so is one that its owner has on a phone, which the phone must be shown for.
 * One without a phone is found again, as after a card was lost; where it has a card that is good, that is counted as a
 * move is, since by a new card the one before will end.
 */
export const registerAtDeskHandler = officerHandler(registerPersonAtDesk, registerAtDesk, async (vault, call) => {
  const { officer } = call;
  const document = await unsealDocument(vault, call.body.sealed);
  if (!sameDocument(document, await unsealDocument(vault, call.body.again))) refuse('document-mismatch');
  const found = await accountOfDocument(vault, vault.database, document);
  const person = found.kind === 'none' ? personId(randomUuid(vault.random)) : personOf(found);
  await countSubjects(vault, { officer, people: [person], kind: 'desk', asNobody: 'document-mismatch' });
  if (found.kind === 'held' || found.kind === 'other-name') return refuseNumberOfAnother(vault, call, null, found);
  if (found.kind === 'on-a-phone') return refuseOnPhone(vault, call, found.account);
  if (await hasCard(vault, vault.database, person)) await countSubjects(vault, { officer, people: [person], kind: 'move', asNobody: 'document-mismatch' });

  const { identity, presentationId } = await vault.database.transaction(async (queries) => {
    await call.spend(queries);
    // Of two desks at once, one waits here for the other.
    await holdHashes(queries, documentIndexes(vault, document));
    const present = await accountOfDocument(vault, queries, document, true);
    // Something else came of it since it was looked at and counted: the registrar does it again.
    if (present.kind !== found.kind || present.kind !== 'none' && personOf(present) !== person) refuse('conflict');
    const account = present.kind === 'without-phone' ? present.account
      : await makePerson(vault, queries, { person, document, language: call.body.language, provenBy: officer.officerId });
    const presentation = await storePresentation(vault, queries, { officer, person, thumbprint: null, cardId: null });
    if (present.kind === 'none') await recordEvent(vault, queries, 'registered-at-desk', { by: officer.officerId });
    await appendPersonEvents(vault, queries, [accessEvent(vault, account, { purpose: 'identity-proof', officer, fields: documentFields })]);
    return { identity: account.identity, presentationId: presentation };
  });
  return { presentationId, holder: maskHolder(identity, true) };
});

function personOf(found: Exclude<DocumentAccount, { readonly kind: 'none' }>): PersonId {
  return found.kind === 'held' ? found.person : found.account.person;
}

async function makePerson(
  vault: Vault, queries: Queries, made: { readonly person: PersonId; readonly document: DocumentParticulars; readonly language: Identity['language']; readonly provenBy: string },
): Promise<OpenPerson> {
  const { person, document, language, provenBy } = made;
  const now = nowOf(vault);
  await storePerson(vault, queries, person, { ...document, phone: noPhone, language }, now);
  await queries.query('UPDATE vault.person SET proven_at = $2, proven_by = $3 WHERE person_id = $1', [person, now, provenBy]);
  const stored = (await findPerson(vault, queries, person)) ?? refuse('not-found');
  await storeDocument(vault, queries, stored);
  return stored;
}

/** The account is on a phone: it is told, and nothing follows. Counted as a move: one registrar could ask so for any number. */
async function refuseOnPhone(vault: Vault, call: Pick<OfficerCall<unknown, unknown>, 'officer' | 'spend'>, account: OpenPerson): Promise<never> {
  const { officer } = call;
  await vault.database.transaction(async (queries) => {
    await call.spend(queries);
    await recordEvent(vault, queries, 'card-asked-for-phone', { by: officer.officerId });
    await appendPersonEvents(vault, queries, [accessEvent(vault, account, { purpose: 'card', officer, fields: documentFields })]);
  });
  const { phone, language } = account.identity;
  vault.messages.send({ to: phone, text: cardAskedMessage(vault, language), kind: 'notice' });
  await countSubjects(vault, { officer, kind: 'move', people: [account.person], asNobody: 'document-mismatch' });
  return refuse('conflict');
}

/** Tells a phone that somebody asked for a card with its owner's document. No name, no number, nothing about health. */
function cardAskedMessage(vault: Vault, language: 'zh' | 'en'): string {
  return language === 'zh'
    ? `【${vault.cityName.zh}健康码】今天有人在登记服务点凭您的证件申请纸质健康码，未予办理，您的健康码没有变化。如非本人办理，请致电市民热线。`
    : `${vault.cityName.en} health pass: somebody asked for a printed card with your document at a registration desk today. None was made, and nothing changed. If that was not you, call the hotline.`;
}
