import type { DisclosureState } from '@health-kit/api';
import type { VaultRefusal } from '@health-kit/api/vault';
import { sameUnit } from '../staff/officerNames.ts';

/** How long each stage of a disclosure lasts, ms, and how often one is opened. */
export interface DisclosureTerms {
  /** From recording to the requester's signature. */
  readonly signingMs: number;
  /** From the signature to the second officer's decision. */
  readonly waitingMs: number;
  /** From the signature to the second officer's decision where one officer has opened an emergency. */
  readonly emergencyMs: number;
  /** From the approval to the end. */
  readonly windowMs: number;
  readonly mostViews: number;
}

/** Who acts: an officer in a session. */
export interface Actor {
  readonly officerId: string;
  readonly unit: string;
  /** Thumbprint of the session key. */
  readonly session: string;
}

/** What has happened to a disclosure so far. */
export interface DisclosureFacts {
  readonly emergency: boolean;
  readonly requestedBy: string;
  readonly requestedUnit: string;
  readonly session: string;
  /** Epoch ms, here and below. */
  readonly requestedAt: number;
  readonly signedAt: number | null;
  readonly decision: { readonly outcome: 'approved' | 'refused'; readonly by: string; readonly unit: string; readonly at: number } | null;
  readonly views: number;
  readonly closedAt: number | null;
  readonly review: { readonly by: string; readonly at: number } | null;
}

/** What an officer does with a disclosure. */
export type Step = 'sign' | 'approve' | 'refuse' | 'release' | 'close' | 'review';
export type Taken = { readonly ok: true; readonly facts: DisclosureFacts } | { readonly ok: false; readonly refusal: VaultRefusal };

/** How far a disclosure is at a moment. Time alone ends what nobody ended. */
export function stateOf(facts: DisclosureFacts, now: number, terms: DisclosureTerms): DisclosureState {
  const { signedAt, decision, closedAt } = facts;
  if (signedAt === null) return closedAt !== null ? 'closed' : now < facts.requestedAt + terms.signingMs ? 'recorded' : 'expired';
  if (decision?.outcome === 'refused') return 'refused';
  if (decision !== null) return closedAt !== null ? 'closed' : now < decision.at + terms.windowMs ? 'open' : 'expired';
  // Closing an emergency early does not make it one that was confirmed.
  if (facts.emergency && now >= signedAt + terms.emergencyMs) return 'lapsed';
  if (closedAt !== null) return 'closed';
  if (facts.emergency) return 'emergency';
  return now < signedAt + terms.waitingMs ? 'waiting' : 'expired';
}

/** Until when the state lasts by itself, epoch ms; null where it lasts for good. */
export function endOf(facts: DisclosureFacts, now: number, terms: DisclosureTerms): number | null {
  switch (stateOf(facts, now, terms)) {
    case 'recorded': return facts.requestedAt + terms.signingMs;
    case 'waiting': return (facts.signedAt ?? 0) + terms.waitingMs;
    case 'emergency': return (facts.signedAt ?? 0) + terms.emergencyMs;
    case 'open': return (facts.decision?.at ?? 0) + terms.windowMs;
    default: return null;
  }
}

/** Whether a second officer may still say yes or no. An emergency that was closed early still wants an answer. */
export function isUndecided(facts: DisclosureFacts, now: number, terms: DisclosureTerms): boolean {
  const state = stateOf(facts, now, terms);
  return state === 'waiting' || state === 'emergency' || (state === 'closed' && facts.emergency && facts.signedAt !== null && facts.decision === null);
}

/** Whether it could have been opened, is over, and nobody has reviewed it. */
export function awaitsReview(facts: DisclosureFacts, now: number, terms: DisclosureTerms): boolean {
  const wasOpen = facts.signedAt !== null && (facts.emergency || facts.decision?.outcome === 'approved');
  return wasOpen && facts.review === null && endOf(facts, now, terms) === null && !isUndecided(facts, now, terms);
}

/** The facts after a step, or why the officer may not take it now. The whole of who may do what and when. */
export function take(facts: DisclosureFacts, step: Step, actor: Actor, now: number, terms: DisclosureTerms): Taken {
  const state = stateOf(facts, now, terms);
  const own = actor.officerId === facts.requestedBy;
  switch (step) {
    case 'sign':
      if (!own) return refused('not-found');
      if (state !== 'recorded') return refused('conflict');
      if (actor.session !== facts.session) return refused('disclosure-refused');
      return taken({ ...facts, signedAt: now });
    case 'approve':
    case 'refuse':
      if (own || sameUnit(actor.unit, facts.requestedUnit)) return refused('approval-refused');
      if (!isUndecided(facts, now, terms)) return refused('conflict');
      return taken({ ...facts, decision: { outcome: step === 'approve' ? 'approved' : 'refused', by: actor.officerId, unit: actor.unit, at: now } });
    case 'release':
      if (!own) return refused('not-found');
      if (state !== 'open' && state !== 'emergency') return refused('disclosure-refused');
      if (actor.session !== facts.session || facts.views >= terms.mostViews) return refused('disclosure-refused');
      return taken({ ...facts, views: facts.views + 1 });
    case 'close':
      if (!own) return refused('not-found');
      if (endOf(facts, now, terms) === null) return refused('conflict');
      return taken({ ...facts, closedAt: now });
    case 'review':
      // What was never signed was never asked: nobody but its author knows of it.
      if (facts.signedAt === null) return refused('not-found');
      if (own || actor.officerId === facts.decision?.by) return refused('approval-refused');
      if (!awaitsReview(facts, now, terms)) return refused('conflict');
      return taken({ ...facts, review: { by: actor.officerId, at: now } });
  }
}

function taken(facts: DisclosureFacts): Taken {
  return { ok: true, facts };
}
function refused(refusal: VaultRefusal): Taken {
  return { ok: false, refusal };
}
