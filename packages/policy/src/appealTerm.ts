import { DAY_MS, HOUR_MS } from './durations.ts';

/** Hours within which an appeal against a status is answered, from when it was filed. Published with the counts of appeals. */
export const APPEAL_TERM_HOURS = 24;
/** The same, ms. */
export const APPEAL_TERM_MS = APPEAL_TERM_HOURS * HOUR_MS;
/** How many appeals one person files within {@link APPEAL_PACE_MS}, at most: who was answered may ask again, and nobody fills the queue. */
export const MOST_APPEALS = 10;
export const APPEAL_PACE_MS = 7 * DAY_MS;
