import { revokeKeys } from '../authority/revokedKeys.ts';
import type { Queries } from '../database.ts';
import { personId, type PersonId } from '../identifiers.ts';
import { pseudonymOf, pseudonymsOf } from '../keys/pseudonym.ts';
import type { DayVisitKey } from '../keys/vaultKeys.ts';
import { noteErasedEntries } from '../ledger/unlinkedEntries.ts';
import { nowOf, type Vault } from '../vault.ts';
import { heldUntil, holdDocument } from './heldAccounts.ts';

/**
 * Deletes people with everything of theirs that the vault holds: the data keys, and with them identity and access log
 * (whose leaves stay in the ledger and link to nobody), document index, devices. Passes that they show turn invalid,
 * tickets of their devices die early, and other schemas forget notices, visits and the hosting of venues. Returns
 * those who existed, with their former accounts.
 *
 * @param dayKeys of the whole term, asked for before the transaction
 */
export async function shredPeople(vault: Vault, queries: Queries, people: readonly PersonId[], dayKeys: readonly DayVisitKey[]): Promise<readonly PersonId[]> {
  // Locked in one order, so that two at once wait for each other instead of deadlocking.
  const { rows: found } = await queries.query<{ person_id: string; proven: boolean }>(
    'SELECT person_id, proven_at IS NOT NULL AS proven FROM vault.person WHERE person_id = ANY($1) ORDER BY person_id FOR UPDATE', [people],
  );
  // All at once: each person for themselves would lock what another erasure holds.
  await noteErasedEntries(vault, queries, found.map(({ person_id }) => personId(person_id)));
  const shredded: PersonId[] = [];
  for (const row of found) shredded.push(...(await shredPerson(vault, queries, personId(row.person_id), row.proven, dayKeys)));
  return shredded;
}

async function shredPerson(vault: Vault, queries: Queries, person: PersonId, proven: boolean, dayKeys: readonly DayVisitKey[]): Promise<readonly PersonId[]> {
  const { rows: formerRows } = await queries.query<{ former_id: string }>('SELECT former_id FROM vault.former_person WHERE person_id = $1', [person]);
  const former = formerRows.map(({ former_id }) => personId(former_id));
  const held = proven ? await heldUntil(vault, queries, person) : null;
  if (held !== null) await holdDocument(vault, queries, person, held);
  // While a case may need the days of an erased person, their visits stay until the visit term ends them.
  await forgetElsewhere(vault, queries, person, held === null ? [person, ...former] : former, dayKeys);

  const { rows: devices } = await queries.query<{ thumbprint: string }>('SELECT thumbprint FROM vault.device WHERE person_id = $1 AND revoked_at IS NULL', [person]);
  await revokeKeys(vault, queries, devices.map(({ thumbprint }) => thumbprint));
  // Of a dependant too, whom these devices showed as a guardian's: the link goes with the person, and nobody could end it any more.
  await queries.query('UPDATE vault.pass SET invalid = true, thumbprint = $2 WHERE thumbprint IN (SELECT thumbprint FROM vault.device WHERE person_id = $1)', [person, 'erased']);
  // The pass stays in its list, where it must go on to be invalid; whose it was goes.
  await queries.query("UPDATE vault.pass SET invalid = true, thumbprint = 'erased' WHERE person_id = $1", [person]);
  await queries.query('DELETE FROM vault.registration WHERE person_id = $1', [person]);
  await queries.query('DELETE FROM vault.person WHERE person_id = $1', [person]);
  return [person, ...former];
}

/**
 * Has the other schemas delete what they keep under the person's pseudonyms: notices, the hosting of venues, and the
 * visits of every day that still has a key.
 */
async function forgetElsewhere(vault: Vault, queries: Queries, person: PersonId, visitors: readonly PersonId[], dayKeys: readonly DayVisitKey[]): Promise<void> {
  const { keys } = vault;
  await queries.query('SELECT notify.forget($1)', [pseudonymOf(keys.notify, person)]);
  await queries.query('SELECT venue.end_hosting($1, $2)', [pseudonymOf(keys.venue, person), nowOf(vault)]);
  await queries.query('SELECT visit.forget($1)', [dayKeys.flatMap(({ key }) => pseudonymsOf(key, visitors))]);
}
