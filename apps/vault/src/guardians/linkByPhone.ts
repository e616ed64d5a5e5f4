import { createHmac, timingSafeEqual } from 'node:crypto';
import { askDependantByPhone, linkDependantByPhone } from '@health-kit/api';
import { beginGuardianRequest, confirmGuardianRequest } from '@health-kit/api/vault';
import { keyHandler } from '../authority/handlers.ts';
import { countPace, refuseBeyondPace } from '../authority/pace.ts';
import { byteaArray } from '../binaryArrays.ts';
import { firstRow, type Queries } from '../database.ts';
import { personId } from '../identifiers.ts';
import { hasLiveDevice } from '../people/deskMove.ts';
import { documentIndexes } from '../people/identityVault.ts';
import { takeFromBudgets } from '../people/messageBudget.ts';
import { sameDocument, type DocumentParticulars } from '../people/normaliseIdentity.ts';
import { codeLifeMs, guessesPerCode, newCode, resendAfterSeconds } from '../people/oneTimeCode.ts';
import { findPerson, requirePersonOfDevice, type OpenPerson } from '../people/people.ts';
import { unsealDependant } from '../people/unsealParticulars.ts';
import { randomDigits, randomUuid } from '../randomness.ts';
import { refuse } from '../refusal.ts';
import { instant, nowOf, type Vault } from '../vault.ts';
import { makeLink, requestEnd, requireGuardian, requireRoom } from './guardianLinks.ts';
import { guardianCodeMessage, guardianLinkedMessage } from './guardianMessages.ts';

/**
 * Sends a code to a dependant's phone, where document, name and phone are one proven account's; to nobody where they
 * are not. The answer is the same, the work as well, and a challenge without a message accepts no code: what was typed
 * tells nothing of anybody. A guardian asks ten times an hour, and messages count as those of registrations do.
 */
export const beginGuardianRequestHandler = keyHandler(beginGuardianRequest, askDependantByPhone, async (vault, call) => {
  const typed = await unsealDependant(vault, call.body.sealed);
  const [requestId, code, now] = [randomUuid(vault.random), newCode(vault.random), nowOf(vault)];
  const expiresAt = new Date(now.getTime() + codeLifeMs);
  const told = await vault.database.transaction(async (queries) => {
    await call.spend(queries);
    const { person } = await requirePersonOfDevice(vault, queries, call.thumbprint);
    const guardian = await requireGuardian(vault, queries, person);
    await requireRoom(vault, queries, person);
    // A count of its own beside that of wrong codes, with the same bound.
    await countPace(vault, queries, 'guardian-guess', `asks|${person}`);
    const dependant = await findDependant(vault, queries, typed, guardian);
    // Where there is nobody, the same is counted for a number that nobody has.
    const phone = dependant?.identity.phone ?? `+0000000${randomDigits(vault.random, 8)}`;
    const counted = await takeFromBudgets(vault, queries, { phone, thumbprint: call.thumbprint, network: call.network });
    const sentTo = counted ? dependant : null;
    await queries.query('DELETE FROM vault.guardian_challenge WHERE guardian_id = $1', [person]);
    await queries.query(
      'INSERT INTO vault.guardian_challenge (request_id, guardian_id, thumbprint, dependant_id, code_hash, guesses_left, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7)',
      [requestId, person, call.thumbprint, sentTo?.person ?? null, codeHash(vault.keys.oneTimeCode, requestId, code), sentTo === null ? 0 : guessesPerCode, expiresAt],
    );
    return sentTo?.identity ?? null;
  });
  if (told !== null) vault.messages.send({ to: told.phone, text: guardianCodeMessage(vault, told.language, code), kind: 'otp' });
  return { requestId, expiresAt: instant(expiresAt.getTime()), resendAfterSeconds };
});

/** The proven account that all of this is of, but the guardian's own; null where there is none. The same is read and opened in either case. */
async function findDependant(vault: Vault, queries: Queries, typed: DocumentParticulars & { readonly phone: string }, guardian: OpenPerson): Promise<OpenPerson | null> {
  const holder = firstRow(await queries.query<{ person_id: string }>('SELECT person_id FROM vault.document WHERE blind_index = ANY($1::bytea[])', [byteaArray(documentIndexes(vault, typed))]));
  const account = await findPerson(vault, queries, personId(holder?.person_id ?? guardian.person));
  if (account === null || account.person === guardian.person || account.provenAt === null) return null;
  return sameDocument(account.identity, typed) && account.identity.phone === typed.phone ? account : null;
}

type ChallengeRow = { dependant_id: string | null; code_hash: Buffer; guesses_left: number };

/**
 * The code that came to the dependant's phone, entered on the device that asked for it. Where the dependant has a device,
 * that one is asked besides, and nothing is in force before: whoever reads messages on a locked phone is not its owner.
 */
export const confirmGuardianRequestHandler = keyHandler(confirmGuardianRequest, linkDependantByPhone, async (vault, call) => {
  const { requestId } = call.params;
  const outcome = await vault.database.transaction(async (queries) => {
    await call.spend(queries);
    const { person } = await requirePersonOfDevice(vault, queries, call.thumbprint);
    const guardian = await requireGuardian(vault, queries, person);
    await refuseBeyondPace(vault, queries, 'guardian-guess', person);
    await requireRoom(vault, queries, person);
    const row = firstRow(await queries.query<ChallengeRow>(
      'SELECT dependant_id, code_hash, guesses_left FROM vault.guardian_challenge WHERE request_id = $1 AND guardian_id = $2 AND thumbprint = $3 AND expires_at > $4 FOR UPDATE',
      [requestId, person, call.thumbprint, nowOf(vault)],
    ));
    const accepted = row !== null && row.guesses_left > 0 && isCode(vault, requestId, call.body.code, row.code_hash);
    const dependant = accepted && row.dependant_id !== null ? await findPerson(vault, queries, personId(row.dependant_id)) : null;
    if (dependant === null) {
      await queries.query('UPDATE vault.guardian_challenge SET guesses_left = guesses_left - 1 WHERE request_id = $1 AND guardian_id = $2 AND guesses_left > 0', [requestId, person]);
      await countPace(vault, queries, 'guardian-guess', person);
      return null;
    }
    await queries.query('DELETE FROM vault.guardian_challenge WHERE request_id = $1', [requestId]);
    const waitsUntil = (await hasLiveDevice(queries, dependant.person)) ? requestEnd(vault) : null;
    return { link: await makeLink(vault, queries, { guardian, dependant, waitsUntil }), told: dependant.identity };
  });
  const { link, told } = outcome ?? refuse('code-refused');
  // After the commit: nobody is told of what did not happen.
  vault.messages.send({ to: told.phone, text: guardianLinkedMessage(vault, told.language, link.waitsUntil !== null), kind: 'notice' });
  return { linkId: link.linkId, waitsUntil: link.waitsUntil === null ? null : instant(link.waitsUntil.getTime()) };
});

/** What is stored of a code: a keyed hash, bound to its request. */
function codeHash(key: Uint8Array, requestId: string, code: string): Buffer {
  return createHmac('sha256', key).update(`guardian request|${requestId}|${code}`, 'utf8').digest();
}
function isCode(vault: Vault, requestId: string, code: string, stored: Uint8Array): boolean {
  return vault.keys.oneTimeCodes.some((key) => timingSafeEqual(codeHash(key, requestId, code), stored));
}
