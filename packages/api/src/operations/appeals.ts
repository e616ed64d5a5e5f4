import { Type, type Static } from 'typebox';
import { AppealId, Day, Instant, Nullable, OneOf, Strict } from '../identifiers.ts';
import { operation } from '../operation.ts';
import { PageKey } from '../pageKey.ts';

/** Why somebody says that a status is wrong. */
export const appealGrounds = ['not-mine', 'was-not-there', 'tested-negative', 'should-have-ended', 'medical', 'other'] as const;
export type AppealGround = (typeof appealGrounds)[number];
/** `open` until it is answered or taken back. */
export const appealStates = ['open', 'withdrawn', 'upheld', 'rejected'] as const;
export const appealOutcomes = ['upheld', 'rejected'] as const;
export const evidenceKinds = ['identity', 'result', 'order', 'exposure', 'declaration'] as const;
/** Longest that an appeal's own words and its answer are, in characters. */
export const longestAppealWords = 1000;

/** Words of a person, over several lines where they like; no characters that hide or turn text. */
const Words = (minLength: number) => Type.String({
  minLength, maxLength: longestAppealWords,
  pattern: '^[^\\u0000-\\u0009\\u000b-\\u001f\\u007f-\\u009f\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u206f\\ufeff\\ud800-\\udfff]*$',
});
/** A fact that a status rests on, as the status explanation names it. */
export const AppealEvidence = Strict({ kind: OneOf(evidenceKinds), id: Type.String({ maxLength: 60 }) });
export type AppealEvidence = Static<typeof AppealEvidence>;

/** What the app seals to the vault. The server relays it and reads none of it. */
export const SealedAppeal = Strict({
  grounds: OneOf(appealGrounds), words: Words(0),
  /** What of the status is contested: at least one of the facts it rests on. */
  evidence: Type.Array(AppealEvidence, { minItems: 1, maxItems: 50 }),
  /** Thumbprint of the device key that files it: nobody files what was sealed for somebody else, and so reads it. */
  device: Type.String({ maxLength: 43 }),
});
export type SealedAppeal = Static<typeof SealedAppeal>;
/** What an officer's page seals to the vault; `session`: thumbprint of the session key. */
export const SealedAppealAnswer = Strict({ appealId: AppealId, outcome: OneOf(appealOutcomes), reason: Words(3), session: Type.String({ maxLength: 43 }) });
export type SealedAppealAnswer = Static<typeof SealedAppealAnswer>;
/** A thousand characters of Chinese are three thousand bytes before they are sealed. */
const SealedWords = Type.String({ pattern: '^[A-Za-z0-9_.-]+$', maxLength: 12_288, description: 'JWE compact serialization (RFC 7516)' });

/** A person's own appeals, newest first, as the vault seals them to the app's key. */
export const OwnAppeals = Strict({ appeals: Type.Array(Strict({
  appealId: AppealId, state: OneOf(appealStates), filedAt: Instant,
  /** When it has to be answered. */
  dueAt: Instant, endedAt: Nullable(Instant),
  /** Rule and status that it is against. */
  rule: Type.String(), status: Type.String(),
  evidence: Type.Array(AppealEvidence), grounds: OneOf(appealGrounds), words: Type.String(),
  answer: Nullable(Strict({ reason: Type.String(), office: Type.String() })),
})) });
export type OwnAppeals = Static<typeof OwnAppeals>;

export const FiledAppeal = Strict({ appealId: AppealId, filedAt: Instant, dueAt: Instant });
export const SealedOwnAppeals = Strict({ sealed: Type.String({ maxLength: 524_288 }) });
const device = { kind: 'device' } as const;
export const fileAppeal = operation({
  id: 'fileAppeal', capability: 'appeals', method: 'POST', path: '/v1/me/appeals', authority: device, status: 201,
  summary: 'Appeal against the own present status; grounds and words are sealed to the vault', body: Strict({ sealed: SealedWords }),
  response: FiledAppeal,
});
export const readMyAppeals = operation({
  id: 'readMyAppeals', capability: 'appeals', method: 'POST', path: '/v1/me/appeals/reading', authority: device, status: 200,
  summary: 'The own appeals with state, clock and answer; sealed by the vault to the key', body: Strict({ key: PageKey }),
  response: SealedOwnAppeals,
});
const params = Strict({ appealId: AppealId });
export const withdrawAppeal = operation({
  id: 'withdrawAppeal', capability: 'appeals', method: 'POST', path: '/v1/me/appeals/:appealId/withdrawal', authority: device, status: 204,
  summary: 'Take back an own appeal that was not answered yet', params, body: Strict({}),
});

