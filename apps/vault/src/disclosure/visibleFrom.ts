import { DAY_MS } from '@health-kit/policy';
import type { Queries } from '../database.ts';
import { personId, type PersonId } from '../identifiers.ts';

/** Longest that an entry waits. */
const hiddenTermDays = 14;

/**
 * From when each person sees the entry of a disclosure in their own log; nobody else is in the map, and sees it at once.
 *
 * The index person knows of the case, for it is theirs. A contact who has been told (or whose earlier entry of the case
 * has had its time) knows as well. For every other contact the entry would be how they, and whoever looks at their
 * telephone, learn that somebody near them is a case: it waits for the notice, as the entry of the trace does, and 14
 * days at most.
 */
export async function visibleFrom(queries: Queries, caseId: string, index: PersonId, people: readonly PersonId[], now: Date): Promise<ReadonlyMap<PersonId, Date>> {
  const { rows } = await queries.query<{ person_id: string }>(
    'SELECT DISTINCT person_id FROM vault.access_entry WHERE case_id = $1 AND person_id = ANY($2) AND visible_from <= $3', [caseId, people, now],
  );
  const knowing = new Set<PersonId>([index, ...rows.map(({ person_id }) => personId(person_id))]);
  const waitsUntil = new Date(now.getTime() + hiddenTermDays * DAY_MS);
  return new Map(people.filter((person) => !knowing.has(person)).map((person) => [person, waitsUntil]));
}
