export { APPEAL_PACE_MS, APPEAL_TERM_HOURS, APPEAL_TERM_MS, MOST_APPEALS } from './appealTerm.ts';
export { bruteForceContacts } from './bruteForceContacts.ts';
export type { ContactOverlap, ReferenceVisit } from './bruteForceContacts.ts';
export { contactScoreWords, scoreContact } from './contactScore.ts';
export type { ContactClass, ContactScore, ContactScoreTerm, Encounter, ScoredTerm } from './contactScore.ts';
export { isProfileTest, MAX_VISIT_TERM_DAYS } from './diseaseProfile.ts';
export type {
  CloseContactDefinition,
  ContactScoring,
  DeclarationPolicy,
  DiseaseProfile,
  DiseaseTest,
  InfectiousPeriod,
  IsolationPolicy,
  ObservationPolicy,
} from './diseaseProfile.ts';
export { DAY_MS, HOUR_MS, MINUTE_MS } from './durations.ts';
export { factId } from './facts.ts';
export type { DeclarationFact, ExposureFact, Fact, OrderFact, ResultFact } from './facts.ts';
export { infectiousWindow } from './infectiousWindow.ts';
export type { InfectiousWindow, TimeWindow } from './infectiousWindow.ts';
export { exposingStay, fillStay, intersectStays, overlapMinutes } from './overlap.ts';
export type { Stay } from './overlap.ts';
export { covid19 } from './profiles/covid-19.ts';
export { measles } from './profiles/measles.ts';
export { diseaseProfiles, findDiseaseProfile } from './profiles/shipped.ts';
export { PROPOSAL_TERM_MS } from './proposalTerm.ts';
export { computeStatus, IDENTITY_EVIDENCE, rules, RULE_SET_VERSION } from './statusRules.ts';
export type { RuleId, RuleMatch, StatusContext, StatusDecision, StatusRule } from './statusRules.ts';
export { endsWhenWords, statusWords, whatToDoWords } from './statusWords.ts';
export type { EndsWhen, Status, WhatToDo } from './statusWords.ts';
export { testFreshness } from './testFreshness.ts';
export type { TestFreshness } from './testFreshness.ts';
export { isVenueKind, usualStayMinutes, venueKinds } from './venueKinds.ts';
export type { VenueKind } from './venueKinds.ts';
export type { Words } from './words.ts';
