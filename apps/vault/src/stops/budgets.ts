import type { subjectKinds } from '@health-kit/api';

/** What officers touch people for. */
export type SubjectKind = (typeof subjectKinds)[number];

/** Distinct people within a time that slides: the last minute, the last hour, the last 24 hours. */
export interface SubjectBudget {
  readonly perMinute: number;
  readonly perHour: number;
  readonly perDay: number;
  /** Of all officers together, in the last minute. */
  readonly everybodyPerMinute: number;
  /** From how many in a day the account is frozen; until then more than an hour's or a day's are refused, with an alarm. Where it is not given, those freeze. */
  readonly freezesPerDay?: number;
}

/**
 * Twice what the busiest do, and more where work comes in heaps. A desk sees about 60 people in a busy hour, a sampler
 * at mass testing 300; a case has up to 10,000 contacts, whom its tracer resolves at once, under pseudonyms, and orders
 * for in proposals of 200. Names in clear are for those who must be telephoned: disclosure has caps of its own besides.
 * A move is an account that somebody at the desk has on another device, or that their document's number leads to in
 * another name or after its erasure: phones are lost, but not ten a day at one desk.
 * Whoever stands there decides how many these are, and not the registrar: so more are refused, and freeze nobody yet.
 */
export const defaultBudgets: Readonly<Record<SubjectKind, SubjectBudget>> = {
  desk: { perMinute: 60, perHour: 150, perDay: 800, everybodyPerMinute: 3_000 },
  move: { perMinute: 10, perHour: 10, perDay: 10, everybodyPerMinute: 300, freezesPerDay: 30 },
  specimen: { perMinute: 60, perHour: 600, perDay: 4_000, everybodyPerMinute: 6_000 },
  trace: { perMinute: 20, perHour: 120, perDay: 400, everybodyPerMinute: 300 },
  resolution: { perMinute: 20_000, perHour: 40_000, perDay: 60_000, everybodyPerMinute: 60_000 },
  proposal: { perMinute: 1_000, perHour: 5_000, perDay: 10_000, everybodyPerMinute: 5_000 },
  disclosure: { perMinute: 60, perHour: 200, perDay: 600, everybodyPerMinute: 300 },
  appeal: { perMinute: 20, perHour: 120, perDay: 400, everybodyPerMinute: 300 },
};

/** Distinct people who may become contacts of one case, over all its traces. */
export const defaultContactsPerCase = 20_000;
