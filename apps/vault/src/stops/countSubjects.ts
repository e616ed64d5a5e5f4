import { createHmac, type KeyObject } from 'node:crypto';
import type { VaultRefusal } from '@health-kit/api/vault';
import type { OfficerRecord } from '../authority/officers.ts';
import { byteaArray } from '../binaryArrays.ts';
import { firstRow, type Queries } from '../database.ts';
import type { PersonId } from '../identifiers.ts';
import { keyObject } from '../keys/sealing.ts';
import { refuse } from '../refusal.ts';
import { takeTurn } from '../turns.ts';
import { nowOf, type Vault } from '../vault.ts';
import { raiseAlarm, tellPrivacyOfficers, type AlarmKind } from './alarms.ts';
import type { SubjectKind } from './budgets.ts';
import { anyCanary } from './canaries.ts';
import { freezeOfficer } from './freezeOfficer.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

export interface Touch {
  readonly officer: Pick<OfficerRecord, 'officerId'>;
  readonly people: readonly PersonId[];
  readonly kind: SubjectKind;
  /** Whom the operation comes upon besides, by what was typed: looked at for canaries, and not counted, since a count would tell whether they exist. */
  readonly besides?: readonly PersonId[];
}

/**
 * Counts the people whom an officer touches, and stops the officer. Every operation on behalf of staff calls it when
 * it knows the people and before anything about them leaves.
 *
 * @param touch.asNobody what the operation says where there is nobody: a canary is answered the same
 */
export async function countSubjects(vault: Vault, touch: Touch & { readonly asNobody?: VaultRefusal }): Promise<void> {
  const verdict = await touchSubjects(vault, touch);
  if (verdict === 'canary') refuse(touch.asNobody ?? 'not-found');
  if (verdict === 'beyond-budget') refuse('too-many-requests');
}

/**
 * As {@link countSubjects}, for an operation that answers a canary by other means than a refusal.
 *
 * Distinct people are counted, whoever asks from wherever, and in a transaction of its own: what is refused has been
 * counted too, so that a loop which goes on against the refusals of the minute's budget comes to the hour's, and that
 * one freezes the account. A canary freezes it at once.
 */
export async function touchSubjects(vault: Vault, touch: Touch): Promise<'free' | 'beyond-budget' | 'canary'> {
  const { officer } = touch;
  const people = [...new Set(touch.people)];
  const everybody = [...people, ...(touch.besides ?? [])];
  if (everybody.length === 0) return 'free';
  const stop = await vault.database.transaction(async (queries): Promise<(Stop & { readonly tell: AlarmKind | null }) | null> => {
    // One at a time, or two at once would both find the last one free.
    await waitFor(queries, touch);
    await rememberSubjects(vault, queries, touch, people);
    const found = (await anyCanary(vault, queries, everybody)) ? stops.canary : await beyondBudget(vault, queries, touch);
    if (found === null) return null;
    if (found.freezes) await freezeOfficer(vault, queries, { officer: officer.officerId, by: null, reason: found.alarm });
    if (found.alarm === null) return { ...found, tell: null };
    const isNew = await raiseAlarm(vault, queries, found.alarm, found === stops.everybody ? null : officer.officerId);
    // What is refused and goes on is told once.
    return { ...found, tell: isNew || found !== stops.refused ? found.alarm : null };
  });
  if (stop === null) return 'free';
  if (stop.tell !== null) tellPrivacyOfficers(vault, stop.tell);
  return stop.alarm === 'canary-touched' ? 'canary' : 'beyond-budget';
}

interface Stop {
  readonly freezes: boolean;
  readonly alarm: AlarmKind | null;
}
const stops = {
  canary: { freezes: true, alarm: 'canary-touched' },
  /** Too fast: a moment later it is free again. */
  minute: { freezes: false, alarm: null },
  /** More than the busiest officer does: somebody has to look at it first. */
  officer: { freezes: true, alarm: 'officer-budget' },
  /** More, of what others than the officer decide: somebody looks at it, and the desk goes on with everything else. */
  refused: { freezes: false, alarm: 'desk-moves' },
  everybody: { freezes: false, alarm: 'everybody-budget' },
} as const;

