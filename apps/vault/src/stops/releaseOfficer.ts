import { beginRelease, freezeStaff, releaseStaff, type OfficerId } from '@health-kit/api';
import { beginOfficerRelease, freezeOfficerByHand, releaseFrozenOfficer } from '@health-kit/api/vault';
import { canonicalJsonBytes } from '@health-kit/tlog';
import { generateAuthenticationOptions } from '@simplewebauthn/server';
import { officerHandler } from '../authority/handlers.ts';
import type { OfficerRecord } from '../authority/officers.ts';
import { firstRow, type Queries } from '../database.ts';
import { sha256 } from '../keys/vaultKeys.ts';
import { refuse } from '../refusal.ts';
import { verifyPasskey } from '../staff/webAuthn.ts';
import { instant, recordEvent } from '../vault.ts';
import { freezeOfficer } from './freezeOfficer.ts';

/** A privacy officer stops an officer, with a reason that the ledger keeps. Nobody stops themselves: that would be to slip away. */
export const freezeStaffHandler = officerHandler(freezeOfficerByHand, freezeStaff, async (vault, call) => {
  const { officerId } = call.params;
  if (officerId === call.officer.officerId) refuse('not-permitted');
  await vault.database.transaction(async (queries) => {
    await call.spend(queries);
    const known = await queries.query('SELECT FROM vault.officer WHERE officer_id = $1 AND dismissed_at IS NULL', [officerId]);
    if (known.rowCount === 0) refuse('not-found');
    await freezeOfficer(vault, queries, { officer: officerId, by: call.officer.officerId, reason: call.body.reason });
  });
  return {};
});

/** Passkey options whose challenge is the digest of this very release. */
export const beginReleaseHandler = officerHandler(beginOfficerRelease, beginRelease, async (vault, call) => {
  const challenge = await releaseDigest(vault.database, call.params.officerId, call.officer, call.body.reason);
  const { rows: passkeys } = await vault.database.query<{ credential_id: string; transports: string[] }>(
    'SELECT credential_id, transports FROM vault.passkey WHERE officer_id = $1', [call.officer.officerId],
  );
  const options = await generateAuthenticationOptions({
    rpID: vault.relyingParty.id, challenge: new Uint8Array(challenge), userVerification: 'required',
    allowCredentials: passkeys.map(({ credential_id, transports }) => ({ id: credential_id, transports })),
  });
  return { options: { ...options } };
});

/** Lets a frozen officer sign in again, by the privacy officer's passkey over officer, moment of the freeze and reason. */
export const releaseStaffHandler = officerHandler(releaseFrozenOfficer, releaseStaff, async (vault, call) => {
  const { officerId } = call.params;
  await vault.database.transaction(async (queries) => {
    await call.spend(queries);
    const digest = await releaseDigest(queries, officerId, call.officer, call.body.reason);
    const signer = await verifyPasskey(vault, queries, call.body.assertion, digest.toString('base64url'));
    if (signer !== call.officer.officerId) refuse('approval-refused');
    await queries.query('UPDATE vault.officer SET frozen_at = NULL WHERE officer_id = $1', [officerId]);
    // What was counted up to the freeze has been looked at: the next touch must not freeze again for it.
    await queries.query('DELETE FROM vault.subject_touch WHERE officer_id = $1', [officerId]);
    await recordEvent(vault, queries, 'officer-released', { officer: officerId, by: call.officer.officerId, reason: call.body.reason, digest: digest.toString('base64url') });
  });
  return {};
});

/**
 * What the passkey signs: SHA-256 of canonical JSON (RFC 8785). The moment of the freeze is in it, so that a signature
 * releases from this freeze and from no later one.
 */
async function releaseDigest(queries: Queries, officer: OfficerId, by: OfficerRecord, reason: string): Promise<Buffer> {
  const row = firstRow(await queries.query<{ frozen_at: Date }>(
    'SELECT frozen_at FROM vault.officer WHERE officer_id = $1 AND frozen_at IS NOT NULL AND dismissed_at IS NULL', [officer],
  )) ?? refuse('not-found');
  return sha256(canonicalJsonBytes({ type: 'officer-release', officer, frozenAt: instant(row.frozen_at.getTime()), by: by.officerId, reason }));
}
