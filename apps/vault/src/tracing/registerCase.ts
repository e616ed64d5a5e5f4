import { registerCase } from '@health-kit/api/vault';
import { DAY_MS } from '@health-kit/policy';
import { findHeldPerson } from '../accounts/heldAccounts.ts';
import { openHandler } from '../authority/handlers.ts';
import { firstRow, type Queries } from '../database.ts';
import { caseId, healthPseudonym, personId, type PersonId } from '../identifiers.ts';
import { peopleOf, pseudonymOf } from '../keys/pseudonym.ts';
import { randomUuid } from '../randomness.ts';
import { refuse } from '../refusal.ts';
import { nowOf, recordEvent, type Vault } from '../vault.ts';

/** By how much a laboratory's clock may run ahead, ms. */
const clockLeewayMs = 15 * 60_000;

/**
 * Makes a case out of a positive result. The vault reads the result itself: a case, and with it every trace, rests
 * on a row that a laboratory's chain has made, never on what somebody says. The same result is the same case.
 */
export const registerCaseHandler = openHandler(registerCase, async (vault, { resultId }) => {
  const result = firstRow(await vault.database.query<{ subject: string; value: string; collected_at: Date }>(
    'SELECT subject, value, collected_at FROM health.result WHERE result_id = $1', [resultId],
  )) ?? refuse('not-found');
  if (result.value !== 'positive') refuse('not-permitted');

  return vault.database.transaction(async (queries) => {
    const present = firstRow(await queries.query<{ case_id: string; person_id: string }>('SELECT case_id, person_id FROM vault.case_authority WHERE result_id = $1', [resultId]));
    if (present !== null) return answer(vault, present.case_id, personId(present.person_id));

    const now = nowOf(vault);
    const term = vault.limits.visitTermDays + vault.profile.infectiousPeriod.daysAfterSampling;
    // Older, and no visit of the infectious days is left: there is nothing a case could be for.
    if (result.collected_at.getTime() < now.getTime() - term * DAY_MS) refuse('not-permitted');
    if (result.collected_at.getTime() > now.getTime() + clockLeewayMs) refuse('not-permitted');

    const [subject] = peopleOf(vault.keys.health, [healthPseudonym(result.subject)]);
    const person = subject === undefined ? null : (await provenPerson(queries, subject)) ?? (await findHeldPerson(vault, queries, subject));
    if (person === null) return refuse('identity-not-proven');
    const inserted = firstRow(await queries.query<{ case_id: string }>(
      `INSERT INTO vault.case_authority (case_id, person_id, result_id, collected_at, registered_at) VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (result_id) DO NOTHING RETURNING case_id`,
      [randomUuid(vault.random), person, resultId, result.collected_at, now],
    ));
    if (inserted === null) {
      const other = firstRow(await queries.query<{ case_id: string; person_id: string }>('SELECT case_id, person_id FROM vault.case_authority WHERE result_id = $1', [resultId]));
      return other === null ? refuse('conflict') : answer(vault, other.case_id, personId(other.person_id));
    }
    await recordEvent(vault, queries, 'case-registered', { case: inserted.case_id, result: resultId });
    return answer(vault, inserted.case_id, person);
  });
});

async function provenPerson(queries: Queries, subject: PersonId): Promise<PersonId | null> {
  const row = firstRow(await queries.query<{ person_id: string }>('SELECT person_id FROM vault.person WHERE person_id = $1 AND proven_at IS NOT NULL', [subject]));
  return row === null ? null : personId(row.person_id);
}
function answer(vault: Vault, id: string, person: PersonId) {
  return { caseId: caseId(id), index: pseudonymOf(vault.keys.trace, person) };
}
