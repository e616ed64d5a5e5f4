import type { OwnFact, StatusExplanation } from '@health-kit/api';
import { computeStatus, findDiseaseProfile, type WhatToDo } from '@health-kit/policy';
import { factsOf } from '../pass/ownFacts.ts';

/** An order or a notice of exposure, with what it asks for. */
export interface Duty {
  readonly fact: Extract<OwnFact, { readonly kind: 'order' | 'exposure' }>;
  /** Whether it counts at the moment asked for: alone, it would be a reason not to be clear. */
  readonly counts: boolean;
  /** Until when it counts by itself, epoch ms; null where it counts no more, or the app does not know the profile. */
  readonly untilMs: number | null;
  readonly whatToDo: WhatToDo | null;
}

/**
 * Orders and exposures out of the facts of a status, newest first. Whether one counts the published rules say, of it and
 * the results alone: another that hides it behind a stricter status does not end it. `nowMs`: epoch ms.
 */
export function dutiesOf({ facts, profile, utcOffsetMinutes }: Pick<StatusExplanation, 'facts' | 'profile' | 'utcOffsetMinutes'>, nowMs: number): Duty[] {
  const known = findDiseaseProfile(profile.id);
  const negatives = facts.filter((fact) => fact.kind === 'result' && fact.value === 'negative');
  const duties = facts.flatMap((fact): Duty[] => {
    if (fact.kind !== 'order' && fact.kind !== 'exposure') return [];
    // Rules that are newer than this app: it says what was ordered, and not what follows.
    if (known === undefined || String(known.version) !== profile.version) return [{ fact, counts: false, untilMs: null, whatToDo: null }];
    const decision = computeStatus(factsOf([fact, ...negatives]), { identityProven: true, now: new Date(nowMs), profile: known, utcOffsetMinutes });
    const counts = decision.evidence.includes(fact.id);
    return [{ fact, counts, untilMs: counts ? decision.until : null, whatToDo: counts ? decision.whatToDo : null }];
  });
  return duties.sort((a, b) => sinceMs(b.fact) - sinceMs(a.fact));
}

function sinceMs(fact: Duty['fact']): number {
  return Date.parse(fact.kind === 'order' ? fact.startsAt : fact.noticedAt);
}
