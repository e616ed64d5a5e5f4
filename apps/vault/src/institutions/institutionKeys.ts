import { InstitutionPublicKey, beginInstitutionKeyConfirmation, confirmInstitutionKey, listInstitutionKeys, registerInstitutionKey, revokeInstitutionKey, type InstitutionId } from '@health-kit/api';
import { beginKeyConfirmation, confirmRecordedKey, readInstitutionKeys, recordInstitutionKey, revokeRecordedKey } from '@health-kit/api/vault';
import { canonicalJsonBytes } from '@health-kit/tlog';
import { calculateJwkThumbprint, importJWK } from 'jose';
import { Value } from 'typebox/value';
import { officerHandler } from '../authority/handlers.ts';
import type { OfficerRecord } from '../authority/officers.ts';
import { firstRow, type Queries } from '../database.ts';
import { institutionId, officerId } from '../identifiers.ts';
import { sha256 } from '../keys/vaultKeys.ts';
import { refuse } from '../refusal.ts';
import { approvalOptions, requireApproval } from '../staff/webAuthn.ts';
import { instant, nowOf, recordEvent } from '../vault.ts';

type KeyRow = {
  institution_id: string; kid: string; name: string; public_key: unknown; created_at: Date;
  registered_by: string | null; confirmed_by: string | null; confirmed_at: Date | null; revoked_at: Date | null;
};
const keyColumns = 'k.institution_id, k.kid, k.name, k.public_key, k.created_at, k.registered_by, k.confirmed_by, k.confirmed_at, k.revoked_at';

/**
 * An officer of a laboratory registers a public key of its own system, under its own `kid` or its RFC 7638 thumbprint.
 * It is good once an administrator confirmed it. The same key again is the same key; a name that stands for another
 * key, or for one that was revoked, is a conflict.
 */
export const recordInstitutionKeyHandler = officerHandler(recordInstitutionKey, registerInstitutionKey, async (vault, call) => {
  const { officer, body: { name, publicKey } } = call;
  const institution = officer.institutionId ?? refuse('not-permitted');
  const stored = { kty: publicKey.kty, crv: publicKey.crv, x: publicKey.x, y: publicKey.y };
  if (!(await isPointOfCurve(stored))) refuse('invalid-request');
  const kid = publicKey.kid ?? (await calculateJwkThumbprint(stored, 'sha256'));
  const confirmed = await vault.database.transaction(async (queries) => {
    await call.spend(queries);
    if ((await queries.query("SELECT FROM health.institution WHERE institution_id = $1 AND kind = 'laboratory'", [institution])).rowCount === 0) refuse('not-permitted');
    const added = await queries.query(
      'INSERT INTO health.institution_key (institution_id, kid, name, public_key, created_at, registered_by) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (institution_id, kid) DO NOTHING',
      [institution, kid, name, JSON.stringify(stored), nowOf(vault), officer.officerId],
    );
    const row = (await findKey(queries, institution, kid)) ?? refuse('conflict');
    if (row.revoked_at !== null || (await fingerprintOf(row)) !== (await calculateJwkThumbprint(stored, 'sha256'))) refuse('conflict');
    if (added.rowCount > 0) await recordEvent(vault, queries, 'institution-key-registered', { institution, kid, key: await fingerprintOf(row), by: officer.officerId });
    return row.confirmed_at !== null;
  });
  return { clientId: institution, kid, needsConfirmation: !confirmed };
});

/** Every institution's keys: those that wait, then those in force, then the revoked. */
export const readInstitutionKeysHandler = officerHandler(readInstitutionKeys, listInstitutionKeys, async (vault, call) => {
  type Row = KeyRow & { institution: string; registrar: string | null; unit: string | null; dismissed: boolean | null; confirmer: string | null };
  const { rows } = await vault.database.query<Row>(
    `SELECT ${keyColumns}, i.name AS institution, r.name AS registrar, r.unit, r.dismissed_at IS NOT NULL AS dismissed, c.name AS confirmer
     FROM health.institution_key k JOIN health.institution i USING (institution_id)
     LEFT JOIN vault.officer r ON r.officer_id = k.registered_by LEFT JOIN vault.officer c ON c.officer_id = k.confirmed_by
     ORDER BY k.revoked_at IS NOT NULL, k.confirmed_at IS NOT NULL, i.name, k.created_at, k.kid`,
  );
  return { keys: await Promise.all(rows.map(async (row) => ({
    institutionId: institutionId(row.institution_id), kid: row.kid, institution: row.institution, name: row.name, fingerprint: await fingerprintOf(row), registeredAt: instant(row.created_at.getTime()),
    registeredBy: row.registered_by === null || row.registrar === null || row.unit === null ? null : { officerId: officerId(row.registered_by), name: row.registrar, unit: row.unit, dismissed: row.dismissed === true },
    confirmedAt: at(row.confirmed_at), confirmedBy: row.confirmer, revokedAt: at(row.revoked_at), own: row.registered_by === call.officer.officerId,
  }))) };
});

