import { inviteStaff, listStaff, type InstitutionId, type OfficerId, type StaffRole } from '@health-kit/api';
import { inviteOfficer, listOfficers, type FoundingOfficer } from '@health-kit/api/vault';
import { enrolmentKey, invitationNumber } from '@health-kit/proof';
import { officerHandler } from '../authority/handlers.ts';
import { officerColumns, officerOf, type OfficerRecord, type OfficerRow } from '../authority/officers.ts';
import { firstRow, type Queries } from '../database.ts';
import { officerId } from '../identifiers.ts';
import { seal } from '../keys/sealing.ts';
import { sealerFor } from '../keys/sealToPage.ts';
import { sha256 } from '../keys/vaultKeys.ts';
import { holdHashes } from '../holdHashes.ts';
import { randomSecret, randomUuid } from '../randomness.ts';
import { refuse } from '../refusal.ts';
import { instant, nowOf, recordEvent, type Vault } from '../vault.ts';
import { proofKeyPlace } from './enrolment.ts';
import { hasConfirmer, invitationStatement } from './confirmInvitation.ts';
import { normaliseOfficerText, sameUnit } from './officerNames.ts';

const invitationLifeMs = 7 * 86_400_000;

interface OfficerParticulars {
  readonly name: string;
  readonly office: string;
  readonly unit: string;
  readonly roles: readonly StaffRole[];
  readonly institutionId: InstitutionId | null;
}
interface Invitation {
  readonly officer: OfficerRecord;
  /** One-time code, 128 random bits as base64url; stored as its number and as a key to prove it by. It reaches no server. */
  readonly code: string;
  readonly expiresAt: Date;
  /** Whether a second officer has to confirm it first. */
  readonly needsConfirmation: boolean;
}

/**
 * An administrator invites an officer to make a passkey. An invitation that was not used is renewed by inviting the
 * same officer again, and the code before dies. An officer who has a passkey is never invited again, nor is the same
 * name in the same office with other duties: whoever may invite would otherwise become whom they like. A lost
 * passkey is a matter for the operator of the machine (`inviteFoundingOfficers`).
 *
 * As soon as there ever was another officer who could, such a one must confirm the invitation by passkey before it is good:
 * otherwise one administrator would invite two officers and be both.
 */
export const inviteOfficerHandler = officerHandler(inviteOfficer, inviteStaff, async (vault, call) => {
  const sealToPage = await sealerFor(call.body.publicKey);
  const particulars = normaliseParticulars({ ...call.body, roles: [...new Set(call.body.roles)] });
  const { roles } = particulars;
  // Who proposes orders does not also decide them, under whatever name.
  if (roles.includes('tracer') && roles.includes('medical-officer')) refuse('invalid-request');
  // Who makes officers is none of the two who decide about residents: a puppet would be the other.
  if (roles.includes('administrator') && (roles.includes('tracer') || roles.includes('medical-officer'))) refuse('invalid-request');
  // Who watches over the others does nothing that is watched.
  if (roles.includes('privacy-officer') && roles.length > 1) refuse('invalid-request');
  const invitation = await vault.database.transaction(async (queries) => {
    await call.spend(queries);
    const present = await findOfficer(queries, particulars.name, particulars.office);
    if (present !== null) {
      if (!sameDuties(present, particulars)) refuse('conflict');
      // First, because it waits for an enrolment that is under way with the older code; then the passkey is there.
      await endInvitations(queries, present.officerId);
      if (await hasPasskey(queries, present.officerId)) refuse('conflict');
    }
    return invite(vault, queries, present ?? particulars, { officer: call.officer.officerId });
  });
  return {
    officerId: invitation.officer.officerId, sealed: await sealToPage({ code: invitation.code }), expiresAt: instant(invitation.expiresAt.getTime()), needsConfirmation: invitation.needsConfirmation,
  };
});

export const listOfficersHandler = officerHandler(listOfficers, listStaff, async (vault) => {
  const { rows } = await vault.database.query<OfficerRow & { enrolled: boolean }>(
    `SELECT ${officerColumns}, EXISTS (SELECT FROM vault.passkey p WHERE p.officer_id = o.officer_id) AS enrolled
     FROM vault.officer o WHERE o.dismissed_at IS NULL ORDER BY o.name, o.officer_id`,
  );
  return { officers: rows.map((row) => ({ ...officerOf(row), enrolled: row.enrolled })) };
});

/**
 * Invites the officers a new system begins with. Only the process that started the vault can ask for this. An
 * officer of the same name and office is not made twice, but gets another invitation, also with a passkey already.
 */
