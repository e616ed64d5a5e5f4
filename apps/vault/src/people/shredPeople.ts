import type { Queries } from '../database.ts';
import type { PersonId } from '../identifiers.ts';
import { nowOf, type Vault } from '../vault.ts';

/**
 * Deletes people with everything of theirs that the vault holds: the data keys, and with them identity and access log
 * (whose leaves stay in the ledger and link to nobody), document index, devices. Passes that they show turn invalid
 * and tickets of their devices die early. Deletes nothing of people who do not exist; returns how many did.
 */
export async function shredPeople(vault: Vault, queries: Queries, people: readonly PersonId[]): Promise<number> {
  const now = nowOf(vault);
  const ticketsUntil = new Date(vault.calendar.endOf(vault.calendar.dayOf(now.getTime())));
  await queries.query(
    `INSERT INTO vault.revoked_key (thumbprint, revoked_at, until)
     SELECT thumbprint, $2, $3 FROM vault.device WHERE person_id = ANY($1) AND revoked_at IS NULL ON CONFLICT (thumbprint) DO NOTHING`,
    [people, now, ticketsUntil],
  );
  // The pass stays in its list, where it must go on to be invalid; whose it was goes.
  await queries.query("UPDATE vault.pass SET invalid = true, thumbprint = 'erased' WHERE person_id = ANY($1)", [people]);
  await queries.query('DELETE FROM vault.registration WHERE person_id = ANY($1)', [people]);
  const { rowCount } = await queries.query('DELETE FROM vault.person WHERE person_id = ANY($1)', [people]);
  return rowCount;
}
