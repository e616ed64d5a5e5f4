import { firstRow, type Queries } from '../database.ts';
import { personId, type PersonId } from '../identifiers.ts';
import { refuse } from '../refusal.ts';
import type { Vault } from '../vault.ts';
import { newDataKey, openDataKey } from './dataKeys.ts';
import { openIdentity, sealIdentity } from './identityVault.ts';
import type { Identity } from './normaliseIdentity.ts';

/** A person with their data keys and identity open. */
export interface OpenPerson {
  readonly person: PersonId;
  /** Opens the identity. */
  readonly identityKey: Buffer;
  /** Opens the entries of the person's own access log and other events about them. */
  readonly accessLogKey: Buffer;
  readonly identity: Identity;
  readonly provenAt: Date | null;
  readonly portraitDigest: Buffer | null;
}

type PersonRow = {
  person_id: string; identity: Buffer; proven_at: Date | null; portrait_digest: Buffer | null;
  identity_key: Buffer; identity_kek: number; identity_generation: number; log_key: Buffer; log_kek: number; log_generation: number;
};
const personColumns = `p.person_id, p.identity, p.proven_at, p.portrait_digest,
  i.wrapped AS identity_key, i.kek_version AS identity_kek, i.generation AS identity_generation,
  l.wrapped AS log_key, l.kek_version AS log_kek, l.generation AS log_generation`;
const personKeys = `JOIN vault.person_key i ON i.person_id = p.person_id AND i.class = 'identity'
  JOIN vault.person_key l ON l.person_id = p.person_id AND l.class = 'access-log'`;

/** The person whose device key it is; refuses a key that belongs to nobody or was revoked. */
export async function requirePersonOfDevice(vault: Vault, queries: Queries, thumbprint: string): Promise<OpenPerson> {
  const row = firstRow(await queries.query<PersonRow>(
    `SELECT ${personColumns} FROM vault.device d JOIN vault.person p ON p.person_id = d.person_id ${personKeys} WHERE d.thumbprint = $1 AND d.revoked_at IS NULL`,
    [thumbprint],
  ));
  return openRow(vault, row ?? refuse('not-authorized'));
}

/** A person by identifier, locked against changes until the transaction ends where asked; null when there is none. */
export async function findPerson(vault: Vault, queries: Queries, person: PersonId, forUpdate = false): Promise<OpenPerson | null> {
  // A statement of its own: what is read must be as it is when the lock is held, the keys as well as the person.
  if (forUpdate) await queries.query('SELECT FROM vault.person WHERE person_id = $1 FOR UPDATE', [person]);
  const row = firstRow(await queries.query<PersonRow>(`SELECT ${personColumns} FROM vault.person p ${personKeys} WHERE p.person_id = $1`, [person]));
  return row === null ? null : openRow(vault, row);
}

async function openRow(vault: Vault, row: PersonRow): Promise<OpenPerson> {
  const person = personId(row.person_id);
  const identityKey = await openDataKey(vault, person, 'identity', { wrapped: row.identity_key, kekVersion: row.identity_kek, generation: row.identity_generation });
  const accessLogKey = await openDataKey(vault, person, 'access-log', { wrapped: row.log_key, kekVersion: row.log_kek, generation: row.log_generation });
  return { person, identityKey, accessLogKey, identity: openIdentity(identityKey, { person }, row.identity), provenAt: row.proven_at, portraitDigest: row.portrait_digest };
}

/** Makes a person with keys of their own, and seals the identity for them. */
export async function storePerson(vault: Vault, queries: Queries, person: PersonId, identity: Identity, now: Date): Promise<void> {
  const [identityKey, accessLogKey] = [await newDataKey(vault, person, 'identity', 1), await newDataKey(vault, person, 'access-log', 1)];
  await queries.query('INSERT INTO vault.person (person_id, identity, created_at) VALUES ($1, $2, $3)', [
    person, sealIdentity(identityKey.key, { person }, identity, vault.random), now,
  ]);
  await queries.query(
    `INSERT INTO vault.person_key (person_id, class, wrapped, kek_version, generation) VALUES ($1, 'identity', $2, $3, 1), ($1, 'access-log', $4, $5, 1)`,
    [person, identityKey.stored.wrapped, identityKey.stored.kekVersion, accessLogKey.stored.wrapped, accessLogKey.stored.kekVersion],
  );
}
