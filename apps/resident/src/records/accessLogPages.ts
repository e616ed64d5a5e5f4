import { listMyAccessLog, listMyEarlierAccessLog } from '@health-kit/api';
import type { Outcome } from '@health-kit/client';
import { callAsResident } from '../device/session.ts';
import type { AccessLog } from './checkAccessLog.ts';

/** A page of the access log: the newest, or the one before a leaf. */
export function askPage(before: number | null): Promise<Outcome<AccessLog>> {
  return before === null ? callAsResident(listMyAccessLog, {}) : callAsResident(listMyEarlierAccessLog, { params: { index: String(before) } });
}

/** The leaf that the next page comes before; null when there is none. */
export function nextPage({ entries, earlier }: AccessLog): number | null {
  return earlier ? entries.at(-1)?.leaf.index ?? null : null;
}

/** Every page, newest first. */
export async function askAllPages(): Promise<Outcome<AccessLog[]>> {
  const pages: AccessLog[] = [];
  for (let before: number | null = null; ;) {
    const page: Outcome<AccessLog> = await askPage(before);
    if (!page.ok) return page;
    pages.push(page.value);
    const next = nextPage(page.value);
    if (next === null) return { ok: true, value: pages };
    // Whoever answers pages that do not go back would be asked for ever.
    if (before !== null && next >= before) throw new TypeError('the pages of the access log do not go back');
    before = next;
  }
}
