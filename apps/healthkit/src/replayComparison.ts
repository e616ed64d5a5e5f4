/** Contact lists that tracing found, held against those that follow from the file. */
import { bruteForceContacts, type ReferenceVisit, type TimeWindow } from '@health-kit/policy';

/** A time at a venue that a contact shared with the index person, epoch ms; venues by the file's names. */
export type Exposure = { readonly venue: string; readonly from: number; readonly to: number };

/** What tracing found for one case: contacts under pseudonyms that only the vault could turn into people. */
export type TracedCase = {
  /** The person of the file who was tested. */
  readonly indexPerson: string;
  readonly contacts: readonly { readonly pseudonym: string; readonly exposures: readonly Exposure[] }[];
};

export type Comparison = {
  readonly expectedContacts: number;
  readonly foundContacts: number;
  /** Expected contacts that were not found. */
  readonly missing: number;
  /** Found contacts that nobody expected. */
  readonly extra: number;
  /** A line for each difference. */
  readonly differences: readonly string[];
};

/**
 * Compares without knowing who is behind a pseudonym: a found contact is right when its set of exposures (venue, from,
 * to) is exactly that of one person of the file whom no other contact of the case claims. As equal sets are
 * interchangeable, matching them one to one is counting them. Across cases a pseudonym must stay one person: where no
 * single person fits all its sets of exposures, its last contact counts as extra, and one as missing.
 */
export function compareContacts(cases: readonly TracedCase[], visits: readonly ReferenceVisit[], window: TimeWindow): Comparison {
  const differences: string[] = [];
  const candidates = new Map<string, ReadonlySet<string>>();
  let [expectedContacts, foundContacts, missing, extra] = [0, 0, 0, 0];

  for (const { indexPerson, contacts } of cases) {
    const expected = new Map<string, string[]>();
    for (const [person, overlaps] of bruteForceContacts(visits, indexPerson, window)) {
      const signature = signatureOf(overlaps.map(({ venue, arrivedAt, leftAt }) => ({ venue, from: arrivedAt, to: leftAt })));
      expected.set(signature, [...(expected.get(signature) ?? []), person]);
      expectedContacts += 1;
    }
    foundContacts += contacts.length;

    const found = Map.groupBy(contacts, (contact) => signatureOf(contact.exposures));
    for (const [signature, people] of expected) {
      const lacking = people.length - (found.get(signature)?.length ?? 0);
      if (lacking <= 0) continue;
      missing += lacking;
      differences.push(`case of ${indexPerson}: ${lacking} missing among ${people.join(', ')} with ${signature}`);
    }
    for (const [signature, claims] of found) {
      const people = expected.get(signature) ?? [];
      if (claims.length > people.length) {
        extra += claims.length - people.length;
        differences.push(`case of ${indexPerson}: ${claims.length - people.length} extra with ${signature || 'no exposure'}`);
        continue;
      }
      for (const { pseudonym } of claims) {
        const before = candidates.get(pseudonym);
        const fitting = new Set(people.filter((person) => before?.has(person) ?? true));
        if (fitting.size > 0) {
          candidates.set(pseudonym, fitting);
          continue;
        }
        missing += 1;
        extra += 1;
        differences.push(`case of ${indexPerson}: a pseudonym that was another person in an earlier case`);
      }
    }
  }
  return { expectedContacts, foundContacts, missing, extra, differences };
}

/** One text for a set of exposures, whatever their order and however often one is given. */
function signatureOf(exposures: readonly Exposure[]): string {
  return [...new Set(exposures.map(({ venue, from, to }) => `${venue}@${new Date(from).toISOString()}/${new Date(to).toISOString()}`))].sort().join(' ');
}
