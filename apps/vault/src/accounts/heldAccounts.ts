import { firstRow, type Queries } from '../database.ts';
import { personId, type PersonId } from '../identifiers.ts';
import { pseudonymOf } from '../keys/pseudonym.ts';
import { decideStatuses } from '../passes/readStatus.ts';
import { nowOf, type Vault } from '../vault.ts';

const dayMs = 86_400_000;
/** Longest that an erased account is held, days: no order runs longer. */
const longestHoldDays = 31;

/**
 * Until when public health counts on a proven account, if it were erased now: while an order, a result or an exposure
 * restricts its holder, a case of the visit term may have to be traced, or a specimen is under way. Null where nothing
 * does. Erasing must not be a way out of an order, nor silence a case.
 */
export async function heldUntil(vault: Vault, queries: Queries, person: PersonId): Promise<Date | null> {
  const now = vault.clock.now();
  const [decision] = await decideStatuses(vault, queries, [{ person, identityProven: true }]);
  const longest = now + longestHoldDays * dayMs;
  const restricted = decision === undefined || decision.status === 'clear' ? 0 : Math.min(decision.until ?? longest, longest);

  const termMs = vault.limits.visitTermDays * dayMs;
  const counting = firstRow(await queries.query<{ since: Date | null }>(
    `SELECT greatest(
       (SELECT max(registered_at) FROM vault.case_authority WHERE person_id = $1 AND registered_at > $3),
       (SELECT max(s.collected_at) FROM health.specimen s WHERE s.subject = $2 AND s.collected_at > $3
          AND NOT EXISTS (SELECT FROM health.result r WHERE r.specimen_id = s.specimen_id))) AS since`,
    [person, pseudonymOf(vault.keys.health, person), new Date(now - termMs)],
  ));
  const traced = counting?.since === null || counting === null ? 0 : counting.since.getTime() + termMs;
  const until = Math.max(restricted, traced);
  return until > now ? new Date(until) : null;
}

/** The identifier of an erased person for whom a case can still be made or traced; null where there is none. */
export async function findHeldPerson(vault: Vault, queries: Queries, person: PersonId): Promise<PersonId | null> {
  const row = firstRow(await queries.query<{ person_id: string }>('SELECT person_id FROM vault.held_account WHERE person_id = $1 AND until > $2', [person, nowOf(vault)]));
  return row === null ? null : personId(row.person_id);
}

/** Whether the account of this document was erased while public health counts on it. */
export async function isHeldDocument(vault: Vault, queries: Queries, blindIndex: Buffer): Promise<boolean> {
  return (await queries.query('SELECT person_id FROM vault.held_account WHERE blind_index = $1 AND until > $2', [blindIndex, nowOf(vault)])).rowCount > 0;
}
