import { refuse } from '../refusal.ts';

const hourMs = 3_600_000;
/** Keys remembered at most in an hour; beyond it, new ones are refused rather than old ones forgotten. */
const maximumRemembered = 500_000;

/** How often each key did something expensive within the hour, in this process: it protects the machine, not a person. */
export interface Pace {
  /** Counts once more for a key that is registered; refuses beyond the limit. */
  count(thumbprint: string): void;
}

/** @param now epoch ms */
export function hourlyPace(now: () => number, perHour: number): Pace {
  let counts = new Map<string, number>();
  let hour = 0;
  return {
    count(thumbprint) {
      const present = Math.floor(now() / hourMs);
      if (present !== hour) {
        counts = new Map();
        hour = present;
      }
      const done = counts.get(thumbprint) ?? 0;
      if (done >= perHour || (done === 0 && counts.size >= maximumRemembered)) refuse('too-many-requests');
      counts.set(thumbprint, done + 1);
    },
  };
}
