import type { HealthPseudonym, NoticeId, NotifyPseudonym, ResponseOf, listMyNotices } from '@health-kit/api';
import type { WhatToDo } from '@health-kit/policy';
import type { Queryable } from '../database.ts';
import { isIdentifier } from '../identifiers.ts';
import { readOwnResults } from '../labs/index.ts';

type Notice = ResponseOf<typeof listMyNotices>['notices'][number];
/** More than this many is more than anybody reads. */
const maxNotices = 200;
/** Which result it is, the person reads in their results and nowhere else. */
const readResult: WhatToDo = 'do.read-result';

/** Whose notices: the two sectors meet in their owner's own request and are stored side by side nowhere. */
export interface NoticeOwner {
  readonly notify: NotifyPseudonym;
  readonly health: HealthPseudonym;
}

/**
 * The notices to a person, newest first: those that were stored, and one for
 * each of the person's results (the newest version of each, by whose id it
 * goes). A notice of a result is no row until it is read.
 */
export async function listNotices(database: Queryable, owner: NoticeOwner): Promise<Notice[]> {
  const notices = [...(await readStored(database, owner.notify)), ...(await deriveFromResults(database, owner))];
  const order = ({ kind, exposureDay, noticeId }: Notice) => `${kind} ${exposureDay ?? ''} ${noticeId}`;
  return notices
    .sort((a, b) => Date.parse(b.sentAt) - Date.parse(a.sentAt) || (order(a) < order(b) ? -1 : 1))
    .slice(0, maxNotices);
}

/** Marks a person's own notice as read, the first time; false if that person has no such notice. */
export async function markNoticeRead(database: Queryable, owner: NoticeOwner, noticeId: NoticeId, nowMs: number): Promise<boolean> {
  const stored = await database.query(
    `UPDATE notify.notice SET read_at = coalesce(read_at, $3) WHERE notice_id = $1 AND subject = $2 AND kind <> 'result' RETURNING notice_id`,
    [noticeId, owner.notify, new Date(nowMs)],
  );
  if (stored.length === 1) return true;
  const derived = (await deriveFromResults(database, owner)).find((notice) => notice.noticeId === noticeId);
  if (derived === undefined) return false;
  await database.query(
    `INSERT INTO notify.notice (notice_id, subject, kind, cause_id, what_to_do, sent_at, read_at) VALUES ($1, $2, 'result', $1, $3, $4, $5)
     ON CONFLICT DO NOTHING`,
    [noticeId, owner.notify, derived.whatToDo, derived.sentAt, new Date(nowMs)],
  );
  return true;
}

async function readStored(database: Queryable, subject: NotifyPseudonym): Promise<Notice[]> {
  const rows = await database.query<{
    notice_id: NoticeId; kind: Notice['kind']; sent_at: Date; read_at: Date | null; exposure_day: NonNullable<Notice['exposureDay']> | null;
    exposure_kind: string | null; order_kind: string | null; legal_basis: string | null; reason: string | null; ends_at: Date | null; what_to_do: string;
  }>(
    `SELECT notice_id, kind, sent_at, read_at, exposure_day::text, exposure_kind, order_kind, legal_basis, reason, ends_at, what_to_do
     FROM notify.notice WHERE subject = $1 AND kind <> 'result' ORDER BY sent_at DESC, notice_id LIMIT ${maxNotices}`,
    [subject],
  );
  return rows.map((row) => ({
    noticeId: row.notice_id, kind: row.kind, sentAt: row.sent_at.toISOString(), readAt: row.read_at?.toISOString() ?? null,
    exposureDay: row.exposure_day, exposureKind: row.exposure_kind,
    orderKind: row.order_kind, legalBasis: row.legal_basis, reason: row.reason, endsAt: row.ends_at?.toISOString() ?? null,
    whatToDo: row.what_to_do,
  }));
}

async function deriveFromResults(database: Queryable, { notify, health }: NoticeOwner): Promise<Notice[]> {
  const results = await readOwnResults(database, health);
  const read = await database.query<{ cause_id: string; read_at: Date | null }>("SELECT cause_id, read_at FROM notify.notice WHERE subject = $1 AND kind = 'result'", [notify]);
  const readAt = new Map(read.map((row) => [row.cause_id, row.read_at]));
  return results.map(({ resultId, reportedAt }) => ({
    noticeId: noticeIdOf(resultId), kind: 'result', sentAt: reportedAt, readAt: readAt.get(resultId)?.toISOString() ?? null,
    exposureDay: null, exposureKind: null, orderKind: null, legalBasis: null, reason: null, endsAt: null, whatToDo: readResult,
  }));
}

/** The notice of a result goes by the result's own id. */
function noticeIdOf(resultId: string): NoticeId {
  if (!isIdentifier<NoticeId>(resultId)) throw new RangeError('not an identifier');
  return resultId;
}
