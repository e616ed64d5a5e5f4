import { isRevokedKey, revokeKeys } from '../authority/revokedKeys.ts';
import type { Queries } from '../database.ts';
import { personId, type PersonId } from '../identifiers.ts';
import { noteErasedEntries } from '../ledger/unlinkedEntries.ts';
import type { Vault } from '../vault.ts';

/** Revokes every device of a person, or one of them: passes and tickets die with them. Returns how many there were. */
export async function revokeDevices(vault: Vault, queries: Queries, person: PersonId, now: Date, { only = null }: { readonly only?: string | null } = {}): Promise<number> {
  const { rows } = await queries.query<{ thumbprint: string }>(
    'UPDATE vault.device SET revoked_at = $2 WHERE person_id = $1 AND revoked_at IS NULL AND ($3::text IS NULL OR thumbprint = $3) RETURNING thumbprint', [person, now, only],
  );
  const thumbprints = rows.map(({ thumbprint }) => thumbprint);
  await queries.query('UPDATE vault.pass SET invalid = true WHERE thumbprint = ANY($1) AND NOT invalid', [thumbprints]);
  await revokeKeys(vault, queries, thumbprints);
  return thumbprints.length;
}

/** Whether a key was a device's that is revoked. */
export async function isRevokedDevice(vault: Vault, queries: Queries, thumbprint: string): Promise<boolean> {
  return (await queries.query('SELECT FROM vault.device WHERE thumbprint = $1 AND revoked_at IS NOT NULL', [thumbprint])).rowCount > 0 || isRevokedKey(vault, queries, thumbprint);
}

/**
 * Takes a device from whoever had it, before it is bound to `successor`: passes that it shows turn invalid. An
 * unproven account that has no device left can never be used again and is erased; a proven one stays, and comes
 * back at the desk.
 */
export async function releaseDevice(vault: Vault, queries: Queries, thumbprint: string, successor: PersonId): Promise<void> {
  const { rows: released } = await queries.query<{ person_id: string }>(
    'DELETE FROM vault.device WHERE thumbprint = $1 AND person_id <> $2 RETURNING person_id', [thumbprint, successor],
  );
  await queries.query('UPDATE vault.pass SET invalid = true WHERE thumbprint = $1 AND NOT invalid', [thumbprint]);
  const { rows: left } = await queries.query<{ person_id: string }>(
    `SELECT p.person_id FROM vault.person p
     WHERE p.person_id = ANY($1) AND p.proven_at IS NULL AND NOT EXISTS (SELECT FROM vault.device d WHERE d.person_id = p.person_id) FOR UPDATE OF p`,
    [released.map(({ person_id }) => person_id)],
  );
  const people = left.map(({ person_id }) => personId(person_id));
  await noteErasedEntries(vault, queries, people);
  await queries.query('DELETE FROM vault.person WHERE person_id = ANY($1)', [people]);
}

/**
 * Erases an account of a human being who goes on as `successor`: key, identity, access entries. What stays is that
 * the two were one, for the visit term, so that the account's visits are still traced to the person who made them.
 */
export async function mergeAccount(vault: Vault, queries: Queries, account: PersonId, successor: PersonId, now: Date): Promise<void> {
  await queries.query('UPDATE vault.pass SET invalid = true WHERE person_id = $1 AND NOT invalid', [account]);
  await queries.query('UPDATE vault.former_person SET person_id = $2 WHERE person_id = $1', [account, successor]);
  await queries.query('INSERT INTO vault.former_person (former_id, person_id, since) VALUES ($1, $2, $3)', [account, successor, now]);
  await noteErasedEntries(vault, queries, [account]);
  await queries.query('DELETE FROM vault.person WHERE person_id = $1', [account]);
}
