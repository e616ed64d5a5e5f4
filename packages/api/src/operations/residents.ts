import { Type, type Static } from 'typebox';
import { Base64Url, Day, Instant, Nullable, NoticeId, OneOf, RegistrationId, ResultId, Strict, PlainText } from '../identifiers.ts';
import { operation } from '../operation.ts';

export const documentTypes = ['resident-id', 'hk-macau-permit', 'taiwan-permit', 'foreign-permanent-resident', 'passport'] as const;
export type DocumentType = (typeof documentTypes)[number];

/** Empty for somebody whose document has one name, which then stands as the family name. */
const GivenName = Type.Union([Type.Literal(''), PlainText({ maxLength: 60 })]);

/**
 * What the app seals to the vault (JWE compact, ECDH-ES + A256GCM, to the
 * sealing key of /v1/trust). The server relays it and cannot read it.
 */
export const SealedIdentity = Strict({
  familyName: PlainText({ maxLength: 40 }),
  givenName: GivenName,
  documentType: OneOf(documentTypes),
  documentNumber: Type.String({ minLength: 4, maxLength: 24 }),
  /** E.164, e.g. +8613800138000. */
  phone: Type.String({ pattern: '^\\+[1-9][0-9]{6,14}$', maxLength: 16 }),
  language: OneOf(['zh', 'en']),
});
export type SealedIdentity = Static<typeof SealedIdentity>;
/** What a registration officer reads off a document, sealed likewise. */
export const SealedDocument = Strict({
  familyName: PlainText({ maxLength: 40 }),
  givenName: GivenName,
  documentType: OneOf(documentTypes),
  documentNumber: Type.String({ minLength: 4, maxLength: 24 }),
});
export type SealedDocument = Static<typeof SealedDocument>;
export const Sealed = Type.String({ pattern: '^[A-Za-z0-9_.-]+$', maxLength: 4096, description: 'JWE compact serialization (RFC 7516)' });

/** The least view of a person: all that any surface but the owner's own shows. Made in the vault. */
export const MaskedHolder = Strict({
  name: Type.String({ description: 'family name and one mark per further character' }),
  documentType: OneOf(documentTypes),
  documentLastTwo: Type.String(),
  phone: Type.String({ description: 'first three and last three digits; empty for somebody without a phone' }),
  identityProven: Type.Boolean(),
});
export type MaskedHolder = Static<typeof MaskedHolder>;

export const startRegistration = operation({
  id: 'startRegistration', capability: 'residents', method: 'POST', path: '/v1/registrations', authority: { kind: 'device' }, status: 202,
  summary: 'Register an identity sealed to the vault; sends a one-time code to its phone',
  body: Strict({ sealed: Sealed }),
  response: Strict({ registrationId: RegistrationId, expiresAt: Instant, resendAfterSeconds: Type.Integer() }),
});
export const confirmRegistration = operation({
  id: 'confirmRegistration', capability: 'residents', method: 'POST', path: '/v1/registrations/:registrationId/confirmation', authority: { kind: 'device' }, status: 204,
  summary: 'Confirm a registration with the one-time code, by the same device key',
  params: Strict({ registrationId: RegistrationId }),
  body: Strict({ code: Type.String({ pattern: '^[0-9]{8}$', maxLength: 8 }) }),
});
export const issueTicket = operation({
  id: 'issueTicket', capability: 'residents', method: 'POST', path: '/v1/tickets', authority: { kind: 'device' }, status: 201,
  summary: "Today's day ticket for a registered device",
  body: Strict({}),
  response: Strict({ ticket: Type.String(), day: Day, dayStart: Instant, dayEnd: Instant, identityProven: Type.Boolean() }),
});
/** A pass as it is issued. */
export const DayPassAnswer = Strict({ pass: Base64Url(400), expiresAt: Instant, day: Day, holder: MaskedHolder });
export const issuePass = operation({
  id: 'issuePass', capability: 'residents', method: 'POST', path: '/v1/passes', authority: { kind: 'device' }, status: 201,
  summary: "Today's pass, its status computed from the facts and signed; or tomorrow's, valid from midnight, in the six hours before it (404 until then)",
  body: Strict({ day: Type.Optional(OneOf(['today', 'tomorrow'])) }),
  response: DayPassAnswer,
});
export const setPortraitDigest = operation({
  id: 'setPortraitDigest', capability: 'residents', method: 'PUT', path: '/v1/me/portrait-digest', authority: { kind: 'device' }, status: 204,
  summary: 'The digest that passes sign; the portrait itself stays on the device',
  body: Strict({ digest: Base64Url(16) }),
});