export function inviteFoundingOfficers(vault: Vault, officers: readonly FoundingOfficer[]): Promise<Invitation[]> {
  return vault.database.transaction(async (queries) => {
    const invitations: Invitation[] = [];
    for (const founding of officers.map(normaliseParticulars)) {
      invitations.push(await invite(vault, queries, (await findOfficer(queries, founding.name, founding.office)) ?? founding, { founding: true }));
    }
    return invitations;
  });
}

/** Whether any administrator has a passkey; without one, nobody can invite anybody. */
export async function hasAdministrator(queries: Queries): Promise<boolean> {
  const found = await queries.query(`SELECT FROM vault.officer o JOIN vault.passkey USING (officer_id) WHERE 'administrator' = ANY(o.roles) AND o.dismissed_at IS NULL LIMIT 1`);
  return found.rowCount > 0;
}

async function findOfficer(queries: Queries, name: string, office: string): Promise<OfficerRecord | null> {
  // One at a time per name and office, or two invitations at once would make two officers.
  await holdHashes(queries, [sha256(`officer|${office}|${name}`)]);
  const row = firstRow(await queries.query<OfficerRow>(`SELECT ${officerColumns} FROM vault.officer o WHERE o.name = $1 AND o.office = $2 AND o.dismissed_at IS NULL ORDER BY o.created_at LIMIT 1`, [name, office]));
  return row === null ? null : officerOf(row);
}

/** Particulars as they are stored; refuses a name, office or unit of spaces alone. */
function normaliseParticulars(particulars: OfficerParticulars): OfficerParticulars {
  const [name, office, unit] = [normaliseOfficerText(particulars.name), normaliseOfficerText(particulars.office), normaliseOfficerText(particulars.unit)];
  if (name === '' || office === '' || unit === '') refuse('invalid-request');
  return { name, office, unit, roles: particulars.roles, institutionId: particulars.institutionId };
}

async function hasPasskey(queries: Queries, officer: OfficerId): Promise<boolean> {
  return (await queries.query('SELECT FROM vault.passkey WHERE officer_id = $1 LIMIT 1', [officer])).rowCount > 0;
}

/** Ends the invitations of an officer that nobody used. */
async function endInvitations(queries: Queries, officer: OfficerId): Promise<void> {
  await queries.query('DELETE FROM vault.invitation WHERE officer_id = $1 AND used_at IS NULL', [officer]);
}

function sameDuties(a: OfficerParticulars, b: OfficerParticulars): boolean {
  return sameUnit(a.unit, b.unit) && a.institutionId === b.institutionId && a.roles.length === b.roles.length && a.roles.every((role) => b.roles.includes(role));
}

async function invite(vault: Vault, queries: Queries, particulars: OfficerParticulars & { readonly officerId?: OfficerId }, by: { readonly officer: OfficerId } | { readonly founding: true }): Promise<Invitation> {
  const now = nowOf(vault);
  const { name, office, unit, institutionId } = particulars;
  const officer: OfficerRecord = { officerId: particulars.officerId ?? officerId(randomUuid(vault.random)), name, office, unit, roles: [...particulars.roles], institutionId };
  if (particulars.officerId === undefined) {
    await queries.query('INSERT INTO vault.officer (officer_id, name, office, unit, roles, institution_id, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7)', [
      officer.officerId, name, office, unit, officer.roles, institutionId, now,
    ]);
  } else {
    // An older invitation that lies about somewhere ends with the new one.
    await endInvitations(queries, officer.officerId);
  }
  const code = randomSecret(vault.random);
  const number = await invitationNumber(code);
  const hash = Buffer.from(number, 'base64url');
  const expiresAt = new Date(now.getTime() + invitationLifeMs);
  const inviter = 'officer' in by ? by.officer : null;
  const needsConfirmation = inviter !== null && (await hasConfirmer(queries, inviter));
  const digest = needsConfirmation ? sha256(invitationStatement({ officer, codeHash: hash, by: inviter, expiresAt })) : null;
  await queries.query('INSERT INTO vault.invitation (code_hash, officer_id, expires_at, invited_by, invited_at, digest, sealed_proof_key) VALUES ($1, $2, $3, $4, $5, $6, $7)', [
    hash, officer.officerId, expiresAt, inviter, now, digest, seal(vault.keys.ledgerEvent, proofKeyPlace(number), await enrolmentKey(code), vault.random),
  ]);
  await recordEvent(vault, queries, 'officer-invited', {
    invited: officer.officerId, roles: officer.roles, by: inviter ?? 'founding', confirmation: inviter === null ? 'operator' : needsConfirmation ? 'awaited' : 'nobody-else-there',
  });
  return { officer, code, expiresAt, needsConfirmation };
}
