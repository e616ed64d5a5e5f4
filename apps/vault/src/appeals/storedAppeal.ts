import { AppealEvidence, appealGrounds, type AppealId, type AppealSummary, type OwnAppeals } from '@health-kit/api';
import Type, { type Static } from 'typebox';
import { Value } from 'typebox/value';
import type { Queries } from '../database.ts';
import { appealId, officerId, personId, type PersonId } from '../identifiers.ts';
import { open, seal } from '../keys/sealing.ts';
import type { Vault } from '../vault.ts';

/** What of an appeal is sealed under its person's data key of class `access-log`. */
const Content = Type.Object({
  rule: Type.String(), status: Type.String(), evidence: Type.Array(AppealEvidence),
  grounds: Type.Unsafe<(typeof appealGrounds)[number]>(Type.String({ enum: [...appealGrounds] })), words: Type.String(),
  answer: Type.Union([Type.Null(), Type.Object({ reason: Type.String(), office: Type.String() })]),
});
export type AppealContent = Static<typeof Content>;

/** What is authenticated with a sealed appeal. */
export const appealPlace = (id: string) => `vault.appeal/sealed/${id}`;

export function sealAppeal(vault: Pick<Vault, 'random'>, key: Uint8Array, id: AppealId, content: AppealContent): Buffer {
  return seal(key, appealPlace(id), Buffer.from(JSON.stringify(content), 'utf8'), vault.random);
}
function openAppealContent(key: Uint8Array, id: AppealId, sealed: Uint8Array): AppealContent {
  return Value.Parse(Content, JSON.parse(open(key, appealPlace(id), sealed).toString('utf8')));
}

export interface Appeal {
  readonly id: AppealId;
  readonly person: PersonId;
  readonly filedAt: Date;
  readonly dueAt: Date;
  readonly state: AppealSummary['state'];
  readonly endedAt: Date | null;
  readonly answeredBy: ReturnType<typeof officerId> | null;
  /** Name and unit of whoever answered. */
  readonly answeredByName: string | null;
  readonly sealed: Buffer;
}
type AppealRow = {
  appeal_id: string; person_id: string; filed_at: Date; due_at: Date; state: Appeal['state']; ended_at: Date | null;
  answered_by: string | null; name: string | null; unit: string | null; sealed: Buffer;
};

/** Appeals by a condition on `a`, in the order given. */
export async function findAppeals(queries: Queries, where: string, values: readonly unknown[], order = 'a.filed_at DESC, a.appeal_id'): Promise<readonly Appeal[]> {
  const { rows } = await queries.query<AppealRow>(
    `SELECT a.appeal_id, a.person_id, a.filed_at, a.due_at, a.state, a.ended_at, a.answered_by, o.name, o.unit, a.sealed
     FROM vault.appeal a LEFT JOIN vault.officer o ON o.officer_id = a.answered_by WHERE ${where} ORDER BY ${order}`, values,
  );
  return rows.map((row) => ({
    id: appealId(row.appeal_id), person: personId(row.person_id), filedAt: row.filed_at, dueAt: row.due_at, state: row.state, endedAt: row.ended_at,
    answeredBy: row.answered_by === null ? null : officerId(row.answered_by), answeredByName: row.name === null || row.unit === null ? null : `${row.name} · ${row.unit}`, sealed: row.sealed,
  }));
}
/** One appeal, locked until the transaction ends: of two answers at once, the second one sees the first. */
export async function findAppealForUpdate(queries: Queries, id: AppealId): Promise<Appeal | null> {
  await queries.query('SELECT FROM vault.appeal WHERE appeal_id = $1 FOR UPDATE', [id]);
  return (await findAppeals(queries, 'a.appeal_id = $1', [id]))[0] ?? null;
}

export function contentOf(appeal: Appeal, accessLogKey: Uint8Array): AppealContent {
  return openAppealContent(accessLogKey, appeal.id, appeal.sealed);
}

/** All appeals of a person, newest first, for themselves. */
export async function ownAppeals(queries: Queries, person: PersonId, accessLogKey: Uint8Array, most: number): Promise<OwnAppeals['appeals']> {
  const appeals = await findAppeals(queries, 'a.person_id = $1', [person]);
  return appeals.slice(0, most).map((appeal) => ({
    appealId: appeal.id, state: appeal.state, filedAt: appeal.filedAt.toISOString(), dueAt: appeal.dueAt.toISOString(), endedAt: appeal.endedAt?.toISOString() ?? null,
    ...contentOf(appeal, accessLogKey),
  }));
}

type Counted = 'filed' | 'answered' | 'in_time' | 'upheld' | 'withdrawn';
/** Counts on the public numbers of a day. */
export async function countAppeal(queries: Queries, day: string, counted: readonly Counted[]): Promise<void> {
  const each = (name: Counted) => (counted.includes(name) ? 1 : 0);
  await queries.query(
    `INSERT INTO vault.appeal_count AS c (day, filed, answered, in_time, upheld, withdrawn) VALUES ($1, $2, $3, $4, $5, $6)
     ON CONFLICT (day) DO UPDATE SET filed = c.filed + excluded.filed, answered = c.answered + excluded.answered, in_time = c.in_time + excluded.in_time,
       upheld = c.upheld + excluded.upheld, withdrawn = c.withdrawn + excluded.withdrawn`,
    [day, each('filed'), each('answered'), each('in_time'), each('upheld'), each('withdrawn')],
  );
}
