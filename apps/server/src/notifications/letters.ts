import type { Letter } from '@health-kit/api';
import type { Queryable } from '../database.ts';
import { readOwnResults } from '../labs/index.ts';
import { listNotices, type NoticeOwner } from './readNotices.ts';

/** Letters printed at once at most: more is more than an envelope takes. */
const mostLetters = 50;

/**
 * The notices of somebody without a phone that nobody has handed over yet, oldest first, as letters. Of a result, the
 * letter says what the app's page of results would: its owner has no other way to read it.
 *
 * @param fromMs earlier ones wait, epoch ms; null where none do
 */
export async function waitingLetters(database: Queryable, owner: NoticeOwner, fromMs: number | null): Promise<{ readonly letters: Letter[]; readonly heldBack: boolean }> {
  const waiting = (await listNotices(database, owner)).filter(({ readAt }) => readAt === null).reverse();
  const due = waiting.filter(({ sentAt }) => fromMs === null || Date.parse(sentAt) >= fromMs).slice(0, mostLetters);
  const results = due.some(({ kind }) => kind === 'result') ? new Map((await readOwnResults(database, owner.health)).map((result) => [String(result.resultId), result])) : null;
  return {
    heldBack: due.length < waiting.length && fromMs !== null,
    letters: due.map((notice) => {
      const result = results?.get(notice.noticeId);
      return { ...notice, result: result === undefined ? null : { value: result.value, institution: result.institution, collectedAt: result.collectedAt, reportedAt: result.reportedAt } };
    }),
  };
}
