import type { DisclosureCaps } from './caps.ts';
import type { DisclosureTerms } from './disclosureState.ts';

/** Terms and caps of disclosures. */
export interface DisclosureLimits extends DisclosureTerms {
  /** Days after its registration for which a case can be the reason of a disclosure, a trace or an order. */
  readonly caseTermDays: number;
  readonly caps: DisclosureCaps;
}

const minuteMs = 60_000;
export const defaultDisclosureLimits: DisclosureLimits = {
  signingMs: 5 * minuteMs, waitingMs: 12 * 60 * minuteMs, emergencyMs: 30 * minuteMs, windowMs: 120 * minuteMs, mostViews: 10, caseTermDays: 30,
  caps: { perOfficerPerHour: 60, perOfficerPerDay: 200, perCasePerDay: 500 },
};
