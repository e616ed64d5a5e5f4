import { getCardList, getStatusList } from '@health-kit/api';
import { call, isTrustInForce } from '@health-kit/client';
import { parseTrustList, statusOfCard, verifyCardList, verifyStatusList, type CardList, type Pass, type TrustList, type VerifiedStatusList } from '@health-kit/pass';
import { cityTrustStore } from '@health-kit/ui';
import { connect } from '../connection/serverContact.ts';
import { gateKeys, gateState, keepRecord, type KeptList } from '../gate/gateStore.ts';
import { ensureGateTicket } from '../gate/gateTicket.ts';

/** There is a list a day: today's, yesterday's around midnight, and one to spare. */
const listsKept = 3;
/** How long somebody at the door waits for a list that is not at hand, ms. */
const listDeadlineMs = 2_500;
/** The list of cards is as long as there are cards: half a megabyte for a hundred thousand. */
const cardListDeadlineMs = 20_000;

let parsed: { readonly source: unknown; readonly list: TrustList } | null = null;
let verified: { readonly source: readonly KeptList[] | null; readonly trust: TrustList | null; readonly lists: readonly VerifiedStatusList[] } = { source: null, trust: null, lists: [] };

/** The city, its keys and its telephone number, kept on this device for when there is no network. */
export const { refreshTrust, adoptTyped, useTrust } = cityTrustStore(connect, (trust) => keepRecord('trust', trust));

/** The keys this gate believes; null before the first time it was online, and when it was not for so long that they ran out. */
export function trustList(): TrustList | null {
  const { trust } = gateState();
  if (trust === null || !isTrustInForce(trust, Date.now())) return null;
  if (parsed?.source !== trust) {
    const list = parseTrustList({ issuers: trust.keys });
    parsed = list === null ? null : { source: trust, list };
  }
  return parsed?.list ?? null;
}

/** The lists at hand, each verified as of the moment it came: an old one still tells what had been called back by then. */
async function listsAtHand(trust: TrustList): Promise<readonly VerifiedStatusList[]> {
  const source = gateState().lists;
  if (verified.source !== source || verified.trust !== trust) {
    const results = await Promise.all((source ?? []).map(({ token, fetchedAtMs }) => verifyStatusList(token, trust, fetchedAtMs)));
    verified = { source, trust, lists: results.flatMap((result) => (result.accepted ? [result.statusList] : [])) };
  }
  return verified.lists;
}

/** The verified lists for a pass; one that is not at hand is asked for, if it is of our own city and the service answers in time. */
export async function statusListsFor(pass: Pass, trust: TrustList): Promise<readonly VerifiedStatusList[]> {
  const atHand = await listsAtHand(trust);
  const known = atHand.some(({ issuer, statusListId }) => issuer === pass.issuer && statusListId === pass.statusListId);
  if (known || pass.issuer !== gateState().trust?.issuer || !navigator.onLine) return atHand;
  await fetchList(pass.statusListId, trust);
  return listsAtHand(trust);
}

/** Fetches the lists at hand anew. */
export async function refreshStatusLists(): Promise<void> {
  const trust = trustList();
  if (trust === null) return;
  for (const { list } of gateState().lists ?? []) await fetchList(list, trust);
}

async function fetchList(list: number, trust: TrustList): Promise<void> {
  const answer = await call(connect(), getStatusList, { params: { list } }, { deadlineMs: listDeadlineMs });
  if (!answer.ok) return;
  const fetchedAtMs = Date.now();
  // What does not verify replaces nothing.
  const result = await verifyStatusList(answer.value, trust, fetchedAtMs);
  if (!result.accepted || result.statusList.statusListId !== list) return;
  // Nor does a list that is older than the one at hand: whoever sits on the line could hide what was called back since.
  const atHand = (await listsAtHand(trust)).find(({ statusListId, issuer }) => statusListId === list && issuer === result.statusList.issuer);
  if (atHand !== undefined && atHand.issuedAt > result.statusList.issuedAt) return;
  const others = (gateState().lists ?? []).filter((kept) => kept.list !== list);
  await keepRecord('lists', [...others, { list, token: answer.value, fetchedAtMs }].slice(-listsKept));
}

let verifiedCards: { readonly source: unknown; readonly trust: TrustList | null; readonly list: CardList | null } = { source: null, trust: null, list: null };

/** The list of cards at hand, verified as of the moment it came; null where there is none. */
async function cardListAtHand(trust: TrustList): Promise<CardList | null> {
  const source = gateState().cardList;
  if (verifiedCards.source !== source || verifiedCards.trust !== trust) {
    const result = source === null ? null : await verifyCardList(source.token, trust, source.fetchedAtMs);
    verifiedCards = { source, trust, list: result?.accepted === true ? result.cardList : null };
  }
  return verifiedCards.list;
}

/** The verified list of cards for a card; where the one at hand does not know it yet, it is asked for, if the service answers in time. */
export async function cardListFor(pass: Pass, trust: TrustList): Promise<CardList | null> {
  const atHand = await cardListAtHand(trust);
  const known = atHand !== null && (await statusOfCard(pass, atHand)) !== 'unknown';
  if (known || pass.issuer !== gateState().trust?.issuer || !navigator.onLine) return atHand;
  await refreshCardList(listDeadlineMs);
  return cardListAtHand(trust);
}

/** Fetches the list of cards anew: for gates alone, since whoever has a photograph of a card could look it up there. */
export async function refreshCardList(deadlineMs = cardListDeadlineMs): Promise<void> {
  const trust = trustList();
  const key = await gateKeys().getKey('gate');
  if (trust === null || key === null) return;
  const session = await ensureGateTicket();
  if (!session.ok) return;
  const answer = await call(connect({ key, ticket: session.value.ticket }), getCardList, {}, { deadlineMs });
  if (!answer.ok) return;
  const fetchedAtMs = Date.now();
  // What does not verify, or is older than what is at hand, replaces nothing.
  const result = await verifyCardList(answer.value, trust, fetchedAtMs);
  const atHand = await cardListAtHand(trust);
  if (!result.accepted || (atHand !== null && atHand.issuedAt > result.cardList.issuedAt)) return;
  await keepRecord('cardList', { token: answer.value, fetchedAtMs });
}
