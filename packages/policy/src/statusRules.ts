import type { DiseaseProfile } from './diseaseProfile.ts';
import { isProfileTest } from './diseaseProfile.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from './durations.ts';
import type { DeclarationFact, ExposureFact, Fact, OrderFact, ResultFact } from './facts.ts';
import { factId } from './facts.ts';
import type { EndsWhen, Status, WhatToDo } from './statusWords.ts';
import type { Words } from './words.ts';

/** What a decision is made under, apart from the facts. */
export interface StatusContext {
  /** Whether the identity was proven (identity provider, or an officer who saw the document). */
  readonly identityProven: boolean;
  /** The moment decided for. Facts that nobody knew by then do not count, so a past decision can be recomputed. */
  readonly now: Date;
  readonly profile: DiseaseProfile;
  /**
   * The jurisdiction's offset from UTC in minutes (480 for China), which says when the calendar day of an
   * exposure ends. Defaults to 0.
   */
  readonly utcOffsetMinutes?: number;
}

/** A computed status with everything its holder is owed about it. */
export interface StatusDecision {
  readonly status: Status;
  /** The published rule that decided. */
  readonly rule: { readonly id: RuleId; readonly version: number };
  /** {@link factId}s of the facts that decided, sorted; {@link IDENTITY_EVIDENCE} for a missing proof; empty for clear. */
  readonly evidence: readonly string[];
  /** When this reason began to hold, epoch ms; null for unverified and clear, which begin with nothing. */
  readonly since: number | null;
  /** When it ends by itself, epoch ms; null where only the condition in `endsWhen` ends it, and for clear. */
  readonly until: number | null;
  /** What ends it, key into `endsWhenWords`; null for clear. */
  readonly endsWhen: EndsWhen | null;
  /** What the holder should do, key into `whatToDoWords`. */
  readonly whatToDo: WhatToDo;
  /** Whether the holder can appeal: every status but clear. */
  readonly appealable: boolean;
}

/** The evidence cited for `unverified`: the absence of a proof, which no fact stands for. */
export const IDENTITY_EVIDENCE = 'identity-unproven';

/** Version of the rules and their order as a whole. */
export const RULE_SET_VERSION = 1;

export type RuleId =
  | 'identity-unproven'
  | 'positive-result'
  | 'observation-order'
  | 'test-order'
  | 'exposure-notice'
  | 'declared-symptoms'
  | 'no-reason';

/** Why a rule holds; null where it does not. */
export type RuleMatch = Pick<StatusDecision, 'evidence' | 'since' | 'until' | 'endsWhen' | 'whatToDo'>;

/** One published rule. Rules are tried in their order; the first that matches decides. */
export interface StatusRule {
  readonly id: RuleId;
  readonly version: number;
  readonly status: Status;
  /** The rule as the public reads it. */
  readonly words: Words;
  readonly match: (facts: readonly Fact[], context: StatusContext) => RuleMatch | null;
}

/**
 * The rules, in order, first match wins. A changed rule gets a new version, and the set with it.
 */
export const rules: readonly [...StatusRule[], StatusRule] = [
  {
    id: 'identity-unproven',
    version: 1,
    status: 'unverified',
    words: {
      zh: '身份尚未核验的，状态为未核验，不收集任何结果与决定。',
      en: 'Whoever has not proven their identity is unverified, and no result or order is collected for them.',
    },
    match: (_facts, { identityProven }) =>
      identityProven
        ? null
        : {
            evidence: [IDENTITY_EVIDENCE],
            since: null,
            until: null,
            endsWhen: 'ends.identity-proven',
            whatToDo: 'do.prove-identity',
          },
  },
  {
    id: 'positive-result',
    version: 1,
    status: 'isolate',
    words: {
      zh: '检测结果为阳性，且既未达到规定次数的复检阴性，隔离期也未满的，状态为隔离。',
      en: 'A positive result means isolation until the negative results that the profile asks for, or the end of the isolation term.',
    },
    match: matchPositiveResult,
  },
  {
    id: 'observation-order',
    version: 1,
    status: 'isolate',
    words: {
      zh: '有生效中的居家或集中医学观察决定的，状态为隔离，至决定期满或解除为止。',
      en: 'An order of observation in force, at home or in a facility, means isolation until it ends or is lifted.',
    },
    match: matchObservationOrder,
  },
  {
    id: 'test-order',
    version: 1,
    status: 'caution',
    words: {
      zh: '有生效中的检测决定，且其后尚无阴性结果的，状态为注意。',
      en: 'An order to be tested, in force and without a negative result since, means caution.',
    },
    match: matchTestOrder,
  },
  {
    id: 'exposure-notice',
    version: 1,
    status: 'caution',
    words: {
      zh: '收到暴露告知，在规定天数内的，状态为注意；病种规定可由阴性结果解除的，告知后采样为阴性即解除。',
      en: 'A notice of exposure means caution for the days the profile sets, or until a negative result sampled after the notice where the profile lets one end it.',
    },
    match: matchExposureNotice,
  },
  {
    id: 'declared-symptoms',
    version: 1,
    status: 'caution',
    words: {
      zh: '本人申报症状或发热后的规定小时数内，状态为注意。',
      en: 'Symptoms or a fever that the person declared mean caution for the hours the profile sets.',
    },
    match: matchDeclaredSymptoms,
  },
  {
    id: 'no-reason',
    version: 1,
    status: 'clear',
    words: {
      zh: '没有上述任何情形的，状态为正常。',
      en: 'Whoever none of the rules above applies to is clear.',
    },
    match: () => ({ evidence: [], since: null, until: null, endsWhen: null, whatToDo: 'do.nothing' }),
  },
];

