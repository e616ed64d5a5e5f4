import type { Queries } from '../database.ts';
import { personId, type PersonId } from '../identifiers.ts';
import { hiddenUntilNoticed } from '../ledger/accessEvent.ts';
import { nowOf, type Vault } from '../vault.ts';

/**
 * From when each person sees the entry of a disclosure in their own log; nobody else is in the map, and sees it at once.
 *
 * The index person knows of the case, for it is theirs. A contact who has been told (or whose earlier entry of the case
 * has had its time) knows as well. For every other contact the entry would be how they, and whoever looks at their
 * telephone, learn that somebody near them is a case: it waits for the notice, as the entry of the trace does, and 14
 * days at most.
 */
export async function visibleFrom(vault: Vault, queries: Queries, caseId: string, index: PersonId, people: readonly PersonId[]): Promise<ReadonlyMap<PersonId, Date>> {
  const { rows } = await queries.query<{ person_id: string }>(
    'SELECT DISTINCT person_id FROM vault.access_entry WHERE case_id = $1 AND person_id = ANY($2) AND visible_from <= $3', [caseId, people, nowOf(vault)],
  );
  const knowing = new Set<PersonId>([index, ...rows.map(({ person_id }) => personId(person_id))]);
  const waitsUntil = hiddenUntilNoticed(vault);
  return new Map(people.filter((person) => !knowing.has(person)).map((person) => [person, waitsUntil]));
}
