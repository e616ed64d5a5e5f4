import { beginInvitationConfirmation, confirmInvitation, listStaffInvitations, type OfficerId } from '@health-kit/api';
import { beginConfirmation, confirmOfficerInvitation, listInvitations } from '@health-kit/api/vault';
import { canonicalJsonBytes } from '@health-kit/tlog';
import { officerHandler } from '../authority/handlers.ts';
import { officerColumns, officerOf, type OfficerRecord, type OfficerRow } from '../authority/officers.ts';
import { firstRow, type Queries } from '../database.ts';
import { officerId } from '../identifiers.ts';
import { sha256 } from '../keys/vaultKeys.ts';
import { refuse } from '../refusal.ts';
import { instant, nowOf, recordEvent, type Vault } from '../vault.ts';
import { approvalOptions, requireApproval } from './webAuthn.ts';

/** What the second officer's passkey signs: who is invited, to which duties, with which code, by whom. */
export function invitationStatement(invitation: { readonly officer: OfficerRecord; readonly codeHash: Buffer; readonly by: OfficerId; readonly expiresAt: Date }): string {
  const { officer, codeHash, by, expiresAt } = invitation;
  return Buffer.from(canonicalJsonBytes({
    type: 'hk-invitation-1', officer: officer.officerId, name: officer.name, office: officer.office, unit: officer.unit, roles: [...officer.roles].sort(),
    institution: officer.institutionId, code: codeHash.toString('base64url'), by, expiresAt: instant(expiresAt.getTime()),
  })).toString('utf8');
}

/**
 * Whether there ever was another officer than the inviter who could confirm an invitation: an administrator or a
 * privacy officer. Dismissed and frozen ones count, or one administrator would put them out of the way and then be
 * two officers; past that only the operator of the machine gets. A new system has none, and its one administrator
 * invites alone, as the ledger says.
 */
export async function hasConfirmer(queries: Queries, inviter: OfficerId): Promise<boolean> {
  return (await queries.query(
    `SELECT FROM vault.officer o
     WHERE o.roles && ARRAY['administrator', 'privacy-officer'] AND o.officer_id <> $1
       AND (o.dismissed_at IS NOT NULL OR EXISTS (SELECT FROM vault.passkey p WHERE p.officer_id = o.officer_id)) LIMIT 1`,
    [inviter],
  )).rowCount > 0;
}

/** Invitations that are good or wait, and by whom they were made. */
export const listInvitationsHandler = officerHandler(listInvitations, listStaffInvitations, async (vault, call) => {
  const { rows } = await vault.database.query<OfficerRow & { invited_by: string | null; inviter: string | null; invited_at: Date | null; expires_at: Date; waits: boolean }>(
    `SELECT ${officerColumns}, i.invited_by, b.name AS inviter, i.invited_at, i.expires_at, i.digest IS NOT NULL AND i.confirmed_at IS NULL AS waits
     FROM vault.invitation i JOIN vault.officer o ON o.officer_id = i.officer_id LEFT JOIN vault.officer b ON b.officer_id = i.invited_by
     WHERE i.used_at IS NULL AND i.expires_at > $1 ORDER BY i.expires_at, o.officer_id`,
    [nowOf(vault)],
  );
  return {
    invitations: rows.map((row) => ({
      officer: officerOf(row), invitedBy: row.inviter, invitedAt: row.invited_at === null ? null : instant(row.invited_at.getTime()),
      expiresAt: instant(row.expires_at.getTime()), waits: row.waits, own: row.invited_by === call.officer.officerId,
    })),
  };
});

/** Passkey options whose challenge stands for the very invitation, and its text, of which the page makes that challenge anew. */
export const beginConfirmationHandler = officerHandler(beginConfirmation, beginInvitationConfirmation, async (vault, call) => {
  const waiting = await requireWaiting(vault, vault.database, call.params.officerId, call.officer);
  const statement = await statementOf(vault.database, call.params.officerId, waiting);
  return { options: await approvalOptions(vault, vault.database, { officer: call.officer.officerId, meaning: 'invitation', digest: waiting.digest }), statement };
});

/** Confirms an invitation that another officer made. Confirming again by the same officer is success. */
export const confirmInvitationHandler = officerHandler(confirmOfficerInvitation, confirmInvitation, async (vault, call) => {
  const { officer } = call;
  await vault.database.transaction(async (queries) => {
    await call.spend(queries);
    const waiting = await requireWaiting(vault, queries, call.params.officerId, officer);
    if (waiting.confirmed_by === officer.officerId) return;
    await requireApproval(vault, queries, { officer: officer.officerId, meaning: 'invitation', digest: waiting.digest }, call.body.assertion);
    await queries.query('UPDATE vault.invitation SET confirmed_by = $2, confirmed_at = $3 WHERE code_hash = $1', [waiting.code_hash, officer.officerId, nowOf(vault)]);
    await recordEvent(vault, queries, 'invitation-confirmed', { invited: call.params.officerId, by: officer.officerId, invitedBy: waiting.invited_by });
  });
  return {};
});

/** The text of an invitation, made anew from what is stored; a row that somebody has changed is nothing to confirm. */
async function statementOf(queries: Queries, invited: OfficerId, row: { readonly code_hash: Buffer; readonly digest: Buffer; readonly invited_by: string; readonly expires_at: Date }): Promise<string> {
  const officer = firstRow(await queries.query<OfficerRow>(`SELECT ${officerColumns} FROM vault.officer o WHERE o.officer_id = $1`, [invited])) ?? refuse('not-found');
  const statement = invitationStatement({ officer: officerOf(officer), codeHash: row.code_hash, by: officerId(row.invited_by), expiresAt: row.expires_at });
  return sha256(statement).equals(row.digest) ? statement : refuse('conflict');
}

/** The live invitation of an officer that waits for a second officer, who is not the one that made it. */
async function requireWaiting(vault: Vault, queries: Queries, invited: OfficerId, officer: OfficerRecord) {
  const row = firstRow(await queries.query<{ code_hash: Buffer; digest: Buffer; invited_by: string; expires_at: Date; confirmed_by: string | null }>(
    `SELECT code_hash, digest, invited_by, expires_at, confirmed_by FROM vault.invitation
     WHERE officer_id = $1 AND used_at IS NULL AND expires_at > $2 AND digest IS NOT NULL FOR UPDATE`,
    [invited, nowOf(vault)],
  )) ?? refuse('not-found');
  if (row.invited_by === officer.officerId) refuse('approval-refused');
  if (row.confirmed_by !== null && row.confirmed_by !== officer.officerId) refuse('conflict');
  return row;
}
