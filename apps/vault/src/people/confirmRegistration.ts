import { confirmRegistration } from '@health-kit/api';
import { confirmRegistrationCode } from '@health-kit/api/vault';
import { keyHandler } from '../authority/handlers.ts';
import { firstRow } from '../database.ts';
import { personId, registrationId } from '../identifiers.ts';
import { appendPersonEvents } from '../ledger/ledger.ts';
import { randomUuid } from '../randomness.ts';
import { refuse } from '../refusal.ts';
import { instant, nowOf, type Vault } from '../vault.ts';
import { isRevokedDevice, releaseDevice } from './devices.ts';
import { openIdentity, openRegistrationKey } from './identityVault.ts';
import { isCode } from './oneTimeCode.ts';
import { storePerson } from './people.ts';

const hourMs = 3_600_000;

type RegistrationRow = {
  person_id: string; public_key: unknown; wrapped_key: Buffer | null; kek_version: number | null; identity: Buffer | null; code_hash: Buffer;
  guesses_left: number;
  started_at: Date; expires_at: Date; confirmed_at: Date | null;
};

/**
 * Confirms a registration with its one-time code, by the device that started it: makes the person and binds the
 * device. Confirming again with the same code is success, so that a lost answer loses nothing.
 */
export const confirmRegistrationHandler = keyHandler(confirmRegistrationCode, confirmRegistration, async (vault, call) => {
  const now = nowOf(vault);
  const registration = registrationId(call.params.registrationId);
  await refuseBeyondFailureBudget(vault, now);

  const outcome = await vault.database.transaction(async (queries): Promise<'confirmed' | 'code-refused'> => {
    await call.spend(queries);
    const row = firstRow(await queries.query<RegistrationRow>(
      `SELECT person_id, public_key, wrapped_key, kek_version, identity, code_hash, guesses_left, started_at, expires_at, confirmed_at
       FROM vault.registration WHERE registration_id = $1 AND thumbprint = $2 FOR UPDATE`,
      [registration, call.thumbprint],
    ));
    // No registration, somebody else's, too late, used up: all the same answer.
    if (row === null || row.expires_at <= now && row.confirmed_at === null) return 'code-refused';
    if (row.guesses_left <= 0) return 'code-refused';
    if (!isCode(vault, registration, call.body.code, row.code_hash)) {
      await queries.query('UPDATE vault.registration SET guesses_left = guesses_left - 1 WHERE registration_id = $1', [registration]);
      await queries.query('INSERT INTO vault.failed_code (failure_id, failed_at) VALUES ($1, $2)', [randomUuid(vault.random), now]);
      return 'code-refused';
    }
    if (row.confirmed_at !== null) return 'confirmed';
    if (await isRevokedDevice(vault, queries, call.thumbprint)) return 'code-refused';
    if (row.wrapped_key === null || row.kek_version === null || row.identity === null) throw new Error('a live registration has no identity');

    const person = personId(row.person_id);
    const waitingKey = await openRegistrationKey(vault, registration, { wrapped: row.wrapped_key, kekVersion: row.kek_version });
    const identity = openIdentity(waitingKey, { registration }, row.identity);
    await storePerson(vault, queries, person, identity, now);
    await releaseDevice(vault, queries, call.thumbprint, person);
    await queries.query(
      `INSERT INTO vault.device (thumbprint, person_id, public_key, registered_at) VALUES ($1, $2, $3, $4)
       ON CONFLICT (thumbprint) DO UPDATE SET person_id = $2, public_key = $3, registered_at = $4`,
      [call.thumbprint, person, JSON.stringify(row.public_key), now],
    );
    await queries.query('UPDATE vault.registration SET confirmed_at = $2, identity = NULL, wrapped_key = NULL, kek_version = NULL WHERE registration_id = $1', [registration, now]);
    await appendPersonEvents(vault, queries, [{
      person, event: { type: 'registration-confirmed', at: instant(now.getTime()) }, visibleFrom: null, caseId: null,
    }]);
    return 'confirmed';
  });
  if (outcome === 'code-refused') refuse('code-refused');
  return {};
});

/** Counts the wrong codes of all callers: guessing a few codes for very many registrations has to end, too. */
async function refuseBeyondFailureBudget(vault: Vault, now: Date): Promise<void> {
  const failed = firstRow(await vault.database.query<{ count: number }>(
    'SELECT count(*)::int AS count FROM vault.failed_code WHERE failed_at > $1', [new Date(now.getTime() - hourMs)],
  ));
  if (failed === null || failed.count >= vault.limits.failedCodesPerHour) refuse('too-many-requests');
}

