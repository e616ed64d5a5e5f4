import { beginStaffSignIn, finishStaffSignIn, signInText } from '@health-kit/api';
import { beginOfficerSignIn, finishOfficerSignIn } from '@health-kit/api/vault';
import { sealTicket } from '@health-kit/ticket';
import { generateAuthenticationOptions } from '@simplewebauthn/server';
import { keyHandler } from '../authority/handlers.ts';
import { officerColumns, officerOf, type OfficerRow } from '../authority/officers.ts';
import { firstRow } from '../database.ts';
import { sha256 } from '../keys/vaultKeys.ts';
import { refuse } from '../refusal.ts';
import { instant, nowOf, recordEvent } from '../vault.ts';
import { verifyPasskey } from './webAuthn.ts';

const challengeLifeMs = 5 * 60_000;
const sessionLifeMs = 12 * 3_600_000;

/**
 * Options for signing in. The challenge covers the session key of the proof: the passkey's signature is good for that
 * session alone. The page gets the nonce too, and asks no passkey for a challenge that is not of a sign-in of its key.
 */
export const beginOfficerSignInHandler = keyHandler(beginOfficerSignIn, beginStaffSignIn, async (vault, call) => {
  const nonce = vault.random(32);
  const challenge = new Uint8Array(sha256(signInText(nonce, call.thumbprint)));
  await vault.database.transaction(async (queries) => {
    await call.spend(queries);
    await queries.query(
      `INSERT INTO vault.sign_in_challenge (thumbprint, challenge, expires_at) VALUES ($1, $2, $3)
       ON CONFLICT (thumbprint) DO UPDATE SET challenge = $2, expires_at = $3`,
      [call.thumbprint, Buffer.from(challenge).toString('base64url'), new Date(vault.clock.now() + challengeLifeMs)],
    );
  });
  const options = await generateAuthenticationOptions({ rpID: vault.relyingParty.id, challenge, userVerification: 'required' });
  return { options: { ...options }, nonce: Buffer.from(nonce).toString('base64url') };
});

/**
 * Signs an officer in: the passkey names the officer, and the session key of the proof becomes theirs for twelve hours.
 * Whose account is frozen is told so, and only after their passkey has signed: nobody else learns that there is one.
 */
export const finishOfficerSignInHandler = keyHandler(finishOfficerSignIn, finishStaffSignIn, async (vault, call) => {
  const now = nowOf(vault);
  const expiresAt = new Date(now.getTime() + sessionLifeMs);
  const signedIn = await vault.database.transaction(async (queries) => {
    await call.spend(queries);
    const waiting = firstRow(await queries.query<{ challenge: string; expires_at: Date }>(
      'DELETE FROM vault.sign_in_challenge WHERE thumbprint = $1 RETURNING challenge, expires_at', [call.thumbprint],
    ));
    if (waiting === null || waiting.expires_at <= now) refuse('not-authorized');
    const officerOfPasskey = await verifyPasskey(vault, queries, call.body.assertion, waiting.challenge);
    if (officerOfPasskey === null) refuse('not-authorized');
    const row = firstRow(await queries.query<OfficerRow & { frozen: boolean }>(
      `SELECT ${officerColumns}, o.frozen_at IS NOT NULL AS frozen FROM vault.officer o WHERE o.officer_id = $1 AND o.dismissed_at IS NULL`, [officerOfPasskey],
    )) ?? refuse('not-authorized');
    // Not thrown here: the challenge and the signature over it stay spent.
    if (row.frozen) return null;
    await queries.query(
      `INSERT INTO vault.officer_session (thumbprint, officer_id, expires_at) VALUES ($1, $2, $3)
       ON CONFLICT (thumbprint) DO UPDATE SET officer_id = $2, expires_at = $3`,
      [call.thumbprint, row.officer_id, expiresAt],
    );
    await recordEvent(vault, queries, 'officer-signed-in', { officer: row.officer_id });
    return officerOf(row);
  });
  const officer = signedIn ?? refuse('account-stopped');
  const day = vault.calendar.dayOf(now.getTime());
  const ticket = sealTicket(
    {
      kind: 'staff', day, expiresAtMs: expiresAt.getTime(), thumbprint: call.thumbprint, officerId: officer.officerId, name: officer.name,
      roles: officer.roles, office: officer.office, unit: officer.unit, institutionId: officer.institutionId,
    },
    vault.keys.ticketKey(day), vault.random(12),
  );
  return { ticket, expiresAt: instant(expiresAt.getTime()), officer };
});
