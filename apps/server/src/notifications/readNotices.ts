import type { NoticeId, NotifyPseudonym, ResponseOf, listMyNotices } from '@health-kit/api';
import type { Queryable } from '../database.ts';

type Notice = ResponseOf<typeof listMyNotices>['notices'][number];
/** Notices are kept 30 days; more than this many is more than anybody reads. */
const maxNotices = 200;

/** The notices to a person, newest first. */
export async function listNotices(database: Queryable, subject: NotifyPseudonym): Promise<Notice[]> {
  const rows = await database.query<{
    notice_id: NoticeId; kind: Notice['kind']; sent_at: Date; read_at: Date | null; exposure_day: NonNullable<Notice['exposureDay']> | null;
    exposure_kind: string | null; order_kind: string | null; legal_basis: string | null; reason: string | null; ends_at: Date | null; what_to_do: string;
  }>(
    `SELECT notice_id, kind, sent_at, read_at, exposure_day::text, exposure_kind, order_kind, legal_basis, reason, ends_at, what_to_do
     FROM notify.notice WHERE subject = $1 ORDER BY sent_at DESC, kind, exposure_day DESC, notice_id LIMIT ${maxNotices}`,
    [subject],
  );
  return rows.map((row) => ({
    noticeId: row.notice_id, kind: row.kind, sentAt: row.sent_at.toISOString(), readAt: row.read_at?.toISOString() ?? null,
    exposureDay: row.exposure_day, exposureKind: row.exposure_kind,
    orderKind: row.order_kind, legalBasis: row.legal_basis, reason: row.reason, endsAt: row.ends_at?.toISOString() ?? null,
    whatToDo: row.what_to_do,
  }));
}

/** Marks a person's own notice as read, the first time; false if that person has no such notice. */
export async function markNoticeRead(database: Queryable, subject: NotifyPseudonym, noticeId: NoticeId, nowMs: number): Promise<boolean> {
  const rows = await database.query(
    'UPDATE notify.notice SET read_at = coalesce(read_at, $3) WHERE notice_id = $1 AND subject = $2 RETURNING notice_id',
    [noticeId, subject, new Date(nowMs)],
  );
  return rows.length === 1;
}