/**
 * Computes a status from facts by the published {@link rules}: a pure function, whatever the order of the
 * facts. It is meant to be run again at `until` and whenever a fact arrives.
 *
 * @throws {RangeError} if an exposure's day is not a calendar day in the form YYYY-MM-DD.
 */
export function computeStatus(facts: readonly Fact[], context: StatusContext): StatusDecision {
  const known = facts.filter((fact) => isKnown(fact, context));
  for (const rule of rules) {
    const match = rule.match(known, context);
    if (match !== null) {
      return {
        status: rule.status,
        rule: { id: rule.id, version: rule.version },
        evidence: [...new Set(match.evidence)].sort(),
        since: match.since,
        until: match.until,
        endsWhen: match.endsWhen,
        whatToDo: match.whatToDo,
        appealable: rule.status !== 'clear',
      };
    }
  }
  throw new Error('the last rule matches always');
}

/** Whether a fact could be known at the moment decided for, and counts under the profile. */
function isKnown(fact: Fact, { now, profile }: StatusContext): boolean {
  switch (fact.kind) {
    case 'result':
      return fact.reportedAt <= now.getTime() && isProfileTest(profile, fact.testCode);
    case 'order':
      return fact.startsAt <= now.getTime();
    case 'exposure':
      return fact.noticedAt <= now.getTime() && (fact.withdrawnAt == null || now.getTime() < fact.withdrawnAt);
    case 'declaration':
      return fact.at <= now.getTime();
  }
}

function matchPositiveResult(facts: readonly Fact[], { now, profile }: StatusContext): RuleMatch | null {
  const results = facts.filter((fact): fact is ResultFact => fact.kind === 'result');
  const isolationEnd = (positive: ResultFact) => positive.collectedAt + profile.isolation.days * DAY_MS;
  const holding = results.filter(
    (result) =>
      result.value === 'positive' &&
      now.getTime() < isolationEnd(result) &&
      !isReleasedByNegatives(result, results, profile),
  );
  if (holding.length === 0) return null;
  return {
    evidence: holding.map(factId),
    since: Math.min(...holding.map(({ reportedAt }) => reportedAt)),
    until: Math.max(...holding.map(isolationEnd)),
    endsWhen: profile.isolation.releasingNegatives === null ? 'ends.term' : 'ends.negatives-or-term',
    whatToDo: 'do.isolate',
  };
}

/** Whether enough negatives, far enough apart, were sampled after a positive result. */
function isReleasedByNegatives(
  positive: ResultFact,
  results: readonly ResultFact[],
  { isolation: { releasingNegatives } }: DiseaseProfile,
): boolean {
  if (releasingNegatives === null) return false;
  const sampledAt = results
    .filter(({ value, collectedAt }) => value === 'negative' && collectedAt > positive.collectedAt)
    .map(({ collectedAt }) => collectedAt)
    .sort((a, b) => a - b);
  // Taking each sampling as early as possible gives the most that are far enough apart.
  let count = 0;
  let lastCounted = Number.NEGATIVE_INFINITY;
  for (const moment of sampledAt) {
    if (moment - lastCounted >= releasingNegatives.minHoursApart * HOUR_MS) {
      count += 1;
      lastCounted = moment;
    }
  }
  return count >= releasingNegatives.count;
}

