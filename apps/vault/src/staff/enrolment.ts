import { beginOfficerEnrolment, finishOfficerEnrolment } from '@health-kit/api/vault';
import { verifyInvitationProof } from '@health-kit/proof';
import Type from 'typebox';
import { Value } from 'typebox/value';
import { openHandler } from '../authority/handlers.ts';
import { officerColumns, officerOf, type OfficerRow } from '../authority/officers.ts';
import { firstRow } from '../database.ts';
import { openWithAny } from '../keys/sealing.ts';
import { refuse } from '../refusal.ts';
import { nowOf, recordEvent, type Vault } from '../vault.ts';
import { enrolmentOptions, verifyNewPasskey } from './webAuthn.ts';

/** Options for making a passkey, for whoever has an invitation that is good and unused; one that waits for a second officer is not good yet. */
export const beginOfficerEnrolmentHandler = openHandler(beginOfficerEnrolment, async (vault, { invitation }) => {
  const challenge = new Uint8Array(vault.random(32));
  const row = firstRow(await vault.database.query<OfficerRow>(
    `UPDATE vault.invitation i SET challenge = $2 FROM vault.officer o
     WHERE i.code_hash = $1 AND i.used_at IS NULL AND i.expires_at > $3 AND (i.digest IS NULL OR i.confirmed_at IS NOT NULL)
       AND o.officer_id = i.officer_id AND o.dismissed_at IS NULL RETURNING ${officerColumns}`,
    [Buffer.from(invitation, 'base64url'), Buffer.from(challenge).toString('base64url'), nowOf(vault)],
  )) ?? refuse('code-refused');
  const officer = officerOf(row);
  return { officer, options: await enrolmentOptions(vault, vault.database, officer, challenge) };
});

/**
 * Stores the passkey that was made with an invitation, and uses the invitation up. Whoever only carried the messages
 * knows the invitation's number and not its code: the proof is over the very passkey.
 */
export const finishOfficerEnrolmentHandler = openHandler(finishOfficerEnrolment, async (vault, { invitation: number, credential, proof }) => {
  const now = nowOf(vault);
  const hash = Buffer.from(number, 'base64url');
  await vault.database.transaction(async (queries) => {
    const invitation = firstRow(await queries.query<{ officer_id: string; challenge: string; sealed_proof_key: Buffer | null }>(
      'SELECT officer_id, challenge, sealed_proof_key FROM vault.invitation WHERE code_hash = $1 AND used_at IS NULL AND expires_at > $2 AND challenge IS NOT NULL AND (digest IS NULL OR confirmed_at IS NOT NULL) FOR UPDATE', [hash, now],
    )) ?? refuse('code-refused');
    if (!(await isProven(vault, number, invitation.sealed_proof_key, credential, proof))) refuse('code-refused');
    const passkey = (await verifyNewPasskey(vault, credential, invitation.challenge)) ?? refuse('not-authorized');
    const stored = await queries.query(
      'INSERT INTO vault.passkey (credential_id, officer_id, public_key, counter, transports, created_at) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING',
      [passkey.id, invitation.officer_id, Buffer.from(passkey.publicKey), passkey.counter, passkey.transports ?? [], now],
    );
    if (stored.rowCount === 0) refuse('conflict');
    await queries.query('UPDATE vault.invitation SET used_at = $2 WHERE code_hash = $1', [hash, now]);
    await recordEvent(vault, queries, 'officer-enrolled', { officer: invitation.officer_id });
  });
  return {};
});

/** Where the key of an invitation's proof lies sealed. */
export const proofKeyPlace = (number: string): string => `vault.invitation/sealed_proof_key/${number}`;

const NewPasskey = Type.Object({ response: Type.Object({ clientDataJSON: Type.String(), attestationObject: Type.String() }) });

async function isProven(vault: Vault, number: string, sealedKey: Buffer | null, credential: unknown, proof: string): Promise<boolean> {
  if (sealedKey === null || !Value.Check(NewPasskey, credential)) return false;
  const key = openProofKey(vault, number, sealedKey);
  return key !== null && verifyInvitationProof(key, credential.response, proof);
}

/** The key of the proof; null where the key that sealed it is gone, so that the invitation has to be renewed. */
function openProofKey(vault: Vault, number: string, sealed: Buffer): Uint8Array<ArrayBuffer> | null {
  const opened = openWithAny(vault.keys.grants, proofKeyPlace(number), sealed);
  return opened === null ? null : new Uint8Array(opened);
}