const medicalOfficer = { kind: 'staff', roles: ['medical-officer'] } as const;
export const AppealSummary = Strict({
  appealId: AppealId, state: OneOf(appealStates), filedAt: Instant, dueAt: Instant, endedAt: Nullable(Instant),
  overdue: Type.Boolean(), rule: Type.String(), status: Type.String(), grounds: OneOf(appealGrounds), evidence: Type.Array(OneOf(evidenceKinds)),
  answeredBy: Nullable(Type.String({ description: 'name and unit' })),
  mayAnswer: Type.Boolean({ description: 'whether the caller had no part in what it is against: another officer, of another unit than whoever approved it' }),
});
export type AppealSummary = Static<typeof AppealSummary>;
export const AppealQueue = Strict({ appeals: Type.Array(AppealSummary) });
export const listAppeals = operation({
  id: 'listAppeals', capability: 'appeals', method: 'GET', path: '/v1/appeals', authority: medicalOfficer, status: 200,
  summary: 'Appeals: those that wait, oldest clock first, then those of the last 30 days; nobody\'s name, nobody\'s words', response: AppealQueue,
});
/** What stands behind an appeal, as far as an officer has to see it. No name, no pseudonym. */
export const ShownEvidence = Strict({
  kind: OneOf(evidenceKinds),
  /** When it began to count. */
  at: Nullable(Instant), until: Nullable(Instant),
  /** Of an order its kind, of an exposure close or casual, of a result its value; null of others. */
  what: Nullable(Type.String()),
  /** Day of an exposure. */
  day: Nullable(Day),
  legalBasis: Nullable(Type.String()), reason: Nullable(Type.String()),
  institution: Nullable(Type.String()), testCode: Nullable(Type.String()), collectedAt: Nullable(Instant),
  withdrawnAt: Nullable(Instant),
});
export type ShownEvidence = Static<typeof ShownEvidence>;
/** The words of an appeal and of its answer, as the vault seals them to the officer's page. */
export const AppealWords = Strict({ words: Type.String(), reason: Nullable(Type.String()) });
export type AppealWords = Static<typeof AppealWords>;
export const openAppeal = operation({
  id: 'openAppeal', capability: 'appeals', method: 'POST', path: '/v1/appeals/:appealId/reading', authority: medicalOfficer, status: 200,
  summary: "Read one appeal; its words are sealed by the vault to the page, and the person's access log says so", params, body: Strict({ key: PageKey }),
  response: Strict({ appeal: AppealSummary, evidence: Type.Array(ShownEvidence), sealed: Type.String({ maxLength: 32_768 }) }),
});
export const answerAppeal = operation({
  id: 'answerAppeal', capability: 'appeals', method: 'POST', path: '/v1/appeals/:appealId/answer', authority: medicalOfficer, status: 204,
  summary: 'Uphold an appeal, which withdraws the facts it is against, or reject it; with a reason, as somebody who had no part in them', params,
  body: Strict({ sealed: SealedWords }),
});
export const AppealCounts = Strict({
  /** Within how many hours an appeal is to be answered. */
  termHours: Type.Integer(),
  /** Waiting now, and those of them whose clock has run out. */
  waiting: Type.Integer(), overdue: Type.Integer(),
  days: Type.Array(Strict({ day: Day, filed: Type.Integer(), answered: Type.Integer(), inTime: Type.Integer(), upheld: Type.Integer(), withdrawn: Type.Integer() })),
});
/** Public numbers: how many appeals there were and whether they were answered in time; nobody's name. */
export const getAppealCounts = operation({
  id: 'getAppealCounts', capability: 'appeals', method: 'GET', path: '/v1/appeal-counts', authority: { kind: 'anyone' }, status: 200,
  summary: 'Appeals filed, answered and answered in time, per day, in public', response: AppealCounts,
});