function matchObservationOrder(facts: readonly Fact[], { now }: StatusContext): RuleMatch | null {
  const orders = ordersInForce(facts, now).filter(({ orderKind }) => orderKind !== 'test');
  if (orders.length === 0) return null;
  const central = orders.some(({ orderKind }) => orderKind === 'central-observation');
  return {
    ...orderTerm(orders),
    endsWhen: 'ends.order-over',
    whatToDo: central ? 'do.central-observation' : 'do.home-observation',
  };
}

function matchTestOrder(facts: readonly Fact[], { now }: StatusContext): RuleMatch | null {
  const orders = ordersInForce(facts, now).filter(
    ({ orderKind, startsAt }) => orderKind === 'test' && !hasNegativeSince(facts, startsAt),
  );
  if (orders.length === 0) return null;
  return { ...orderTerm(orders), endsWhen: 'ends.negative-or-term', whatToDo: 'do.take-ordered-test' };
}

function ordersInForce(facts: readonly Fact[], now: Date): OrderFact[] {
  const moment = now.getTime();
  return facts.filter(
    (fact): fact is OrderFact =>
      fact.kind === 'order' &&
      fact.startsAt <= moment &&
      moment < fact.endsAt &&
      (fact.releasedAt === null || moment < fact.releasedAt),
  );
}

function orderTerm(orders: readonly OrderFact[]): Pick<RuleMatch, 'evidence' | 'since' | 'until'> {
  return {
    evidence: orders.map(factId),
    since: Math.min(...orders.map(({ startsAt }) => startsAt)),
    // A release that is already set for later ends the order sooner than its term.
    until: Math.max(...orders.map(({ endsAt, releasedAt }) => Math.min(endsAt, releasedAt ?? endsAt))),
  };
}

function matchExposureNotice(facts: readonly Fact[], context: StatusContext): RuleMatch | null {
  const { observation } = context.profile;
  const cautionEnd = (exposure: ExposureFact) =>
    endOfDay(exposure.day, context.utcOffsetMinutes ?? 0) + observation.exposureCautionDays * DAY_MS;
  const exposures = facts.filter(
    (fact): fact is ExposureFact =>
      fact.kind === 'exposure' &&
      context.now.getTime() < cautionEnd(fact) &&
      !(observation.negativeEndsCaution && hasNegativeSince(facts, fact.noticedAt)),
  );
  if (exposures.length === 0) return null;
  return {
    evidence: exposures.map(factId),
    since: Math.min(...exposures.map(({ noticedAt }) => noticedAt)),
    until: Math.max(...exposures.map(cautionEnd)),
    endsWhen: observation.negativeEndsCaution ? 'ends.negative-or-term' : 'ends.term',
    whatToDo: observation.negativeEndsCaution ? 'do.test-after-exposure' : 'do.watch-for-symptoms',
  };
}

function matchDeclaredSymptoms(facts: readonly Fact[], { now, profile }: StatusContext): RuleMatch | null {
  const end = ({ at }: DeclarationFact) => at + profile.declaration.hours * HOUR_MS;
  const declarations = facts.filter(
    (fact): fact is DeclarationFact =>
      fact.kind === 'declaration' &&
      now.getTime() < end(fact) &&
      (fact.symptoms || (fact.temperature !== null && fact.temperature >= profile.declaration.feverCelsius)),
  );
  if (declarations.length === 0) return null;
  return {
    evidence: declarations.map(factId),
    since: Math.min(...declarations.map(({ at }) => at)),
    until: Math.max(...declarations.map(end)),
    endsWhen: 'ends.term',
    whatToDo: 'do.rest-and-test',
  };
}

function hasNegativeSince(facts: readonly Fact[], since: number): boolean {
  return facts.some((fact) => fact.kind === 'result' && fact.value === 'negative' && fact.collectedAt >= since);
}

/** Epoch ms at which a local calendar day ends. */
function endOfDay(day: string, utcOffsetMinutes: number): number {
  const startUtc = /^\d{4}-\d{2}-\d{2}$/.test(day) ? Date.parse(`${day}T00:00:00Z`) : Number.NaN;
  // Date.parse may take 30 February for 2 March; a day that does not come back as itself is none.
  if (Number.isNaN(startUtc) || !new Date(startUtc).toISOString().startsWith(day)) {
    throw new RangeError(`not a calendar day: ${day}`);
  }
  return startUtc + DAY_MS - utcOffsetMinutes * MINUTE_MS;
}
