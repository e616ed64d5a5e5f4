import type { Contact } from './closeContacts.ts';

/** Whether orders can still be proposed for a contact: nothing stands or waits for it. */
export function isOrderable({ order }: Pick<Contact, 'order'>): boolean {
  return order === null || order === 'refused' || order === 'expired' || order === 'not-ordered';
}

/** Whether a contact is taken when many are selected at once. One whose identity was not proven is selected alone, once it is: until then, an order would be approved in vain again. */
export function isOrderableWithOthers(contact: Pick<Contact, 'order'>): boolean {
  return isOrderable(contact) && contact.order !== 'not-ordered';
}
