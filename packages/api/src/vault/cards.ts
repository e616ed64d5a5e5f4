import { Type } from 'typebox';
import { Base64Url, HealthPseudonym, Instant, NotifyPseudonym, Nullable, OneOf, Strict, VisitPseudonym } from '../identifiers.ts';
import { endCard, issueCard, registerAtDesk } from '../operations/cards.ts';
import { Sealed } from '../operations/residents.ts';
import { answerOf, caller, vaultOperation } from './protocol.ts';

// Residents without a phone.
export const registerPersonAtDesk = vaultOperation({ name: 'register-at-desk', callerOperation: 'registerAtDesk', request: Strict(caller), response: answerOf(registerAtDesk) });
export const issueCardAtDesk = vaultOperation({ name: 'issue-card', callerOperation: 'issueCard', request: Strict(caller), response: answerOf(issueCard) });
export const endCardAtDesk = vaultOperation({ name: 'end-card', callerOperation: 'endCard', request: Strict(caller), response: answerOf(endCard) });
/** Signs what every card that is good says today, from the facts; see packages/pass. */
export const signCards = vaultOperation({ name: 'sign-card-list', callerOperation: null, request: Strict({}), response: Strict({ token: Base64Url(16_777_216), expiresAt: Instant }) });
/** The visits that gates' sealed scans of cards stand for, in order; null for a card that was not good at that moment. The day follows from the moment under the seal. */
export const findCardVisits = vaultOperation({
  name: 'find-card-visits', callerOperation: null, request: Strict({ scans: Type.Array(Sealed, { maxItems: 100 }) }),
  response: Strict({ visits: Type.Array(Nullable(Strict({ arrivedAt: Instant, subject: VisitPseudonym }))) }),
});
/** Whose letters: of a person who showed their card at the desk and has no phone. `from`: earlier ones wait; null where none do. */
const LetterOwner = Strict({
  owner: Nullable(Strict({ notify: NotifyPseudonym, health: HealthPseudonym, from: Nullable(Instant) })),
  language: OneOf(['zh', 'en']),
});
export const readLetterOwner = vaultOperation({ name: 'read-letter-owner', callerOperation: 'listLetters', request: Strict(caller), response: LetterOwner });
export const recordHandingOver = vaultOperation({ name: 'record-handing-over', callerOperation: 'handOverLetters', request: Strict(caller), response: LetterOwner });
