import { createHmac } from 'node:crypto';
import { linkDependant, makeGuardianCode } from '@health-kit/api';
import { becomeGuardian, newGuardianCode } from '@health-kit/api/vault';
import { keyHandler } from '../authority/handlers.ts';
import { countPace, refuseBeyondPace } from '../authority/pace.ts';
import { byteaArray } from '../binaryArrays.ts';
import { firstRow } from '../database.ts';
import { personId } from '../identifiers.ts';
import { findPerson, requirePersonOfDevice } from '../people/people.ts';
import { randomLetters } from '../randomness.ts';
import { refuse } from '../refusal.ts';
import { instant, nowOf } from '../vault.ts';
import { makeLink, requireGuardian, requireRoom } from './guardianLinks.ts';

const codeLifeMs = 10 * 60_000;
/** How long the device that showed the code is asked: it is in its owner's hand. */
const requestLifeMs = 10 * 60_000;

/** A code that the dependant's own device shows, eight letters, good once and for ten minutes; a new one ends the last. */
export const newGuardianCodeHandler = keyHandler(newGuardianCode, makeGuardianCode, async (vault, call) => {
  const code = randomLetters(vault.random, 8);
  const expiresAt = new Date(vault.clock.now() + codeLifeMs);
  await vault.database.transaction(async (queries) => {
    await call.spend(queries);
    const { person, provenAt } = await requirePersonOfDevice(vault, queries, call.thumbprint);
    if (provenAt === null) refuse('identity-not-proven');
    await queries.query('DELETE FROM vault.guardian_code WHERE dependant_id = $1', [person]);
    await queries.query('INSERT INTO vault.guardian_code (code_hash, dependant_id, expires_at) VALUES ($1, $2, $3)', [codeHash(vault.keys.oneTimeCode, code), person, expiresAt]);
  });
  return { code, expiresAt: instant(expiresAt.getTime()) };
});

/**
 * The caller asks to be the guardian of whoever's device shows the code; that device confirms or refuses, and nothing
 * is in force before. Both identities are proven, and nobody is named: not to the caller, before it is confirmed.
 * Wrong codes have a budget per person, and none in common with the one-time codes: nobody stops registrations here.
 */
export const becomeGuardianHandler = keyHandler(becomeGuardian, linkDependant, async (vault, call) => {
  const now = nowOf(vault);
  const outcome = await vault.database.transaction(async (queries) => {
    await call.spend(queries);
    const { person } = await requirePersonOfDevice(vault, queries, call.thumbprint);
    const guardian = await requireGuardian(vault, queries, person);
    await refuseBeyondPace(vault, queries, 'guardian-guess', person);
    // Before the code is looked at, which would otherwise tell whether it is one.
    await requireRoom(vault, queries, person);
    const row = firstRow(await queries.query<{ dependant_id: string }>(
      'DELETE FROM vault.guardian_code WHERE code_hash = ANY($1::bytea[]) AND expires_at > $2 AND dependant_id <> $3 RETURNING dependant_id',
      [byteaArray(vault.keys.oneTimeCodes.map((key) => codeHash(key, call.body.code))), now, person],
    ));
    const dependant = row === null ? null : await findPerson(vault, queries, personId(row.dependant_id));
    if (dependant === null) {
      await countPace(vault, queries, 'guardian-guess', person);
      return null;
    }
    return makeLink(vault, queries, { guardian, dependant, waitsUntil: new Date(now.getTime() + requestLifeMs) });
  });
  const { linkId, waitsUntil } = outcome ?? refuse('code-refused');
  return { linkId, waitsUntil: waitsUntil === null ? null : instant(waitsUntil.getTime()) };
});

function codeHash(key: Uint8Array, code: string): Buffer {
  return createHmac('sha256', key).update(`guardian|${code}`, 'utf8').digest();
}
