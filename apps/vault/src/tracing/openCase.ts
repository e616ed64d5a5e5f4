import { firstRow, type Queries } from '../database.ts';
import { personId, type PersonId } from '../identifiers.ts';
import type { Vault } from '../vault.ts';

const dayMs = 86_400_000;

/** A case under which people may be traced, ordered for or disclosed. */
export interface FoundCase {
  readonly index: PersonId;
  /** Within its term, not closed, and its result was not taken back. That a tracer has taken it up is the server's to say. */
  readonly open: boolean;
}

/**
 * A case by its id; null when there is none.
 *
 * @param hold whether nobody may close it before the transaction ends
 */
export async function findCase(vault: Vault, queries: Queries, caseId: string, hold = false): Promise<FoundCase | null> {
  const row = firstRow(await queries.query<{ person_id: string; registered_at: Date; closed_at: Date | null; taken_back: boolean }>(
    `SELECT c.person_id, c.registered_at, c.closed_at,
       NOT EXISTS (SELECT FROM health.result r WHERE r.result_id = c.result_id AND r.value = 'positive')
       OR EXISTS (SELECT FROM health.result r JOIN health.result newer USING (specimen_id)
                  WHERE r.result_id = c.result_id AND newer.version > r.version AND newer.value <> 'positive'
                    AND NOT EXISTS (SELECT FROM health.result newest WHERE newest.specimen_id = newer.specimen_id AND newest.version > newer.version)) AS taken_back
     FROM vault.case_authority c WHERE c.case_id = $1 ${hold ? 'FOR SHARE OF c' : ''}`,
    [caseId],
  ));
  if (row === null) return null;
  const termMs = vault.limits.disclosure.caseTermDays * dayMs;
  return { index: personId(row.person_id), open: row.closed_at === null && !row.taken_back && vault.clock.now() < row.registered_at.getTime() + termMs };
}

/** Whether each of the people is a contact of the case or its index person. */
export async function areOfCase(queries: Queries, caseId: string, index: PersonId, people: readonly PersonId[]): Promise<boolean> {
  const contacts = people.filter((person) => person !== index);
  const known = await queries.query('SELECT FROM vault.case_contact WHERE case_id = $1 AND person_id = ANY($2)', [caseId, contacts]);
  return known.rowCount === new Set(contacts).size;
}
