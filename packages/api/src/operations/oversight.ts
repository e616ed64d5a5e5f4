import { Type, type Static } from 'typebox';
import { Instant, Nullable, OfficerId, OneOf, PlainText, Strict } from '../identifiers.ts';
import { operation, type Authority } from '../operation.ts';
import { disclosurePurposes } from './disclosure.ts';
import { Assertion, StatementToSign } from '../webAuthn.ts';

/** What privacy officers are told of. */
export const alarmKinds = [
  'canary-touched', 'officer-budget', 'everybody-budget', 'one-time-codes', 'registrations', 'refused-sources', 'ledger', 'emergency-lapsed', 'destruction-overdue',
  'watcher-dismissed', 'watcher-frozen', 'desk-moves', 'moves-stopped',
] as const;
/** What officers touch people for; each has a budget of its own. */
export const subjectKinds = ['desk', 'move', 'specimen', 'trace', 'resolution', 'proposal', 'disclosure', 'appeal'] as const;

const privacyOfficer: Authority = { kind: 'staff', roles: ['privacy-officer'] };

/** An officer, in what is shown to those who watch over officers. */
export const WatchedOfficer = Strict({ officerId: OfficerId, name: Type.String(), office: Type.String(), unit: Type.String() });
export type WatchedOfficer = Static<typeof WatchedOfficer>;
export const AlarmId = Type.String({ pattern: '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$', maxLength: 36 });
export const Alarm = Strict({
  alarmId: AlarmId, kind: OneOf(alarmKinds), officer: Nullable(WatchedOfficer), raisedAt: Instant, lastAt: Instant,
  occurrences: Type.Integer({ description: 'how often the same happened before somebody acknowledged it' }),
  acknowledgedBy: Nullable(Type.String({ description: 'name' })), acknowledgedAt: Nullable(Instant),
});
export type Alarm = Static<typeof Alarm>;
/** How much of a budget is used. */
export const BudgetUse = Strict({
  kind: OneOf(subjectKinds),
  everybodyMinute: Type.Integer(), everybodyMinuteLimit: Type.Integer(),
  /** The officer who has touched most people, and how many. */
  busiest: Nullable(Strict({ officer: WatchedOfficer, hour: Type.Integer(), day: Type.Integer() })),
  hourLimit: Type.Integer(), dayLimit: Type.Integer(),
});
export type BudgetUse = Static<typeof BudgetUse>;

export const Oversight = Strict({
  at: Instant,
  /** Those that wait first, then the newest. */
  alarms: Type.Array(Alarm),
  /** Frozen accounts: by whom and why, as the ledger has it; what an officer of the name wrote, or the alarm upon which the vault itself did it. */
  stopped: Type.Array(Strict({ ...WatchedOfficer.properties, frozenAt: Instant, by: Nullable(Type.String({ description: 'name' })), reason: Nullable(Type.String()), alarm: Nullable(OneOf(alarmKinds)) })),
  /** Officers who can be stopped. */
  officers: Type.Array(WatchedOfficer),
  /** What officers were refused within the last seven days. */
  refusals: Type.Array(Strict({ office: Type.String(), operation: Type.String(), refusal: Type.String(), count: Type.Integer() })),
  budgets: Type.Array(BudgetUse),
  canaries: Type.Integer(),
  ledger: Strict({
    leaves: Type.Integer(), lastLeafAt: Nullable(Instant),
    /** The last signed tree head; what came after it is signed within seconds. */
    checkpoint: Nullable(Strict({ size: Type.Integer(), signedAt: Instant })),
    /** Configured witnesses, and the largest tree head that each has cosigned. */
    witnesses: Type.Array(Strict({ name: Type.String(), cosigned: Nullable(Strict({ size: Type.Integer(), at: Instant })) })),
  }),
  /** Disclosures that could be opened, within the last 30 days, by the office of whoever asked. */
  disclosures: Type.Array(Strict({ office: Type.String(), purpose: OneOf(disclosurePurposes), disclosures: Type.Integer(), people: Type.Integer(), unconfirmed: Type.Integer({ description: 'emergencies that no second officer confirmed' }) })),
  /** Disclosures that are over and wait for a privacy officer's review. */
  unreviewed: Type.Integer(),
});
export type Oversight = Static<typeof Oversight>;

export const readOversight = operation({
  id: 'readOversight', capability: 'oversight', method: 'GET', path: '/v1/oversight', authority: privacyOfficer, status: 200,
  summary: 'Alarms, stopped officers, refusals, budgets of people, disclosures and the ledger: counts, and nothing about residents', response: Oversight,
});
export const acknowledgeAlarm = operation({
  id: 'acknowledgeAlarm', capability: 'oversight', method: 'POST', path: '/v1/oversight/alarms/:alarmId/acknowledgement', authority: privacyOfficer, status: 204,
  summary: 'Say that an alarm was seen', params: Strict({ alarmId: AlarmId }), body: Strict({}),
});
const officer = Strict({ officerId: OfficerId });
const reason = PlainText({ minLength: 3, maxLength: 300 });
export const freezeStaff = operation({
  id: 'freezeStaff', capability: 'oversight', method: 'POST', path: '/v1/oversight/officers/:officerId/freeze', authority: privacyOfficer, status: 204,
  summary: 'Stop an officer: sessions end, and no passkey opens another', params: officer, body: Strict({ reason }),
});
export const beginRelease = operation({
  id: 'beginRelease', capability: 'oversight', method: 'POST', path: '/v1/oversight/officers/:officerId/release/options', authority: privacyOfficer, status: 200,
  summary: 'Passkey options whose challenge stands for officer, freeze and reason, and their text', params: officer, body: Strict({ reason }),
  response: StatementToSign,
});
export const releaseStaff = operation({
  id: 'releaseStaff', capability: 'oversight', method: 'POST', path: '/v1/oversight/officers/:officerId/release', authority: privacyOfficer, status: 204,
  summary: 'Let a stopped officer go on, by passkey over the reason', params: officer,
  body: Strict({ reason, ...Assertion.properties }),
});
/** Largest number of canaries made at once. */
export const maxCanaries = 20;
export const makeCanaries = operation({
  id: 'makeCanaries', capability: 'oversight', method: 'POST', path: '/v1/oversight/canaries', authority: privacyOfficer, status: 204,
  summary: 'Make people whom nobody has a reason to touch; nobody is told who they are',
  body: Strict({ count: Type.Integer({ minimum: 1, maximum: maxCanaries }) }),
});
/** By which a canary that was declared is retired: shown once, and telling nothing of who it is. */
export const CanaryReference = Type.String({ pattern: '^[0-9A-HJKMNP-TV-Z]{10}$', maxLength: 10 });
export const declareCanary = operation({
  id: 'declareCanary', capability: 'oversight', method: 'POST', path: '/v1/oversight/canaries/declarations', authority: privacyOfficer, status: 201,
  summary: 'Have one person invented whom nobody has a reason to touch, with or without visits; the answer is a reference, never who it is',
  body: Strict({ visits: Type.Boolean({ description: 'whether they check in at decoy venues, day by day' }) }), response: Strict({ reference: CanaryReference }),
});
export const retireCanary = operation({
  id: 'retireCanary', capability: 'oversight', method: 'POST', path: '/v1/oversight/canaries/retirements', authority: privacyOfficer, status: 204,
  summary: 'Erase the canary of a reference, with its visits', body: Strict({ reference: CanaryReference }),
});
