import { beginOfficerEnrolment, finishOfficerEnrolment } from '@health-kit/api/vault';
import { generateRegistrationOptions } from '@simplewebauthn/server';
import { openHandler } from '../authority/handlers.ts';
import { officerColumns, officerOf, type OfficerRow } from '../authority/officers.ts';
import { firstRow } from '../database.ts';
import { sha256 } from '../keys/vaultKeys.ts';
import { uuidBytes } from '../randomness.ts';
import { refuse } from '../refusal.ts';
import { nowOf, recordEvent } from '../vault.ts';
import { verifyNewPasskey } from './webAuthn.ts';

/** Options for making a passkey, for whoever has an invitation that is good and unused. */
export const beginOfficerEnrolmentHandler = openHandler(beginOfficerEnrolment, async (vault, { code }) => {
  const challenge = new Uint8Array(vault.random(32));
  const row = firstRow(await vault.database.query<OfficerRow>(
    `UPDATE vault.invitation i SET challenge = $2 FROM vault.officer o
     WHERE i.code_hash = $1 AND i.used_at IS NULL AND i.expires_at > $3 AND o.officer_id = i.officer_id RETURNING ${officerColumns}`,
    [sha256(code), Buffer.from(challenge).toString('base64url'), nowOf(vault)],
  )) ?? refuse('code-refused');
  const officer = officerOf(row);
  const { rows: present } = await vault.database.query<{ credential_id: string }>('SELECT credential_id FROM vault.passkey WHERE officer_id = $1', [officer.officerId]);
  const options = await generateRegistrationOptions({
    rpName: vault.relyingParty.name, rpID: vault.relyingParty.id, userName: `${officer.name} (${officer.office})`, userDisplayName: officer.name,
    userID: new Uint8Array(uuidBytes(officer.officerId)), challenge, attestationType: 'none',
    // Discoverable, so that signing in asks for no name; of one authenticator, one passkey.
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    excludeCredentials: present.map(({ credential_id }) => ({ id: credential_id })),
  });
  return { officer, options: { ...options } };
});

/** Stores the passkey that was made with an invitation, and uses the invitation up. */
export const finishOfficerEnrolmentHandler = openHandler(finishOfficerEnrolment, async (vault, { code, credential }) => {
  const now = nowOf(vault);
  await vault.database.transaction(async (queries) => {
    const invitation = firstRow(await queries.query<{ officer_id: string; challenge: string }>(
      'SELECT officer_id, challenge FROM vault.invitation WHERE code_hash = $1 AND used_at IS NULL AND expires_at > $2 AND challenge IS NOT NULL FOR UPDATE', [sha256(code), now],
    )) ?? refuse('code-refused');
    const passkey = (await verifyNewPasskey(vault, credential, invitation.challenge)) ?? refuse('not-authorized');
    const stored = await queries.query(
      'INSERT INTO vault.passkey (credential_id, officer_id, public_key, counter, transports, created_at) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING',
      [passkey.id, invitation.officer_id, Buffer.from(passkey.publicKey), passkey.counter, passkey.transports ?? [], now],
    );
    if (stored.rowCount === 0) refuse('conflict');
    await queries.query('UPDATE vault.invitation SET used_at = $2 WHERE code_hash = $1', [sha256(code), now]);
    await recordEvent(vault, queries, 'officer-enrolled', { officer: invitation.officer_id });
  });
  return {};
});
