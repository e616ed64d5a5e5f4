import type { StatusExplanation } from '@health-kit/api';
import type { TimeFormat } from '@health-kit/ui';
import type { ResidentText } from '../text.ts';

/** What a status rests on, a sentence for each piece of evidence, in the order in which the decision cites it. Null in the place of what cites no fact. */
export function evidenceInWords({ evidence, facts }: Pick<StatusExplanation, 'evidence' | 'facts'>, text: ResidentText, time: TimeFormat): (string | null)[] {
  return evidence.map(({ kind, id }) => {
    if (kind === 'identity') return text('insight.facts.identity');
    const fact = facts.find((each) => each.id === id);
    switch (fact?.kind) {
      case undefined:
        return null;
      case 'result':
        return text('insight.facts.result', { value: text(`insight.facts.values.${fact.value}`), collected: time.dateTime(fact.collectedAt), reported: time.dateTime(fact.reportedAt) });
      case 'order':
        return text('insight.facts.order', { kind: text(`insight.facts.orders.${fact.orderKind}`), basis: fact.legalBasis, from: time.dateTime(fact.startsAt), to: time.dateTime(fact.releasedAt ?? fact.endsAt) });
      case 'exposure':
        return text('insight.facts.exposure', { kind: text(`insight.facts.exposures.${fact.exposureKind}`), day: time.day(fact.day), told: time.dateTime(fact.noticedAt) });
      case 'declaration': {
        const { temperature, symptoms } = fact;
        const at = time.dateTime(fact.at);
        if (temperature === null) return text('insight.facts.symptoms', { at });
        return text(symptoms ? 'insight.facts.symptomsAndFever' : 'insight.facts.fever', { at, temperature });
      }
    }
  });
}
