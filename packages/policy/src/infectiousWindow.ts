import type { DiseaseProfile } from './diseaseProfile.ts';
import { MAX_VISIT_TERM_DAYS } from './diseaseProfile.ts';
import { DAY_MS } from './durations.ts';

/** A half-open span of time [from, to), epoch ms. */
export interface TimeWindow {
  readonly from: number;
  readonly to: number;
}

export interface InfectiousWindow extends TimeWindow {
  /** What the window is counted from. */
  readonly basis: 'onset' | 'sampling';
  /** Whether the window would have begun before the oldest visit that may be kept. */
  readonly clipped: boolean;
}

/**
 * The time in which a case could infect others and whose visits a trace may read.
 *
 * Counted from the onset where it is known, otherwise from the sampling; begins no later than the sampling,
 * since a positive specimen is proof in itself. Never reaches past `now` (nobody was met yet) nor further
 * back than the visit term. A case whose window lies wholly outside those bounds gets an empty window with
 * `from === to`.
 *
 * @throws {RangeError} if a visit term is asked for that is not between 0 and {@link MAX_VISIT_TERM_DAYS} days.
 */
export function infectiousWindow(infection: {
  /** Onset of symptoms, epoch ms, or null where there is none or none is known yet. */
  readonly onsetAt: number | null;
  /** When the positive specimen was taken, epoch ms. */
  readonly sampledAt: number;
  readonly profile: DiseaseProfile;
  readonly now: Date;
  /** The operator's own visit term in days where shorter than the profile's. */
  readonly visitTermDays?: number;
}): InfectiousWindow {
  const { onsetAt, sampledAt, profile } = infection;
  const visitTermDays = Math.min(infection.visitTermDays ?? profile.maxVisitTermDays, profile.maxVisitTermDays);
  if (!(visitTermDays >= 0 && visitTermDays <= MAX_VISIT_TERM_DAYS)) {
    throw new RangeError(`the visit term is 0 to ${MAX_VISIT_TERM_DAYS} days, not ${visitTermDays}`);
  }
  const period = profile.infectiousPeriod;
  const [begins, ends] =
    onsetAt === null
      ? [sampledAt - period.daysBeforeSampling * DAY_MS, sampledAt + period.daysAfterSampling * DAY_MS]
      : [Math.min(sampledAt, onsetAt - period.daysBeforeOnset * DAY_MS), onsetAt + period.daysAfterOnset * DAY_MS];

  const latest = infection.now.getTime();
  const earliest = latest - visitTermDays * DAY_MS;
  const from = Math.min(Math.max(begins, earliest), latest);
  return {
    from,
    to: Math.max(from, Math.min(ends, latest)),
    basis: onsetAt === null ? 'sampling' : 'onset',
    clipped: begins < earliest,
  };
}
