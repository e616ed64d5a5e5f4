import { startRegistration } from '@health-kit/api';
import { beginRegistration } from '@health-kit/api/vault';
import { keyHandler } from '../authority/handlers.ts';
import { personId, registrationId } from '../identifiers.ts';
import { randomUuid } from '../randomness.ts';
import { refuse } from '../refusal.ts';
import { instant, nowOf } from '../vault.ts';
import { isRevokedDevice } from './devices.ts';
import { newRegistrationKey, sealIdentity } from './identityVault.ts';
import { takeFromBudgets } from './messageBudget.ts';
import { codeHash, codeLifeMs, codeMessage, guessesPerCode, newCode, resendAfterSeconds } from './oneTimeCode.ts';
import { unsealIdentity } from './unsealParticulars.ts';

/**
 * Starts a registration and sends a one-time code to the phone that the identity names. The answer is the same
 * whether or not anybody is registered with that phone or document, and whether or not a message could be sent:
 * beyond a budget there is none, whoever typed the number does not learn so, and a challenge whose code nobody was
 * sent accepts none: else guessing would go on without the phone's owner being told.
 */
export const beginRegistrationHandler = keyHandler(beginRegistration, startRegistration, async (vault, call) => {
  const identity = await unsealIdentity(vault, call.body.sealed);
  const registration = registrationId(randomUuid(vault.random));
  const person = personId(randomUuid(vault.random));
  const waiting = await newRegistrationKey(vault, registration);
  const code = newCode(vault.random);
  const now = nowOf(vault);
  const expiresAt = new Date(now.getTime() + codeLifeMs);

  const withinBudget = await vault.database.transaction(async (queries) => {
    await call.spend(queries);
    // A key that was revoked stays so: the device makes another one to register again.
    if (await isRevokedDevice(vault, queries, call.thumbprint)) refuse('not-authorized');
    // One live challenge per device: a new start takes the place of the last. Whatever the device has stays until it confirms.
    await queries.query('DELETE FROM vault.registration WHERE thumbprint = $1 AND confirmed_at IS NULL', [call.thumbprint]);
    const sends = await takeFromBudgets(vault, queries, { phone: identity.phone, thumbprint: call.thumbprint, network: call.network });
    await queries.query(
      `INSERT INTO vault.registration (registration_id, thumbprint, public_key, person_id, wrapped_key, kek_version, identity, code_hash, guesses_left, started_at, expires_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
      [
        registration, call.thumbprint, JSON.stringify(call.publicKey), person, waiting.stored.wrapped, waiting.stored.kekVersion,
        sealIdentity(waiting.key, { registration }, identity, vault.random), codeHash(vault, registration, code), sends ? guessesPerCode : 0, now, expiresAt,
      ],
    );
    return sends;
  });

  if (withinBudget) vault.messages.send({ to: identity.phone, text: codeMessage(vault, identity.language, code), kind: 'otp' });
  return { registrationId: registration, expiresAt: instant(expiresAt.getTime()), resendAfterSeconds };
});
