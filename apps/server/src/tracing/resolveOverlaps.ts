import type { TracePseudonym } from '@health-kit/api';
import { resolveContacts } from '@health-kit/api/vault';
import { askVault, type VaultClient } from '../vault/index.ts';
import type { Overlap } from './findOverlaps.ts';

/** Names asked at once: for each new contact the vault writes a leaf of the ledger, all within its deadline. */
const chunkSize = 2_000;

/**
 * Groups overlaps by person: the vault turns each visit pseudonym of a day
 * into the person's trace pseudonym, so that two days of one person come
 * together. Names that are nobody's, and the index person's own of other days,
 * are dropped.
 */
export async function resolveOverlaps(
  vault: VaultClient, traceId: string, overlaps: readonly Overlap[], index: TracePseudonym,
): Promise<Map<TracePseudonym, Overlap[]>> {
  const byName = new Map<string, { readonly day: Overlap['day']; readonly subject: Overlap['subject']; readonly overlaps: Overlap[] }>();
  for (const overlap of overlaps) {
    const name = `${overlap.day} ${overlap.subject}`;
    const known = byName.get(name);
    if (known === undefined) byName.set(name, { day: overlap.day, subject: overlap.subject, overlaps: [overlap] });
    else known.overlaps.push(overlap);
  }
  const contacts = new Map<TracePseudonym, Overlap[]>();
  const names = [...byName.values()];
  for (let start = 0; start < names.length; start += chunkSize) {
    const chunk = names.slice(start, start + chunkSize);
    const answer = await askVault(vault, resolveContacts, { traceId, subjects: chunk.map(({ day, subject }) => ({ day, subject })) });
    if (answer.contacts.length !== chunk.length) throw new Error('the vault answered for another number of names');
    for (const [position, contact] of answer.contacts.entries()) {
      if (contact === null || contact === index) continue;
      const found = chunk[position]?.overlaps ?? [];
      const known = contacts.get(contact);
      if (known === undefined) contacts.set(contact, [...found]);
      else known.push(...found);
    }
  }
  return contacts;
}
