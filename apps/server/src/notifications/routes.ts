import { handOverLetters, listLetters, listMyNotices, readMyNotice } from '@health-kit/api';
import { readLetterOwner, recordHandingOver } from '@health-kit/api/vault';
import type { Core } from '../capability.ts';
import { ProblemError } from '../problems.ts';
import { askVault } from '../vault/index.ts';
import { waitingLetters } from './letters.ts';
import { listNotices, markNoticeRead } from './readNotices.ts';

/** A resident's own notices; of residents without a phone, the letters that a desk prints and hands over. */
export function notifications({ routes, database, vault, clock }: Core): void {
  routes.resident(listMyNotices, async ({ caller }) => ({ notices: await listNotices(database, caller) }));
  routes.resident(readMyNotice, async ({ caller, params }) => {
    if (!(await markNoticeRead(database, caller, params.noticeId, clock.now()))) throw new ProblemError('not-found');
  });

  routes.staff(listLetters, async ({ caller }) => {
    const { owner, language } = await askVault(vault, readLetterOwner, { caller: caller.request });
    if (owner === null) return { letters: [], language, heldBack: null };
    const { letters, heldBack } = await waitingLetters(database, owner, owner.from === null ? null : Date.parse(owner.from));
    return { letters, language, heldBack: heldBack ? owner.from : null };
  });
  routes.staff(handOverLetters, async ({ caller, body }) => {
    const { owner } = await askVault(vault, recordHandingOver, { caller: caller.request });
    if (owner === null) throw new ProblemError('not-found');
    let handedOver = 0;
    for (const noticeId of body.letters) if (await markNoticeRead(database, owner, noticeId, clock.now())) handedOver += 1;
    return { handedOver };
  });
}
