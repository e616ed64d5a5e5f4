import type { ContactClass } from './contactScore.ts';

/** A laboratory result, in its current version: a corrected result replaces the one before. */
export interface ResultFact {
  readonly kind: 'result';
  readonly resultId: string;
  readonly value: 'positive' | 'negative' | 'inconclusive';
  /** When the specimen was taken, epoch ms. */
  readonly collectedAt: number;
  /** When the institution reported it, epoch ms; before that it is nobody's evidence. */
  readonly reportedAt: number;
  /** LOINC code; a test that the profile does not name is not evidence under it. */
  readonly testCode: string;
}

/** An order made by two officers on a legal basis. */
export interface OrderFact {
  readonly kind: 'order';
  readonly orderId: string;
  readonly orderKind: 'home-observation' | 'central-observation' | 'test';
  readonly legalBasis: string;
  /** In force from here, epoch ms, inclusive. */
  readonly startsAt: number;
  /** In force until here, epoch ms, exclusive. */
  readonly endsAt: number;
  /** When it was lifted before its end because an appeal against it was upheld, epoch ms, or null. */
  readonly releasedAt: number | null;
}

/** A notice that the person was exposed. It says nothing about who the case was, or where. */
export interface ExposureFact {
  readonly kind: 'exposure';
  readonly exposureId: string;
  /** Local calendar day of the exposure, YYYY-MM-DD. */
  readonly day: string;
  readonly exposureKind: ContactClass;
  /** When the person was told, epoch ms. */
  readonly noticedAt: number;
  /** When it was struck because an appeal against it was upheld, epoch ms; it counts no more from then. */
  readonly withdrawnAt?: number | null;
}

/** What a resident declared about their own health. */
export interface DeclarationFact {
  readonly kind: 'declaration';
  readonly symptoms: boolean;
  /** Degrees Celsius, or null where none was measured. */
  readonly temperature: number | null;
  /** Epoch ms. */
  readonly at: number;
}

/**
 * What a status is computed from. This union is closed on purpose: where somebody was (a venue scan), whom
 * they know, and what an official would like are no facts here and cannot be handed to the rules.
 */
export type Fact = ResultFact | OrderFact | ExposureFact | DeclarationFact;

/** The identifier under which a decision cites a fact; a declaration is cited by its moment. */
export function factId(fact: Fact): string {
  switch (fact.kind) {
    case 'result':
      return fact.resultId;
    case 'order':
      return fact.orderId;
    case 'exposure':
      return fact.exposureId;
    case 'declaration':
      return `declaration@${new Date(fact.at).toISOString()}`;
  }
}
