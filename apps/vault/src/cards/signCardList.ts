import { createHash } from 'node:crypto';
import { signCards } from '@health-kit/api/vault';
import { cardListSaltBytes, cardStatuses, cardTagBytes, cardTagMessage, encodeBase64url, bytesFromUuid, joinCardTags, signCardList, type CardStatus } from '@health-kit/pass';
import { openHandler } from '../authority/handlers.ts';
import type { Queries } from '../database.ts';
import { personId, type PersonId } from '../identifiers.ts';
import { readStatuses } from '../passes/readStatus.ts';
import { instant, nowOf, type Vault } from '../vault.ts';

/** Seconds after which the list is made anew: statuses change by the clock, too. */
const ttlSeconds = 60;
/** People whose facts are read at once. */
const batch = 1_000;
/** Salts that are tried until no two cards have a tag: of a million cards, two do by a chance of one in two. */
const mostSalts = 20;

/** The last signed list of a vault process. */
export interface SignedCardList {
  readonly kid: string;
  readonly token: string;
  readonly issuedAt: number;
  /** What it was made of: cards that were made, and of those that were ended, until then. */
  readonly made: number;
  readonly ended: number;
}

/**
 * Signs the card list: of each card that is good, the status of its person, computed here and now from the facts. It is
 * made anew when a card was made or ended, and every minute. Its salt is new each time: two lists have nothing in
 * common that would say which card is which.
 */
export const signCardsHandler = openHandler(signCards, async (vault) => {
  const issuedAt = Math.floor(vault.clock.now() / 1000);
  const signing = vault.keys.issuer['status-list'];
  const { rows: [count] } = await vault.database.query<{ made: number; ended: number }>('SELECT count(*)::int AS made, count(ended_at)::int AS ended FROM vault.card');
  const { made, ended } = count ?? { made: 0, ended: 0 };
  const known = vault.cardList.last;
  if (known !== null && known.kid === signing.kid && known.made === made && known.ended === ended && issuedAt >= known.issuedAt && issuedAt < known.issuedAt + ttlSeconds) return answer(known);

  const cards = await readCards(vault, vault.database);
  const { salt, tags } = tagsOf(vault, cards);
  const token = await signCardList({ issuer: vault.issuer.id, issuedAt, salt, tags }, signing.signer, signing.kid);
  const signed: SignedCardList = { kid: signing.kid, token: encodeBase64url(token), issuedAt, made, ended };
  vault.cardList.last = signed;
  return answer(signed);
});

function answer({ token, issuedAt }: SignedCardList) {
  return { token, expiresAt: instant((issuedAt + ttlSeconds) * 1000) };
}

type ListedCard = { readonly cardId: string; readonly status: CardStatus };

/** Every card that is good, with its person's status now. */
async function readCards(vault: Vault, queries: Queries): Promise<ListedCard[]> {
  const { rows } = await queries.query<{ card_id: string; person_id: string }>(
    `SELECT c.card_id, c.person_id FROM vault.card c JOIN vault.person p USING (person_id)
     WHERE c.ended_at IS NULL AND c.expires_at > $1 AND p.proven_at IS NOT NULL ORDER BY c.person_id`, [nowOf(vault)],
  );
  const listed: ListedCard[] = [];
  for (let first = 0; first < rows.length; first += batch) {
    const part = rows.slice(first, first + batch);
    const people: PersonId[] = part.map(({ person_id }) => personId(person_id));
    const statuses = await readStatuses(vault, queries, people.map((person) => ({ person, identityProven: true })));
    for (const [index, { card_id }] of part.entries()) {
      const status = cardStatuses.find((each) => each === statuses[index]);
      // Anything that is none of these admits nobody: the card is not in the list.
      if (status !== undefined) listed.push({ cardId: card_id, status });
    }
  }
  return listed;
}

function tagsOf(vault: Vault, cards: readonly ListedCard[]): { readonly salt: Uint8Array; readonly tags: Readonly<Record<CardStatus, Uint8Array>> } {
  for (let attempt = 0; attempt < mostSalts; attempt += 1) {
    const salt = vault.random(cardListSaltBytes);
    const tagged = cards.map(({ cardId, status }) => ({ status, tag: createHash('sha256').update(cardTagMessage(salt, bytesFromUuid(cardId))).digest().subarray(0, cardTagBytes) }));
    if (new Set(tagged.map(({ tag }) => tag.toString('latin1'))).size < tagged.length) continue;
    const of = (wanted: CardStatus) => joinCardTags(tagged.filter(({ status }) => status === wanted).map(({ tag }) => tag));
    return { salt, tags: { clear: of('clear'), caution: of('caution'), isolate: of('isolate') } };
  }
  throw new Error('no salt tells all cards apart');
}
