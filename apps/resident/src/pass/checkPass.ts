import type { DayPassAnswer, StatusExplanation } from '@health-kit/api';
import { isTrustInForce, type CityTrust } from '@health-kit/client';
import { equalBytes, parseTrustList, portraitDigest, verifyPass, type P256PublicJwk, type Pass } from '@health-kit/pass';
import { computeStatus, findDiseaseProfile, rules, type StatusContext, type StatusDecision } from '@health-kit/policy';
import type { Static } from 'typebox';
import { factsOf } from './ownFacts.ts';

/**
 * What this device looks at:
 * - `signature`: the pass is signed by a key of the city that this device trusts.
 * - `holder`: it is for this device's own key.
 * - `particulars`: name, document, day and end on the screen are those that are signed.
 * - `portrait`: so is the portrait.
 * - `explanation`: status, evidence, beginning and end as explained follow from the facts by the published rule.
 * - `status`: so does the status that the pass signs.
 */
export const checkNames = ['signature', 'holder', 'particulars', 'portrait', 'explanation', 'status'] as const;
export type CheckName = (typeof checkNames)[number];
/** `open`: it cannot be looked at here and now, which says nothing against it. */
export type CheckOutcome = 'good' | 'bad' | 'open';
export type PassChecks = Readonly<Record<CheckName, CheckOutcome>>;

export interface CheckedPass {
  readonly answer: Static<typeof DayPassAnswer>;
  readonly bytes: Uint8Array;
  readonly claims: Pass;
  /** The keys of the city as this device believes them; null before it has any. */
  readonly trust: CityTrust | null;
  /** The device's own public key. */
  readonly ownKey: Pick<P256PublicJwk, 'x' | 'y'>;
  /** The thumbnail of the portrait on this device; null where there is none, or its digest is not with the service yet. */
  readonly face: Uint8Array<ArrayBuffer> | null;
  /** The last explanation, and when it came by this device's clock, epoch ms; null before the first. */
  readonly status: { readonly explanation: StatusExplanation; readonly checkedAtMs: number } | null;
}

/** How far the moment of an explanation may lie from the device's own clock, ms: beyond what a request proof may be off. */
const clockToleranceMs = 5 * 60_000;

/** Checks a pass and its explanation with what the device has, without asking anybody. `nowMs`: epoch ms. */
export async function checkPass(pass: CheckedPass, nowMs: number): Promise<PassChecks> {
  return {
    signature: await checkSignature(pass, nowMs),
    holder: pass.claims.holderKey?.x === pass.ownKey.x && pass.claims.holderKey.y === pass.ownKey.y ? 'good' : 'bad',
    particulars: checkParticulars(pass),
    portrait: await checkPortrait(pass),
    ...checkStatus(pass),
  };
}

async function checkSignature({ bytes, trust }: CheckedPass, nowMs: number): Promise<CheckOutcome> {
  const keys = trust === null || !isTrustInForce(trust, nowMs) ? null : parseTrustList({ issuers: trust.keys });
  if (trust === null || keys === null) return 'open';
  const verified = await verifyPass(bytes, keys, nowMs);
  if (verified.accepted) return verified.pass.issuer === trust.issuer ? 'good' : 'bad';
  // Its own card says that it is over, or that the clock is wrong.
  return verified.reason === 'expired' || verified.reason === 'not-yet-valid' ? 'open' : 'bad';
}

function checkParticulars({ answer, claims, trust }: CheckedPass): CheckOutcome {
  if (trust === null) return 'open';
  const day = new Intl.DateTimeFormat('sv-SE', { timeZone: trust.timeZone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(claims.issuedAt * 1000);
  const isSame = answer.holder.name === claims.maskedName && answer.holder.documentLastTwo === claims.documentLastTwo
    && answer.day === day && Date.parse(answer.expiresAt) === claims.expiresAt * 1000;
  return isSame ? 'good' : 'bad';
}

async function checkPortrait({ claims: { portraitDigest: signed }, face }: CheckedPass): Promise<CheckOutcome> {
  if (face === null) return 'open';
  return signed !== null && equalBytes(await portraitDigest(face), signed) ? 'good' : 'bad';
}

function checkStatus({ answer, claims, status }: CheckedPass): Pick<PassChecks, 'explanation' | 'status'> {
  if (status === null) return { explanation: 'open', status: 'open' };
  const { explanation, checkedAtMs } = status;
  const { rule, evidence, profile: { id, version } } = explanation;
  const profile = findDiseaseProfile(id);
  const published = rules.find((each) => each.id === rule.id);
  // Rules that are newer than this app: what it has says nothing about them.
  if (profile === undefined || String(profile.version) !== version || published === undefined || String(published.version) !== rule.version) return { explanation: 'open', status: 'open' };

  const decidedAtMs = Date.parse(explanation.decidedAt);
  const facts = factsOf(explanation.facts);
  const decide = (atMs: number): StatusDecision | null => {
    const context: StatusContext = { identityProven: explanation.identityProven, now: new Date(atMs), profile, utcOffsetMinutes: explanation.utcOffsetMinutes };
    try {
      return computeStatus(facts, context);
    } catch {
      return null;
    }
  };
  const decision = decide(decidedAtMs);
  const isExplained = decision !== null && Math.abs(decidedAtMs - checkedAtMs) <= clockToleranceMs && explanation.identityProven === answer.holder.identityProven
    && decision.status === explanation.status && decision.rule.id === rule.id && rule.words.zh === published.words.zh && rule.words.en === published.words.en
    && decision.evidence.join('\n') === evidence.map((each) => each.id).join('\n')
    && decision.since === millis(explanation.since) && decision.until === millis(explanation.until)
    && decision.endsWhen === explanation.endsWhen && decision.whatToDo === explanation.whatToDo && decision.appealable === explanation.appealable;
  // A pass of tomorrow that was fetched in the evening signs what holds from its first moment on.
  const signed = decide(Math.max(decidedAtMs, claims.issuedAt * 1000));
  return { explanation: isExplained ? 'good' : 'bad', status: signed?.status === claims.status ? 'good' : 'bad' };
}

function millis(instant: string | null): number | null {
  return instant === null ? null : Date.parse(instant);
}
