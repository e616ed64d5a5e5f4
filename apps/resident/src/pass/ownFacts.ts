import type { OwnFact } from '@health-kit/api';
import type { Fact } from '@health-kit/policy';

/** Facts of the wire as the rules take them. */
export function factsOf(facts: readonly OwnFact[]): Fact[] {
  return facts.map(factOf);
}

function factOf(fact: OwnFact): Fact {
  switch (fact.kind) {
    case 'result':
      return {
        kind: fact.kind, resultId: fact.id, value: fact.value, testCode: fact.testCode, collectedAt: Date.parse(fact.collectedAt), reportedAt: Date.parse(fact.reportedAt),
      };
    case 'order':
      return {
        kind: fact.kind, orderId: fact.id, orderKind: fact.orderKind, legalBasis: fact.legalBasis, startsAt: Date.parse(fact.startsAt), endsAt: Date.parse(fact.endsAt),
        releasedAt: fact.releasedAt === null ? null : Date.parse(fact.releasedAt),
      };
    case 'exposure':
      return {
        kind: fact.kind, exposureId: fact.id, day: fact.day, exposureKind: fact.exposureKind, noticedAt: Date.parse(fact.noticedAt),
        withdrawnAt: fact.withdrawnAt === undefined ? null : Date.parse(fact.withdrawnAt),
      };
    case 'declaration':
      // Cited by its moment.
      return { kind: fact.kind, symptoms: fact.symptoms, temperature: fact.temperature, at: Date.parse(fact.at) };
  }
}
