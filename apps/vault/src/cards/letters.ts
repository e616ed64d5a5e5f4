import { handOverLetters, listLetters } from '@health-kit/api';
import { readLetterOwner, recordHandingOver, type VaultResponse } from '@health-kit/api/vault';
import { officerHandler, type OfficerCall } from '../authority/handlers.ts';
import { pseudonymOf } from '../keys/pseudonym.ts';
import { accessEvent } from '../ledger/accessEvent.ts';
import { appendPersonEvents } from '../ledger/ledger.ts';
import { hasLiveDevice } from '../people/deskMove.ts';
import { findPerson } from '../people/people.ts';
import { findPresentation } from '../people/presentations.ts';
import { refuse } from '../refusal.ts';
import { instant, recordEvent, type Vault } from '../vault.ts';
import { findCard, wasGood } from './cards.ts';

/** How long a card opens only what came after it was made, ms: who has another's document in mind and makes a card for it reads no letter that waits. */
const cardWaitsMs = 24 * 3_600_000;

/** An officer looks for the letters of whoever showed a card: named to the server, by whose notices they are made, and entered in the person's log. */
export const readLetterOwnerHandler = officerHandler(readLetterOwner, listLetters, (vault, call) => ownerOf(vault, call, 'letters-read'));
/** The officer has handed letters over. */
export const recordHandingOverHandler = officerHandler(recordHandingOver, handOverLetters, (vault, call) => ownerOf(vault, call, 'letters-handed-over'));

async function ownerOf(
  vault: Vault, call: OfficerCall<unknown, { readonly presentationId: string }>, event: 'letters-read' | 'letters-handed-over',
): Promise<VaultResponse<typeof readLetterOwner>> {
  const { officer } = call;
  return vault.database.transaction(async (queries) => {
    await call.spend(queries);
    const { person, cardId } = (await findPresentation(vault, queries, call.body.presentationId, officer)) ?? refuse('not-found');
    // The card itself was shown: a document alone, which somebody types, opens nothing.
    const card = cardId === null ? null : await findCard(queries, cardId);
    if (card === null || !wasGood(card, vault.clock.now())) return refuse('not-found');
    const found = (await findPerson(vault, queries, person)) ?? refuse('not-found');
    const { language } = found.identity;
    // Who has a phone reads there.
    if (await hasLiveDevice(queries, person)) return { owner: null, language };
    const waits = card.issuedAt.getTime() + cardWaitsMs > vault.clock.now();
    await recordEvent(vault, queries, event, { by: officer.officerId });
    await appendPersonEvents(vault, queries, [accessEvent(vault, found, { purpose: 'letters', officer, fields: ['letters'] })]);
    return {
      owner: { notify: pseudonymOf(vault.keys.notify, person), health: pseudonymOf(vault.keys.health, person), from: waits ? instant(card.issuedAt.getTime()) : null }, language,
    };
  });
}
