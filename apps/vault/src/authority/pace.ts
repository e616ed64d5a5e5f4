import { refuse } from '../refusal.ts';

const hourMs = 3_600_000;
/** Keys or people remembered at most in an hour; beyond it, new ones are refused rather than old ones forgotten. */
const maximumRemembered = 500_000;

/** How often each key, or person, did something within the hour, in this process and since its start. */
export interface Pace {
  /** Refuses who has used up the limit. */
  refuseBeyond(who: string): void;
  /** Refuses who has used up the limit, and counts once more for who has not. Call it for who is known alone. */
  count(who: string): void;
}

/** @param now epoch ms */
export function hourlyPace(now: () => number, perHour: number): Pace {
  let counts = new Map<string, number>();
  let hour = 0;
  const refuseBeyond = (who: string) => {
    const present = Math.floor(now() / hourMs);
    if (present !== hour) {
      counts = new Map();
      hour = present;
    }
    const done = counts.get(who) ?? 0;
    if (done >= perHour || (done === 0 && counts.size >= maximumRemembered)) refuse('too-many-requests');
  };
  return {
    refuseBeyond,
    count(who) {
      refuseBeyond(who);
      counts.set(who, (counts.get(who) ?? 0) + 1);
    },
  };
}