/** Passkey options whose challenge stands for the very key, and its text, of which the page makes that challenge anew. */
export const beginKeyConfirmationHandler = officerHandler(beginKeyConfirmation, beginInstitutionKeyConfirmation, async (vault, call) => {
  const { statement } = await requireWaiting(vault.database, call.body, call.officer);
  return { options: await approvalOptions(vault, vault.database, { officer: call.officer.officerId, meaning: 'institution key', digest: sha256(statement) }), statement };
});

/** An administrator, another officer than the one who registered it, confirms a key. Confirming again by the same one is success. */
export const confirmInstitutionKeyHandler = officerHandler(confirmRecordedKey, confirmInstitutionKey, async (vault, call) => {
  const { officer, body } = call;
  await vault.database.transaction(async (queries) => {
    await call.spend(queries);
    const { row, statement } = await requireWaiting(queries, body, officer, true);
    if (row.confirmed_at !== null) return;
    await requireApproval(vault, queries, { officer: officer.officerId, meaning: 'institution key', digest: sha256(statement) }, body.assertion);
    await queries.query('UPDATE health.institution_key SET confirmed_by = $3, confirmed_at = $4 WHERE institution_id = $1 AND kid = $2', [row.institution_id, row.kid, officer.officerId, nowOf(vault)]);
    await recordEvent(vault, queries, 'institution-key-confirmed', { institution: row.institution_id, kid: row.kid, key: await fingerprintOf(row), by: officer.officerId, registeredBy: row.registered_by });
  });
  return {};
});

/** An administrator revokes a key, alone: what may be in wrong hands waits for nobody. Again is success; a key that waits is revoked as well. */
export const revokeInstitutionKeyHandler = officerHandler(revokeRecordedKey, revokeInstitutionKey, async (vault, call) => {
  const { officer, body } = call;
  await vault.database.transaction(async (queries) => {
    await call.spend(queries);
    const row = (await findKey(queries, body.institutionId, body.kid)) ?? refuse('not-found');
    if (row.revoked_at !== null) return;
    await queries.query('UPDATE health.institution_key SET revoked_by = $3, revoked_at = $4 WHERE institution_id = $1 AND kid = $2', [row.institution_id, row.kid, officer.officerId, nowOf(vault)]);
    await recordEvent(vault, queries, 'institution-key-revoked', { institution: row.institution_id, kid: row.kid, key: await fingerprintOf(row), by: officer.officerId, reason: body.reason });
  });
  return {};
});

/** How many keys in force, or waiting, an officer registered: they outlive the officer until somebody revokes them. */
export async function countKeysOf(queries: Queries, officer: string): Promise<number> {
  return (await queries.query('SELECT FROM health.institution_key WHERE registered_by = $1 AND revoked_at IS NULL', [officer])).rowCount;
}

async function findKey(queries: Queries, institution: string, kid: string): Promise<KeyRow | null> {
  return firstRow(await queries.query<KeyRow>(`SELECT ${keyColumns} FROM health.institution_key k WHERE k.institution_id = $1 AND k.kid = $2 FOR UPDATE`, [institution, kid]));
}

/** A key that was not revoked, for another officer than the one who registered it, and what that one's passkey signs. */
async function requireWaiting(queries: Queries, { institutionId: institution, kid }: { readonly institutionId: InstitutionId; readonly kid: string }, officer: OfficerRecord, forUpdate = false) {
  const row = firstRow(await queries.query<KeyRow & { institution: string }>(
    `SELECT ${keyColumns}, i.name AS institution FROM health.institution_key k JOIN health.institution i USING (institution_id)
     WHERE k.institution_id = $1 AND k.kid = $2 AND k.revoked_at IS NULL ${forUpdate ? 'FOR UPDATE OF k' : ''}`, [institution, kid],
  )) ?? refuse('not-found');
  if (row.registered_by === officer.officerId) refuse('approval-refused');
  if (row.confirmed_at !== null && row.confirmed_by !== officer.officerId) refuse('conflict');
  const statement = Buffer.from(canonicalJsonBytes({
    type: 'hk-institution-key-1', institution: row.institution_id, institutionName: row.institution, kid: row.kid, name: row.name, key: await fingerprintOf(row), registeredBy: row.registered_by, registeredAt: instant(row.created_at.getTime()),
  })).toString('utf8');
  return { row, statement };
}

/** RFC 7638 thumbprint. */
async function fingerprintOf({ public_key }: { readonly public_key: unknown }): Promise<string> {
  if (!Value.Check(InstitutionPublicKey, public_key)) throw new TypeError('a stored key is not of its form');
  return calculateJwkThumbprint(public_key, 'sha256');
}

/** Whether the coordinates are a point of the curve. */
async function isPointOfCurve(key: Omit<InstitutionPublicKey, 'kid'>): Promise<boolean> {
  try {
    await importJWK(key, key.crv === 'P-256' ? 'ES256' : 'ES384');
    return true;
  } catch {
    return false;
  }
}

function at(moment: Date | null): string | null {
  return moment === null ? null : instant(moment.getTime());
}
