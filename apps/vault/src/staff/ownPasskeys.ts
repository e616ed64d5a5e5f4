import { addPasskey, beginPasskeyAddition, listMyPasskeys } from '@health-kit/api';
import { beginPasskey, listPasskeys, storePasskey } from '@health-kit/api/vault';
import Type from 'typebox';
import { Value } from 'typebox/value';
import { officerHandler } from '../authority/handlers.ts';
import { firstRow } from '../database.ts';
import { sha256 } from '../keys/vaultKeys.ts';
import { refuse } from '../refusal.ts';
import { instant, nowOf, recordEvent } from '../vault.ts';
import { enrolmentOptions, verifyNewPasskey, verifyPasskey } from './webAuthn.ts';

const additionLifeMs = 5 * 60_000;
/** Passkeys of one officer at most. */
const mostPasskeys = 5;

const NewCredential = Type.Object({ rawId: Type.String(), response: Type.Object({ clientDataJSON: Type.String(), attestationObject: Type.String() }) });

/** The caller's own passkeys, oldest first. */
export const listPasskeysHandler = officerHandler(listPasskeys, listMyPasskeys, async (vault, call) => {
  const { rows } = await vault.database.query<{ credential_id: string; created_at: Date }>(
    'SELECT credential_id, created_at FROM vault.passkey WHERE officer_id = $1 ORDER BY created_at, credential_id', [call.officer.officerId],
  );
  return { passkeys: rows.map(({ credential_id, created_at }) => ({ passkeyId: credential_id, createdAt: instant(created_at.getTime()) })) };
});

/** Options for making a further passkey. */
export const beginPasskeyHandler = officerHandler(beginPasskey, beginPasskeyAddition, async (vault, call) => {
  const challenge = new Uint8Array(vault.random(32));
  await vault.database.transaction(async (queries) => {
    await call.spend(queries);
    await queries.query(
      `INSERT INTO vault.passkey_addition (officer_id, challenge, expires_at) VALUES ($1, $2, $3)
       ON CONFLICT (officer_id) DO UPDATE SET challenge = $2, expires_at = $3`,
      [call.officer.officerId, Buffer.from(challenge).toString('base64url'), new Date(vault.clock.now() + additionLifeMs)],
    );
  });
  return { options: await enrolmentOptions(vault, vault.database, call.officer, challenge) };
});

/**
 * Stores a further passkey. One that the officer has already signs exactly the new one (`approvalChallenge`): a
 * session that somebody took over, or a server that puts in a key of its own, adds none.
 */
export const storePasskeyHandler = officerHandler(storePasskey, addPasskey, async (vault, call) => {
  const { officer, body } = call;
  const now = nowOf(vault);
  await vault.database.transaction(async (queries) => {
    await call.spend(queries);
    const waiting = firstRow(await queries.query<{ challenge: string; expires_at: Date }>('DELETE FROM vault.passkey_addition WHERE officer_id = $1 RETURNING challenge, expires_at', [officer.officerId]));
    if (waiting === null || waiting.expires_at <= now) refuse('code-refused');
    const passkey = (await verifyNewPasskey(vault, body.credential, waiting.challenge)) ?? refuse('approval-refused');
    if ((await verifyPasskey(vault, queries, body.assertion, approvalChallenge(body.credential))) !== officer.officerId) refuse('approval-refused');
    const present = await queries.query('SELECT FROM vault.passkey WHERE officer_id = $1', [officer.officerId]);
    if (present.rowCount >= mostPasskeys) refuse('conflict');
    const stored = await queries.query(
      'INSERT INTO vault.passkey (credential_id, officer_id, public_key, counter, transports, created_at) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING',
      [passkey.id, officer.officerId, Buffer.from(passkey.publicKey), passkey.counter, passkey.transports ?? [], now],
    );
    if (stored.rowCount === 0) refuse('conflict');
    await recordEvent(vault, queries, 'passkey-added', { officer: officer.officerId });
  });
  return {};
});

/** What the present passkey signs: SHA-256 over the parts of the new one as the browser gives them, base64url. */
function approvalChallenge(credential: unknown): string {
  if (!Value.Check(NewCredential, credential)) return refuse('approval-refused');
  const { rawId, response } = credential;
  return sha256(`hk-passkey-1|${rawId}|${response.clientDataJSON}|${response.attestationObject}`).toString('base64url');
}
