import type { CardList, CardStatus, CodeRefusal, CodeVerification, Pass, PassStatus, VerifiedStatusList } from '@health-kit/pass';
import { statusOfCard, statusOfPass } from '@health-kit/pass';

/** What the venue decided for itself. */
export interface VenueRule {
  /** Whether visitors with the status "caution" are let in; no unless said. */
  readonly admitCaution: boolean;
}

/**
 * What the signed status lists say of a pass. `old`: the list at hand is older than {@link listFreshMs}.
 * `unchecked`: there is no list at hand that knows the pass.
 */
export type ListCheck =
  | { readonly state: 'fresh' | 'old'; readonly says: 'valid' | 'invalid'; readonly issuedAtMs: number }
  | { readonly state: 'unchecked' };

/** What the card list says of a card, which says no status itself; `unchecked`: no list at hand knows it. */
export type CardCheck =
  | { readonly state: 'fresh' | 'old'; readonly says: CardStatus | 'ended'; readonly issuedAtMs: number }
  | { readonly state: 'unchecked' };

/** Lists are refreshed every minute; one that is older than this, ms, is named as old. */
export const listFreshMs = 5 * 60_000;

/**
 * Why a code is not accepted, in the terms of what the guard says:
 * - `stale`: not of this moment: a screenshot, a forwarded picture, or a wrong clock.
 * - `forged`: signatures do not hold.
 * - `untrusted`: a city, or a key, that the trust list does not have.
 * - `expired`: of an earlier day.
 * - `early`: issued after now; one of the clocks is wrong.
 * - `changed`: called back since it was issued; the resident's app fetches a new one.
 * - `damaged`: read, but not a whole code.
 * - `card-ended`: a card that was lost and replaced, or is of nobody any more.
 * - `card-unchecked`: a card, and no list of cards at hand that would know it: what it is worth cannot be said here.
 */
export type RefusalReason = 'stale' | 'forged' | 'untrusted' | 'expired' | 'early' | 'changed' | 'damaged' | 'card-ended' | 'card-unchecked';

/** What a guard may know of a visitor. */
export interface Visitor {
  readonly passId: string;
  readonly maskedName: string;
  readonly documentLastTwo: string;
  readonly portraitDigest: Uint8Array | null;
  /** A paper pass: it proves no holder, so face and document count all the more. */
  readonly printed: boolean;
}

export type Decision =
  /** `byRule`: let in because the venue lets this status in. */
  | { readonly kind: 'admit'; readonly status: PassStatus; readonly byRule: boolean; readonly visitor: Visitor; readonly listCheck: ListCheck }
  | { readonly kind: 'stop'; readonly status: Exclude<PassStatus, 'clear'>; readonly visitor: Visitor; readonly listCheck: ListCheck }
  | { readonly kind: 'refuse'; readonly reason: RefusalReason; readonly visitor: Visitor | null };

/** What lists that were verified say of a verified pass. `nowMs`: Unix ms. */
export function checkAgainstLists(
  pass: Pick<Pass, 'issuer' | 'statusListId' | 'statusListIndex'>, lists: readonly VerifiedStatusList[], nowMs: number,
): ListCheck {
  const says = statusOfPass(pass, lists);
  if (says === 'unknown') return { state: 'unchecked' };
  const issuedAtMs = 1000 * lists
    .filter(({ issuer, statusListId }) => issuer === pass.issuer && statusListId === pass.statusListId)
    .reduce((latest, { issuedAt }) => Math.max(latest, issuedAt), 0);
  return { state: nowMs - issuedAtMs > listFreshMs ? 'old' : 'fresh', says, issuedAtMs };
}

/** What a verified card list says of a verified card. `nowMs`: Unix ms. */
export async function checkCard(pass: Pick<Pass, 'issuer' | 'issuedAt' | 'passId'>, list: CardList | null, nowMs: number): Promise<CardCheck> {
  const says = list === null ? 'unknown' : await statusOfCard(pass, list);
  if (list === null || says === 'unknown') return { state: 'unchecked' };
  const issuedAtMs = 1000 * list.issuedAt;
  return { state: nowMs - issuedAtMs > listFreshMs ? 'old' : 'fresh', says, issuedAtMs };
}

/**
 * The decision at the door, from a verification, the lists and the venue's rule. Only a genuine pass of this
 * moment that nothing called back can admit; the status then decides. A pass that could not be checked against
 * a list is judged by itself, because the entrance does not close: the caller says plainly that it was not checked. A
 * card has its status from the latest list at hand alone, of whatever age, and the caller says how old that is.
 */
