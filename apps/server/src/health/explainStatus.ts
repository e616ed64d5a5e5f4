import type { ResponseOf, getMyStatus } from '@health-kit/api';
import { IDENTITY_EVIDENCE, computeStatus, factId, rules, type Fact, type StatusContext } from '@health-kit/policy';

/** A status with everything its holder is owed: the rule in words, the evidence, when it ends and that an appeal is open. */
export type StatusExplanation = ResponseOf<typeof getMyStatus>;

/** Computes a status by the published rules and writes it out for its holder. */
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
  };
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
  return epochMs === null ? null : new Date(epochMs).toISOString();
}