/** Writes down, by keyed hashes, whom an officer touched, or whose owners stopped what the officer asked for. */
export async function rememberSubjects(
  vault: Vault, queries: Queries, { officer, kind }: { readonly officer: Touch['officer']; readonly kind: SubjectKind | 'move-stopped' }, people: readonly PersonId[],
): Promise<void> {
  const { version, key } = vault.keys.stops;
  // In the order of the index: what is written is then beside what was written before.
  const subjects = hashesOf(key, people);
  // Whom the officer touched before the key was replaced counts once, and not as two people.
  for (const former of vault.keys.allStops.filter((each) => each.version < version)) {
    await queries.query('DELETE FROM vault.subject_touch WHERE kind = $1 AND officer_id = $2 AND subject = ANY($3::bytea[])', [kind, officer.officerId, byteaArray(hashesOf(former.key, people))]);
  }
  await queries.query(
    `INSERT INTO vault.subject_touch (kind, officer_id, subject, touched_at) SELECT $1, $2, subject, $4 FROM unnest($3::bytea[]) AS touched (subject)
     ON CONFLICT (kind, officer_id, subject) DO UPDATE SET touched_at = excluded.touched_at`,
    [kind, officer.officerId, byteaArray(subjects), nowOf(vault)],
  );
}

async function beyondBudget(vault: Vault, queries: Queries, { officer, kind }: Touch): Promise<Stop | null> {
  const budget = vault.limits.subjects[kind];
  const now = vault.clock.now();
  const since = [new Date(now - minuteMs), new Date(now - hourMs), new Date(now - dayMs)];
  const own = firstRow(await queries.query<{ minute: number; hour: number; day: number }>(
    `SELECT count(*) FILTER (WHERE touched_at > $3)::int AS minute, count(*) FILTER (WHERE touched_at > $4)::int AS hour, count(*)::int AS day
     FROM vault.subject_touch WHERE kind = $1 AND officer_id = $2 AND touched_at > $5`,
    [kind, officer.officerId, ...since],
  ));
  if (own === null) throw new Error('the count did not answer');
  if (own.day >= (budget.freezesPerDay ?? Infinity)) return stops.officer;
  if (own.hour > budget.perHour || own.day > budget.perDay) return budget.freezesPerDay === undefined ? stops.officer : stops.refused;
  if (own.minute > budget.perMinute) return stops.minute;
  const all = firstRow(await queries.query<{ minute: number }>(
    'SELECT count(DISTINCT subject)::int AS minute FROM vault.subject_touch WHERE kind = $1 AND touched_at > $2', [kind, since[0]],
  ));
  if (all === null) throw new Error('the count did not answer');
  return all.minute > budget.everybodyPerMinute ? stops.everybody : null;
}

/**
 * What waits for what. Desks and samplers are many, and wait only for themselves: everybody's budget may be passed by
 * the few who are counted at the same moment. The others touch many people at once, and wait for each other.
 */
async function waitFor(queries: Queries, { officer, kind }: Touch): Promise<void> {
  if (kind !== 'desk' && kind !== 'move' && kind !== 'specimen') return takeTurn(queries, 'subjects');
  await queries.query('SELECT officer_id FROM vault.officer WHERE officer_id = $1 FOR NO KEY UPDATE', [officer.officerId]);
}

function hashesOf(key: Uint8Array, people: readonly PersonId[]): Buffer[] {
  const made = keyObject(key);
  return people.map((person) => subjectHash(made, person)).sort((a, b) => a.compare(b));
}
function subjectHash(key: KeyObject, person: PersonId): Buffer {
  return createHmac('sha256', key).update(`subject|${person}`, 'utf8').digest().subarray(0, 16);
}