/** A fact about the resident, as the rules of packages/policy take it; `id` is what the evidence cites. */
export const OwnFact = Type.Union([
  Strict({
    kind: Type.Literal('result'), id: Type.String(), value: OneOf(['positive', 'negative', 'inconclusive']), testCode: Type.String(),
    collectedAt: Instant, reportedAt: Instant,
  }),
  Strict({
    kind: Type.Literal('order'), id: Type.String(), orderKind: OneOf(['home-observation', 'central-observation', 'test']), legalBasis: Type.String(),
    startsAt: Instant, endsAt: Instant, releasedAt: Nullable(Instant),
  }),
  Strict({ kind: Type.Literal('exposure'), id: Type.String(), day: Day, exposureKind: OneOf(['close', 'casual']), noticedAt: Instant, withdrawnAt: Type.Optional(Instant) }),
  Strict({ kind: Type.Literal('declaration'), id: Type.String(), symptoms: Type.Boolean(), temperature: Nullable(Type.Number()), at: Instant }),
]);
export type OwnFact = Static<typeof OwnFact>;
/** Why the status is what it is, with all that it takes to compute it again. */
export const StatusExplanation = Strict({
  status: OneOf(['unverified', 'clear', 'caution', 'isolate']),
  rule: Strict({ id: Type.String(), version: Type.String(), words: Strict({ zh: Type.String(), en: Type.String() }) }),
  evidence: Type.Array(Strict({ kind: OneOf(['identity', 'result', 'order', 'exposure', 'declaration']), id: Type.String(), at: Nullable(Instant) })),
  since: Nullable(Instant),
  /** When it ends by itself; null where only the condition in `endsWhen` ends it. */
  until: Nullable(Instant),
  endsWhen: Nullable(Type.String({ description: 'key of a translated text (packages/policy, endsWhenWords)' })),
  whatToDo: Type.String({ description: 'key of a translated text (packages/policy, whatToDoWords)' }),
  appealable: Type.Boolean(),
  profile: Strict({ id: Type.String(), version: Type.String() }),
  /** The moment that it was decided for. */
  decidedAt: Instant,
  /** Offset of the city's time from UTC at that moment, minutes, which says when a day of exposure ends. */
  utcOffsetMinutes: Type.Integer(),
  identityProven: Type.Boolean(),
  /** Everything that the rules were applied to, not only what decided. */
  facts: Type.Array(OwnFact),
});
export type StatusExplanation = Static<typeof StatusExplanation>;
export const getMyStatus = operation({
  id: 'getMyStatus', capability: 'health', method: 'GET', path: '/v1/me/status', authority: { kind: 'resident', proven: false }, status: 200,
  summary: "The resident's status with its rule and evidence, and the facts by which anybody computes it again", response: StatusExplanation,
});
export const OwnResults = Strict({ results: Type.Array(Strict({
  resultId: ResultId, value: OneOf(['positive', 'negative', 'inconclusive']), testCode: Type.String(),
  institution: Type.String(), collectedAt: Instant, reportedAt: Instant, version: Type.Integer(),
})) });
export const listMyResults = operation({
  id: 'listMyResults', capability: 'labs', method: 'GET', path: '/v1/me/results', authority: { kind: 'resident', proven: false }, status: 200,
  summary: "The resident's own test results",
  response: OwnResults,
});
export const noticeKinds = ['result', 'exposure', 'order', 'appeal'] as const;
export const OwnNotices = Strict({ notices: Type.Array(Strict({
  noticeId: NoticeId, kind: OneOf(noticeKinds), sentAt: Instant, readAt: Nullable(Instant),
  /** What the text is made from; never anything about the case. */
  exposureDay: Nullable(Day), exposureKind: Nullable(Type.String()),
  orderKind: Nullable(Type.String()), legalBasis: Nullable(Type.String()), reason: Nullable(Type.String()), endsAt: Nullable(Instant),
  whatToDo: Type.String(),
})) });
export const listMyNotices = operation({
  id: 'listMyNotices', capability: 'notifications', method: 'GET', path: '/v1/me/notices', authority: { kind: 'resident', proven: false }, status: 200,
  summary: 'Notices to the resident, newest first', response: OwnNotices,
});
export const readMyNotice = operation({
  id: 'readMyNotice', capability: 'notifications', method: 'POST', path: '/v1/me/notices/:noticeId/read', authority: { kind: 'resident', proven: false }, status: 204,
  summary: 'Mark a notice as read', params: Strict({ noticeId: NoticeId }), body: Strict({}),
});
export const accessPurposes = ['identity-proof', 'specimen-collection', 'contact-tracing', 'exposure-notice', 'order', 'disclosure', 'device', 'guardian', 'card', 'letters', 'appeal'] as const;
/** What an entry may say was looked at, or happened. `name` and `phone` are the masked forms. */
export const accessFields = [
  'name', 'familyName', 'givenName', 'documentType', 'documentNumber', 'documentLastTwo', 'phone', 'wholePhone', 'visits', 'notice', 'order',
  'deviceAsked', 'deviceStopped', 'deviceMoved', 'deviceRevoked', 'guardianAsked', 'guardianRefused', 'guardianLinked', 'guardianEnded', 'guardianPass',
  'cardMade', 'cardEnded', 'letters', 'appealRead', 'appealAnswered',
] as const;
/** A resident's access log, newest first, with what it takes to verify each entry without trusting who answers. */
export const AccessLog = Strict({
  entries: Type.Array(Strict({
    day: Day, purpose: OneOf(accessPurposes), office: Type.String(), fields: Type.Array(Type.String()),
    leaf: Strict({ index: Type.Integer(), hash: Base64Url(32) }),
    /** Null for an entry older than this form. */
    proof: Nullable(Strict({
      /** What the leaf commits to: nonce, and the event's canonical JSON (RFC 8785), of which the other members are a part. */
      nonce: Base64Url(32), event: Type.String({ maxLength: 4096 }),
      /** Inclusion under `checkpoint`, the leaf's sibling first (RFC 9162, 2.1.3). */
      path: Type.Array(Base64Url(32), { maxItems: 63 }),
    })),
  })),
  /** Signed tree head of the ledger (C2SP tlog-checkpoint), to be verified with a key learnt elsewhere; null without entries. */
  checkpoint: Nullable(Type.String({ maxLength: 65_536 })),
  /** Whether there are entries before the last of these. */
  earlier: Type.Boolean(),
});
/** Position of a leaf in a path. One spelling alone: two would be two proofs. */
export const LeafIndex = Type.String({ pattern: '^(0|[1-9][0-9]{0,14})$', maxLength: 15 });

export const listMyAccessLog = operation({
  id: 'listMyAccessLog', capability: 'residents', method: 'GET', path: '/v1/me/access-log', authority: { kind: 'device' }, status: 200,
  summary: 'Who looked at what of the resident, when and why; the newest 500 entries; those that would reveal an open case wait',
  response: AccessLog,
});
/** The position is in the path, so that the device's proof signs which page was asked for. */
export const listMyEarlierAccessLog = operation({
  id: 'listMyEarlierAccessLog', capability: 'residents', method: 'GET', path: '/v1/me/access-log/before/:index', authority: { kind: 'device' }, status: 200,
  summary: 'The next 500 entries of the access log, before the leaf of this index', params: Strict({ index: LeafIndex }),
  response: AccessLog,
});
