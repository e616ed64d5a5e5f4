import { beginOfficerEnrolment, finishOfficerEnrolment } from '@health-kit/api/vault';
import { openHandler } from '../authority/handlers.ts';
import { officerColumns, officerOf, type OfficerRow } from '../authority/officers.ts';
import { firstRow } from '../database.ts';
import { sha256 } from '../keys/vaultKeys.ts';
import { refuse } from '../refusal.ts';
import { nowOf, recordEvent } from '../vault.ts';
import { enrolmentOptions, verifyNewPasskey } from './webAuthn.ts';

/** Options for making a passkey, for whoever has an invitation that is good and unused; one that waits for a second officer is not good yet. */
export const beginOfficerEnrolmentHandler = openHandler(beginOfficerEnrolment, async (vault, { code }) => {
  const challenge = new Uint8Array(vault.random(32));
  const row = firstRow(await vault.database.query<OfficerRow>(
    `UPDATE vault.invitation i SET challenge = $2 FROM vault.officer o
     WHERE i.code_hash = $1 AND i.used_at IS NULL AND i.expires_at > $3 AND (i.digest IS NULL OR i.confirmed_at IS NOT NULL)
       AND o.officer_id = i.officer_id AND o.dismissed_at IS NULL RETURNING ${officerColumns}`,
    [sha256(code), Buffer.from(challenge).toString('base64url'), nowOf(vault)],
  )) ?? refuse('code-refused');
  const officer = officerOf(row);
  return { officer, options: await enrolmentOptions(vault, vault.database, officer, challenge) };
});

/** Stores the passkey that was made with an invitation, and uses the invitation up. */
export const finishOfficerEnrolmentHandler = openHandler(finishOfficerEnrolment, async (vault, { code, credential }) => {
  const now = nowOf(vault);
  await vault.database.transaction(async (queries) => {
    const invitation = firstRow(await queries.query<{ officer_id: string; challenge: string }>(
      'SELECT officer_id, challenge FROM vault.invitation WHERE code_hash = $1 AND used_at IS NULL AND expires_at > $2 AND challenge IS NOT NULL AND (digest IS NULL OR confirmed_at IS NOT NULL) FOR UPDATE', [sha256(code), now],
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