export function decide(verification: CodeVerification, listCheck: ListCheck, rule: VenueRule, cardCheck: CardCheck = { state: 'unchecked' }): Decision {
  if (!verification.accepted) return { kind: 'refuse', reason: refusalReasons[verification.reason], visitor: null };
  const { pass } = verification;
  const visitor: Visitor = {
    passId: hexOf(pass.passId), maskedName: pass.maskedName, documentLastTwo: pass.documentLastTwo, portraitDigest: pass.portraitDigest,
    printed: verification.kind === 'printed',
  };
  // An old list is enough to refuse: what was called back stays so.
  if (listCheck.state !== 'unchecked' && listCheck.says === 'invalid') return { kind: 'refuse', reason: 'changed', visitor };
  if (pass.status !== 'listed') return decideStatus(pass.status, visitor, listCheck, rule);
  if (cardCheck.state === 'unchecked') return { kind: 'refuse', reason: 'card-unchecked', visitor };
  if (cardCheck.says === 'ended') return { kind: 'refuse', reason: 'card-ended', visitor };
  const { state, issuedAtMs } = cardCheck;
  return decideStatus(cardCheck.says, visitor, { state, says: 'valid', issuedAtMs }, rule);
}

function decideStatus(status: PassStatus, visitor: Visitor, listCheck: ListCheck, rule: VenueRule): Decision {
  switch (status) {
    case 'clear':
      return { kind: 'admit', status: 'clear', byRule: false, visitor, listCheck };
    case 'caution':
      return rule.admitCaution
        ? { kind: 'admit', status: 'caution', byRule: true, visitor, listCheck }
        : { kind: 'stop', status: 'caution', visitor, listCheck };
    case 'isolate':
    case 'unverified':
      return { kind: 'stop', status, visitor, listCheck };
  }
}

const refusalReasons: Readonly<Record<CodeRefusal, RefusalReason>> = {
  'stale-code': 'stale',
  'bad-signature': 'forged',
  'bad-holder-proof': 'forged',
  'holder-proof-missing': 'forged',
  'unknown-issuer': 'untrusted',
  'key-not-in-force': 'untrusted',
  expired: 'expired',
  'not-yet-valid': 'early',
  malformed: 'damaged',
  'not-a-pass-code': 'damaged',
  'printed-code': 'damaged',
};

function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** A pass that was let in less than this ago, ms, is the same visit: the phone is still before the camera. */
export const sameVisitMs = 10_000;
/** A code the guard has just put away is not shown again for this long, ms: the visitor still holds it up. */
export const putAwayMs = 4_000;

/** What was done a moment ago, newest last. */
export interface RecentDecision {
  /** Pass id, or the code's text where there is no pass. */
  readonly subject: string;
  readonly admitted: boolean;
  /** Epoch ms. */
  readonly atMs: number;
}

/** Whether a subject was dealt with just now: let in within {@link sameVisitMs}, or put away within {@link putAwayMs}. */
export function isJustDecided(recent: readonly RecentDecision[], subject: string, nowMs: number): 'admitted' | 'put-away' | null {
  const last = recent.findLast((entry) => entry.subject === subject);
  if (last === undefined) return null;
  const ageMs = nowMs - last.atMs;
  if (last.admitted) return ageMs < sameVisitMs ? 'admitted' : null;
  return ageMs < putAwayMs ? 'put-away' : null;
}

/** The face of a visitor as far as it was read. */
export type FaceState =
  /** The frame has not been read yet; `late` after {@link faceLateMs}. */
  | { readonly state: 'reading'; readonly late: boolean }
  /** A frame was read, but the pass signs another. */
  | { readonly state: 'other' }
  | { readonly state: 'shown'; readonly mediaType: string; readonly image: Uint8Array<ArrayBuffer> }
  /** The pass signs no portrait. */
  | { readonly state: 'none' }
  /** Nobody is let in, so nobody is compared. */
  | { readonly state: 'not-needed' };

/** After this long, ms, the guard may go by the document instead: two turns of the resident's screen. */
export const faceLateMs = 9_000;

/** The face a decision starts with. */
export function faceNeededFor(decision: Decision): FaceState {
  if (decision.kind !== 'admit') return { state: 'not-needed' };
  return decision.visitor.portraitDigest === null ? { state: 'none' } : { state: 'reading', late: false };
}

/** How the visitor must be recognised before the guard can let them in; null where that cannot be done yet. */
export function recognitionOf(face: FaceState): 'by-face' | 'by-document' | null {
  switch (face.state) {
    case 'shown':
      return 'by-face';
    case 'none':
      return 'by-document';
    case 'reading':
      return face.late ? 'by-document' : null;
    case 'other':
    case 'not-needed':
      return null;
  }
}

/** What was counted on a calendar day of the city. */
export interface Tally {
  readonly day: string;
  readonly admitted: number;
  readonly refused: number;
}

/** The tally with one more, begun anew on a new day. */
export function counted(tally: Tally | null, day: string, outcome: 'admitted' | 'refused'): Tally {
  const today = tallyOf(tally, day);
  return { ...today, [outcome]: today[outcome] + 1 };
}

/** The tally of a day: zeros where the kept one is of another. */
export function tallyOf(tally: Tally | null, day: string): Tally {
  return tally?.day === day ? tally : { day, admitted: 0, refused: 0 };
}
