import { getStatusList } from '@health-kit/api';
import { call, isTrustInForce } from '@health-kit/client';
import { parseTrustList, verifyStatusList, type Pass, type TrustList, type VerifiedStatusList } from '@health-kit/pass';
import { cityTrustStore } from '@health-kit/ui';
import { connect } from '../connection/serverContact.ts';
import { gateState, keepRecord, type KeptList } from '../gate/gateStore.ts';

/** There is a list a day: today's, yesterday's around midnight, and one to spare. */
const listsKept = 3;
/** How long somebody at the door waits for a list that is not at hand, ms. */
const listDeadlineMs = 2_500;

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
