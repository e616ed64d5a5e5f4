import { firstRow, type Queries } from '../database.ts';
import { personId, type PersonId } from '../identifiers.ts';
import { refuse } from '../refusal.ts';
import type { Vault } from '../vault.ts';
import { openDataKey, openIdentity } from './identityVault.ts';
import type { Identity } from './normaliseIdentity.ts';

/** A person with their data key and identity open. */
export interface OpenPerson {
  readonly person: PersonId;
  readonly key: Buffer;
  readonly identity: Identity;
  readonly provenAt: Date | null;
  readonly portraitDigest: Buffer | null;
}

type PersonRow = { person_id: string; wrapped_key: Buffer; identity: Buffer; proven_at: Date | null; portrait_digest: Buffer | null };
const personColumns = 'p.person_id, p.wrapped_key, p.identity, p.proven_at, p.portrait_digest';

/** The person whose device key it is; refuses a key that belongs to nobody or was revoked. */
export async function requirePersonOfDevice(vault: Vault, queries: Queries, thumbprint: string): Promise<OpenPerson> {
  const row = firstRow(await queries.query<PersonRow>(
    `SELECT ${personColumns} FROM vault.device d JOIN vault.person p USING (person_id) WHERE d.thumbprint = $1 AND d.revoked_at IS NULL`,
    [thumbprint],
  ));
  return openRow(vault, row ?? refuse('not-authorized'));
}

/** A person by identifier, locked against changes until the transaction ends where asked; null when there is none. */
export async function findPerson(vault: Vault, queries: Queries, person: PersonId, forUpdate = false): Promise<OpenPerson | null> {
  const row = firstRow(await queries.query<PersonRow>(`SELECT ${personColumns} FROM vault.person p WHERE p.person_id = $1 ${forUpdate ? 'FOR UPDATE' : ''}`, [person]));
  return row === null ? null : openRow(vault, row);
}

async function openRow(vault: Vault, row: PersonRow): Promise<OpenPerson> {
  const person = personId(row.person_id);
  const key = await openDataKey(vault.provider, person, row.wrapped_key);
  return { person, key, identity: openIdentity(key, person, row.identity), provenAt: row.proven_at, portraitDigest: row.portrait_digest };
}
