import type { VenueKind } from './venueKinds.ts';
import type { Words } from './words.ts';

/**
 * The longest that a visit may be kept, and so the furthest back that a trace may look, in days. An
 * operator can set a shorter term; no profile and no setting can set a longer one.
 */
export const MAX_VISIT_TERM_DAYS = 14;

/** A laboratory test whose result counts as evidence under a profile. */
export interface DiseaseTest {
  /** LOINC code with its check digit, such as `94500-6`. */
  readonly loinc: string;
  /** What the test is called; the English text is the LOINC long common name. */
  readonly name: Words;
}

/** Around which days a case counts as infectious, in days of 24 hours. */
export interface InfectiousPeriod {
  readonly daysBeforeOnset: number;
  readonly daysAfterOnset: number;
  /** Used when no onset is known (no symptoms, or nobody asked yet). */
  readonly daysBeforeSampling: number;
  readonly daysAfterSampling: number;
}

/** What makes a contact a close one. */
export interface CloseContactDefinition {
  /** Minutes of shared stay, all encounters together, from which a contact is close. */
  readonly minOverlapMinutes: number;
  /** Minutes for which the air of a room still exposes others after the case has left; 0 for none. */
  readonly airborneTailMinutes: number;
}

/** How long a positive result keeps a person isolated, and what ends it sooner. */
export interface IsolationPolicy {
  /** Days from sampling after which isolation is over by itself. */
  readonly days: number;
  /** What releases sooner, or null where only the term does. */
  readonly releasingNegatives: {
    /** Negative results needed, all sampled after the positive one. */
    readonly count: number;
    /** Hours that must lie between the samplings of two that count. */
    readonly minHoursApart: number;
  } | null;
}

/** Observation and caution after an exposure. */
export interface ObservationPolicy {
  /** Days of observation, from the exposure, that an order for a close contact may run. */
  readonly days: number;
  /** Days after the day of exposure for which a notice of exposure means caution. */
  readonly exposureCautionDays: number;
  /** Whether a negative result sampled after the notice ends that caution. */
  readonly negativeEndsCaution: boolean;
}

/** What in a resident's own declaration means caution. */
export interface DeclarationPolicy {
  /** Body temperature in degrees Celsius from which a declared temperature is a fever. */
  readonly feverCelsius: number;
  /** Hours for which a declared symptom or fever counts. */
  readonly hours: number;
}

/** Most points that each term of the contact score can give; the five maxima sum to 100. */
export interface ContactScoring {
  readonly overlap: {
    readonly maxPoints: number;
    /** Minutes of total shared stay that give all points; below, points grow linearly. */
    readonly fullMinutes: number;
  };
  /** Points by kind of venue; the riskiest kind among the encounters counts. */
  readonly venuePoints: Readonly<Record<VenueKind, number>>;
  readonly nearness: {
    readonly maxPoints: number;
    /** Days between encounter and sampling at which this term reaches zero. */
    readonly horizonDays: number;
  };
  readonly sameGatePoints: number;
  /** Points for having met more than once. */
  readonly repeatPoints: number;
}

/**
 * Everything about a disease that the rules need to know, as versioned data. A changed number is a new
 * version: decisions record which version they were made under.
 */
export interface DiseaseProfile {
  readonly id: string;
  readonly version: number;
  readonly disease: Words;
  readonly pathogen: Words;
  readonly tests: readonly DiseaseTest[];
  readonly infectiousPeriod: InfectiousPeriod;
  readonly closeContact: CloseContactDefinition;
  readonly isolation: IsolationPolicy;
  readonly observation: ObservationPolicy;
  readonly declaration: DeclarationPolicy;
  /** Ages in hours, ascending, by which a negative result is shown as fresh; null where none is shown. */
  readonly testFreshnessHours: readonly number[] | null;
  /** Days back that a trace may look, at most {@link MAX_VISIT_TERM_DAYS}. */
  readonly maxVisitTermDays: number;
  readonly contactScoring: ContactScoring;
  /** Where the numbers come from. */
  readonly sources: readonly string[];
}

/** Whether a test code is evidence under a profile. */
export function isProfileTest(profile: DiseaseProfile, loinc: string): boolean {
  return profile.tests.some((test) => test.loinc === loinc);
}
