import { Type, type Static } from 'typebox';
import { Base64Url, Instant, NoticeId, Nullable, OneOf, Strict } from '../identifiers.ts';
import { operation, type Authority } from '../operation.ts';
import { listMyNotices, listMyResults, MaskedHolder, Sealed } from './residents.ts';

// Residents without a phone: registered at the desk by their document, with a pass on paper (a card), and letters for notices.

const registrar: Authority = { kind: 'staff', roles: ['registrar'] };
const PresentationId = Base64Url(16);

/**
 * What a scanner seals to the vault of a card (JWE, as {@link Sealed}): a card's code is the same each day, so that
 * nobody on the way sees it, and what it was scanned for and when is under the same seal: whoever relays a scan makes
 * no other use of it.
 */
export const SealedCard = Strict({
  use: OneOf(['visit', 'desk', 'specimen']),
  /** Text of the scanned code. */
  code: Type.String({ minLength: 20, maxLength: 420 }),
  /** When it was scanned; of a visit, the arrival. */
  at: Instant,
});
export type SealedCard = Static<typeof SealedCard>;

/** How long a card is good, days. */
export const cardLifeDays = 180;

export const registerAtDesk = operation({
  id: 'registerAtDesk', capability: 'residents', method: 'POST', path: '/v1/desk/registrations', authority: registrar, status: 201,
  summary: 'Register somebody without a phone by the document that the registrar has before them, entered twice and sealed to the vault; or find their account again',
  body: Strict({ sealed: Sealed, again: Sealed, language: OneOf(['zh', 'en']) }),
  response: Strict({ presentationId: Type.String({ description: 'good for ten minutes, for this officer' }), holder: MaskedHolder }),
});
export const issueCard = operation({
  id: 'issueCard', capability: 'residents', method: 'POST', path: '/v1/desk/cards', authority: registrar, status: 201,
  summary: 'Sign the pass of a card for whoever was presented; the card they had before ends. The portrait stays in the browser: only the digest of its thumbnail is sent',
  body: Strict({ presentationId: PresentationId, portraitDigest: Base64Url(16) }),
  response: Strict({ pass: Base64Url(400), issuedAt: Instant, expiresAt: Instant, holder: MaskedHolder, replaced: Type.Boolean() }),
});
export const endCard = operation({
  id: 'endCard', capability: 'residents', method: 'POST', path: '/v1/desk/cards/ending', authority: registrar, status: 200,
  summary: 'End the card of whoever was presented, as one that was lost', body: Strict({ presentationId: PresentationId }),
  response: Strict({ ended: Type.Boolean() }),
});
export const getCardList = operation({
  id: 'getCardList', capability: 'visits', method: 'GET', path: '/v1/gate/card-list', authority: { kind: 'gate' }, status: 200,
  summary: 'The status of every card that is good, by salted digest, signed (packages/pass, cardList); for gates alone', produces: 'application/vnd.health-kit.card-list+cwt',
});

/** A notice as a letter: what the app would show, and of a result what the results page would. */
export const Letter = Strict({
  ...noticeOf(listMyNotices).properties,
  result: Nullable(Strict({ value: resultOf(listMyResults).properties.value, institution: Type.String(), collectedAt: Instant, reportedAt: Instant })),
});
export type Letter = Static<typeof Letter>;
export const listLetters = operation({
  id: 'listLetters', capability: 'notifications', method: 'POST', path: '/v1/desk/letters', authority: registrar, status: 200,
  summary: 'Notices that wait for whoever showed their card at the desk and has no phone, to be printed and handed over',
  body: Strict({ presentationId: PresentationId }),
  response: Strict({ letters: Type.Array(Letter), language: OneOf(['zh', 'en']), /** Letters from before this wait until the card is a day old; null where none do. */ heldBack: Nullable(Instant) }),
});
export const handOverLetters = operation({
  id: 'handOverLetters', capability: 'notifications', method: 'POST', path: '/v1/desk/letters/handing-over', authority: registrar, status: 200,
  summary: 'State that letters were handed over: they count as read',
  body: Strict({ presentationId: PresentationId, letters: Type.Array(NoticeId, { minItems: 1, maxItems: 50 }) }),
  response: Strict({ handedOver: Type.Integer() }),
});

function noticeOf({ response }: typeof listMyNotices) {
  if (response === undefined) throw new TypeError('notices have a form');
  return response.properties.notices.items;
}
function resultOf({ response }: typeof listMyResults) {
  if (response === undefined) throw new TypeError('results have a form');
  return response.properties.results.items;
}
