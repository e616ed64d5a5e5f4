import { DAY_MS } from './durations.ts';
import type { DiseaseProfile } from './diseaseProfile.ts';
import type { VenueKind } from './venueKinds.ts';
import type { Words } from './words.ts';

/** How a contact is classed: by total shared stay alone, as the profile's definition says. */
export type ContactClass = 'close' | 'casual';

/** One shared stay of the index person and a contact. */
export interface Encounter {
  readonly venueKind: VenueKind;
  /** Minutes of shared stay, the airborne tail included where the profile has one; finite, not negative. */
  readonly overlapMinutes: number;
  /** When the shared stay began, epoch ms. */
  readonly startedAt: number;
  /** Whether both came in by the same gate of the venue. */
  readonly sameGate: boolean;
}

export type ContactScoreTerm = 'overlap' | 'venue' | 'nearness' | 'same-gate' | 'repeat';

/** A term of the score, so that a tracer sees where the points come from. */
export interface ScoredTerm {
  readonly term: ContactScoreTerm;
  /** Whole points. */
  readonly points: number;
  /** Key into {@link contactScoreWords}. */
  readonly words: `contact-score.${ContactScoreTerm}`;
}

export interface ContactScore {
  /** 0 to 100, the sum of the terms' points. It orders the work; it decides nothing. */
  readonly score: number;
  readonly contactClass: ContactClass;
  readonly terms: readonly ScoredTerm[];
}

/** What each term of the contact score means. */
export const contactScoreWords: Readonly<Record<ScoredTerm['words'], Words>> = {
  'contact-score.overlap': { zh: '共同停留的总时长', en: 'Total time at the same place' },
  'contact-score.venue': { zh: '场所类型', en: 'Kind of place' },
  'contact-score.nearness': { zh: '与采样时间的接近程度', en: 'Nearness in time to the sampling' },
  'contact-score.same-gate': { zh: '从同一入口进入', en: 'Came in by the same gate' },
  'contact-score.repeat': { zh: '不止一次相遇', en: 'Met more than once' },
};

/**
 * Scores a contact for the order in which tracers work, term by term. Encounters with no overlap count for
 * nothing. The score never falls when an overlap grows or an encounter is added.
 *
 * @throws {RangeError} if an overlap is negative or not finite.
 */
export function scoreContact(contact: {
  readonly encounters: readonly Encounter[];
  /** When the index person was sampled, epoch ms. */
  readonly sampledAt: number;
  readonly profile: DiseaseProfile;
}): ContactScore {
  const { profile, sampledAt } = contact;
  const scoring = profile.contactScoring;
  for (const { overlapMinutes } of contact.encounters) {
    if (!Number.isFinite(overlapMinutes) || overlapMinutes < 0) {
      throw new RangeError(`overlapMinutes must be a finite number of minutes from 0, not ${overlapMinutes}`);
    }
  }
  const encounters = contact.encounters.filter((encounter) => encounter.overlapMinutes > 0);
  const totalMinutes = encounters.reduce((sum, encounter) => sum + encounter.overlapMinutes, 0);

  const overlapShare = Math.min(1, totalMinutes / scoring.overlap.fullMinutes);
  const nearnessShare = encounters.reduce((nearest, { startedAt }) => {
    const daysApart = Math.abs(startedAt - sampledAt) / DAY_MS;
    return Math.max(nearest, 1 - daysApart / scoring.nearness.horizonDays);
  }, 0);

  const terms = [
    term('overlap', scoring.overlap.maxPoints * overlapShare),
    term('venue', encounters.reduce((most, { venueKind }) => Math.max(most, scoring.venuePoints[venueKind]), 0)),
    term('nearness', scoring.nearness.maxPoints * nearnessShare),
    term('same-gate', encounters.some(({ sameGate }) => sameGate) ? scoring.sameGatePoints : 0),
    term('repeat', encounters.length > 1 ? scoring.repeatPoints : 0),
  ];
  return {
    score: terms.reduce((sum, { points }) => sum + points, 0),
    contactClass: totalMinutes > 0 && totalMinutes >= profile.closeContact.minOverlapMinutes ? 'close' : 'casual',
    terms,
  };
}

function term(name: ContactScoreTerm, points: number): ScoredTerm {
  return { term: name, points: Math.round(points), words: `contact-score.${name}` };
}
