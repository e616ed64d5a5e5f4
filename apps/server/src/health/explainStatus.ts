import type { OwnFact, StatusExplanation } from '@health-kit/api';
import { IDENTITY_EVIDENCE, computeStatus, factId, rules, type Fact, type StatusContext } from '@health-kit/policy';
import { isDay } from '../localDay.ts';

/** Computes a status by the published rules and writes out all that its holder is owed: rule, evidence, end, that an appeal is open, and the facts to compute it again. */
export function explainStatus(facts: readonly Fact[], context: StatusContext): StatusExplanation {
  const decision = computeStatus(facts, context);
  const rule = rules.find(({ id, version }) => id === decision.rule.id && version === decision.rule.version);
  if (rule === undefined) throw new Error(`the rule ${decision.rule.id} is not published`);
  return {
    status: decision.status,
    rule: { id: rule.id, version: String(rule.version), words: { zh: rule.words.zh, en: rule.words.en } },
    evidence: decision.evidence.map((id) => explainEvidence(id, facts)),
    since: instant(decision.since),
    until: instant(decision.until),
    endsWhen: decision.endsWhen,
    whatToDo: decision.whatToDo,
    appealable: decision.appealable,
    profile: { id: context.profile.id, version: String(context.profile.version) },
    decidedAt: context.now.toISOString(),
    utcOffsetMinutes: context.utcOffsetMinutes ?? 0,
    identityProven: context.identityProven,
    facts: facts.map(ownFact),
  };
}

/** A fact as its holder gets it. */
function ownFact(fact: Fact): OwnFact {
  const id = factId(fact);
  switch (fact.kind) {
    case 'result':
      return { kind: fact.kind, id, value: fact.value, testCode: fact.testCode, collectedAt: moment(fact.collectedAt), reportedAt: moment(fact.reportedAt) };
    case 'order':
      return {
        kind: fact.kind, id, orderKind: fact.orderKind, legalBasis: fact.legalBasis, startsAt: moment(fact.startsAt), endsAt: moment(fact.endsAt),
        releasedAt: instant(fact.releasedAt),
      };
    case 'exposure':
      if (!isDay(fact.day)) throw new RangeError('an exposure has no calendar day');
      return { kind: fact.kind, id, day: fact.day, exposureKind: fact.exposureKind, noticedAt: moment(fact.noticedAt), ...(fact.withdrawnAt == null ? {} : { withdrawnAt: moment(fact.withdrawnAt) }) };
    case 'declaration':
      return { kind: fact.kind, id, symptoms: fact.symptoms, temperature: fact.temperature, at: moment(fact.at) };
  }
}

function explainEvidence(id: string, facts: readonly Fact[]): StatusExplanation['evidence'][number] {
  if (id === IDENTITY_EVIDENCE) return { kind: 'identity', id, at: null };
  const fact = facts.find((candidate) => factId(candidate) === id);
  if (fact === undefined) throw new Error('a status rests on evidence that is not there');
  return { kind: fact.kind, id, at: instant(knownSince(fact)) };
}

/** When a fact began to count, epoch ms. */
function knownSince(fact: Fact): number {
  switch (fact.kind) {
    case 'result': return fact.reportedAt;
    case 'order': return fact.startsAt;
    case 'exposure': return fact.noticedAt;
    case 'declaration': return fact.at;
  }
}

function instant(epochMs: number | null): string | null {
  return epochMs === null ? null : moment(epochMs);
}

function moment(epochMs: number): string {
  return new Date(epochMs).toISOString();
}
