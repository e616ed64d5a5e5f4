import { listContacts, type CaseId, type ResponseOf, type TracePseudonym } from '@health-kit/api';
import { ask } from '../answers/callAsStaff.ts';
import { isOrderableWithOthers } from './orderable.ts';

export type Contact = ResponseOf<typeof listContacts>['contacts'][number];

const pageSize = 500;

/**
 * All close contacts of a case for whom an order can be proposed with others, over all pages.
 *
 * @param onProgress how many contacts were looked at so far
 */
export async function findCloseContacts(caseId: CaseId, onProgress: (seen: number) => void, signal: AbortSignal): Promise<TracePseudonym[]> {
  const found: TracePseudonym[] = [];
  let seen = 0;
  for (let after: string | null | undefined; after !== null && !signal.aborted;) {
    const page: ResponseOf<typeof listContacts> = await ask(listContacts, { params: { caseId }, query: { limit: pageSize, ...(after === undefined ? {} : { after }) } }, { attempts: 3, signal });
    for (const contact of page.contacts) if (contact.contactClass === 'close' && isOrderableWithOthers(contact)) found.push(contact.contact);
    seen += page.contacts.length;
    onProgress(seen);
    after = page.next;
  }
  return found;
}
