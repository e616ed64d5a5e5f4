import { randomUUID } from 'node:crypto';
import type { NotifyPseudonym } from '@health-kit/api';
import type { WhatToDo } from '@health-kit/policy';
import type { Queryable } from '../database.ts';

interface Told {
  readonly subject: NotifyPseudonym;
  /** Proposal or appeal that the notice comes from: the same cause tells a person once. */
  readonly causeId: string;
}
/** The person was exposed: on which day and in what kind of place, never where, at what hour or to whom. */
export interface ExposureNotice extends Told {
  readonly kind: 'exposure';
  /** Local calendar day. */
  readonly day: string;
  readonly exposureKind: 'shared-indoor-space';
  readonly whatToDo: WhatToDo;
}
/** An order was made about the person: what, on what legal basis, why and until when. */
export interface OrderNotice extends Told {
  readonly kind: 'order';
  readonly orderKind: 'home-observation' | 'central-observation' | 'test';
  readonly legalBasis: string;
  readonly reason: string;
  readonly endsAtMs: number;
  readonly whatToDo: WhatToDo;
}
/** An appeal of theirs was answered; what the answer is, the person reads with the appeal and nowhere else. */
export interface AppealNotice extends Told {
  readonly kind: 'appeal';
  readonly whatToDo: WhatToDo;
}
/** What is stored to be told. Notices of results are not: they are derived from the results when they are read. */
export type NewNotice = ExposureNotice | OrderNotice | AppealNotice;

/**
 * Tells people, in the transaction that makes what they are told of: a notice
 * is as durable as its cause, and a cause that is repeated tells once.
 */
export async function tell(transaction: Queryable, notices: readonly NewNotice[], nowMs: number): Promise<void> {
  if (notices.length === 0) return;
  const column = <T>(pick: (notice: NewNotice) => T) => notices.map(pick);
  await transaction.query(
    `INSERT INTO notify.notice (notice_id, subject, kind, cause_id, exposure_day, exposure_kind, order_kind, legal_basis, reason, ends_at, what_to_do, sent_at)
     SELECT notice.*, $12::timestamptz
     FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::uuid[], $5::date[], $6::text[], $7::text[], $8::text[], $9::text[], $10::timestamptz[], $11::text[]) AS notice
     ON CONFLICT (subject, kind, cause_id, exposure_day) DO NOTHING`,
    [
      column(() => randomUUID()),
      column(({ subject }) => subject),
      column(({ kind }) => kind),
      column(({ causeId }) => causeId),
      column((notice) => (notice.kind === 'exposure' ? notice.day : null)),
      column((notice) => (notice.kind === 'exposure' ? notice.exposureKind : null)),
      column((notice) => (notice.kind === 'order' ? notice.orderKind : null)),
      column((notice) => (notice.kind === 'order' ? notice.legalBasis : null)),
      column((notice) => (notice.kind === 'order' ? notice.reason : null)),
      column((notice) => (notice.kind === 'order' ? new Date(notice.endsAtMs) : null)),
      column(({ whatToDo }) => whatToDo),
      new Date(nowMs),
    ],
  );
}
