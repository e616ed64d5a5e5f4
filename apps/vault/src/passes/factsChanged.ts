import { factsChanged } from '@health-kit/api/vault';
import { openHandler } from '../authority/handlers.ts';
import type { Queries } from '../database.ts';
import { personId, type PersonId } from '../identifiers.ts';
import { peopleOf } from '../keys/pseudonym.ts';
import { nowOf, type Vault } from '../vault.ts';
import { readStatuses } from './readStatus.ts';

/** Facts about these people changed: passes in force that say another status than the facts do turn invalid. */
export const factsChangedHandler = openHandler(factsChanged, async (vault, { subjects }) => {
  const people = [...new Set(peopleOf(vault.keys.health, subjects))];
  const invalidated = await vault.database.transaction((queries) => invalidateOutdatedPasses(vault, queries, people));
  return { invalidated };
});

/** Marks invalid what the people's passes say wrongly, today's now and tomorrow's as of its first moment; returns how many. */
export async function invalidateOutdatedPasses(vault: Vault, queries: Queries, people: readonly PersonId[]): Promise<number> {
  // Locked in one order, so that two changes at once wait for each other instead of deadlocking.
  const { rows } = await queries.query<{ person_id: string; proven: boolean }>(
    `SELECT p.person_id, p.proven_at IS NOT NULL AS proven FROM vault.person p
     WHERE p.person_id = ANY($1) ORDER BY p.person_id FOR NO KEY UPDATE`,
    [people],
  );
  if (rows.length === 0) return 0;
  const subjects = rows.map((row) => ({ person: personId(row.person_id), identityProven: row.proven }));
  const now = nowOf(vault);
  const nextDayMs = vault.calendar.endOf(vault.calendar.dayOf(now.getTime()));
  const updated = await queries.query(
    `UPDATE vault.pass SET invalid = true FROM unnest($1::uuid[], $2::text[], $3::text[]) AS true_of (person_id, now, next_day)
     WHERE pass.person_id = true_of.person_id AND pass.expires_at > $4 AND NOT pass.invalid
       AND pass.status <> CASE WHEN pass.issued_at > $4 THEN true_of.next_day ELSE true_of.now END`,
    [rows.map(({ person_id }) => person_id), await readStatuses(vault, queries, subjects, now.getTime()), await readStatuses(vault, queries, subjects, nextDayMs), now],
  );
  return updated.rowCount;
}
