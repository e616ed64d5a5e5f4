import { listMyNotices, readMyNotice } from '@health-kit/api';
import type { Core } from '../capability.ts';
import { ProblemError } from '../problems.ts';
import { listNotices, markNoticeRead } from './readNotices.ts';

/** A resident's own notices. */
export function notifications({ routes, database, clock }: Core): void {
  routes.resident(listMyNotices, async ({ caller }) => ({ notices: await listNotices(database, caller) }));
  routes.resident(readMyNotice, async ({ caller, params }) => {
    if (!(await markNoticeRead(database, caller, params.noticeId, clock.now()))) throw new ProblemError('not-found');
  });
}
