import type { Queries } from './database.ts';
import { trimShredded } from './journal/shredded.ts';
import { nowOf, recordEvent, type Vault } from './vault.ts';

/** Advisory lock of the daily clearing; "hk-r" in ASCII. */
const clearingLock = 0x686b2d72;
const dayMs = 86_400_000;
/** Days after which a case with its contacts and proposals is gone. */
const caseTermDays = 60;

/** What is deleted, and how long after its time. */
const expired: readonly { readonly sql: string; readonly afterMs: number }[] = [
  { sql: 'DELETE FROM vault.registration WHERE expires_at < $1', afterMs: dayMs },
  { sql: 'DELETE FROM vault.message_sent WHERE sent_at < $1', afterMs: dayMs },
  { sql: 'DELETE FROM vault.failed_code WHERE failed_at < $1', afterMs: dayMs },
  { sql: 'DELETE FROM vault.presentation WHERE expires_at < $1', afterMs: 0 },
  { sql: 'DELETE FROM vault.document_mismatch WHERE day < $1::date', afterMs: dayMs },
  { sql: 'DELETE FROM vault.used_proof WHERE until < $1', afterMs: 0 },
  { sql: 'DELETE FROM vault.pass WHERE expires_at < $1', afterMs: dayMs },
  { sql: 'DELETE FROM vault.invitation WHERE expires_at < $1', afterMs: 0 },
  { sql: 'DELETE FROM vault.sign_in_challenge WHERE expires_at < $1', afterMs: 0 },
  { sql: 'DELETE FROM vault.officer_session WHERE expires_at < $1', afterMs: 0 },
  { sql: 'DELETE FROM vault.revoked_key WHERE until < $1', afterMs: 0 },
  { sql: 'DELETE FROM vault.trace WHERE expires_at < $1', afterMs: 0 },
  // Orders and exposures count by the proposal they rest on, so that the case stays while one may still count.
  {
    sql: `DELETE FROM vault.case_authority c WHERE c.registered_at < $1 AND NOT EXISTS (
            SELECT FROM vault.order_proposal p WHERE p.case_id = c.case_id AND p.decision = 'approved'
              AND greatest((p.canonical::jsonb ->> 'endsAt')::timestamptz, p.decided_at + interval '30 days') > $1::timestamptz + interval '${caseTermDays} days')`,
    afterMs: caseTermDays * dayMs,
  },
];

/**
 * Destroys the keys of days whose term is over, and deletes what has had its time. Safe to run at any moment and by
 * several processes; what one leaves undone the next does.
 *
 * @returns days whose keys were destroyed
 */
export function clearExpired(vault: Vault): Promise<readonly string[]> {
  return vault.database.transaction(async (queries) => {
    await queries.query('SELECT pg_advisory_xact_lock($1)', [clearingLock]);
    const now = vault.clock.now();
    const firstKept = vault.calendar.addDays(vault.calendar.dayOf(now), -vault.limits.visitTermDays);
    for (const { sql, afterMs } of expired) await queries.query(sql, [new Date(now - afterMs)]);
    await queries.query('DELETE FROM vault.former_person WHERE since < $1', [new Date(vault.calendar.startOf(firstKept))]);
    await trimShredded(vault, queries);
    return destroyDays(vault, queries, firstKept);
  });
}

async function destroyDays(vault: Vault, queries: Queries, firstKept: Parameters<Vault['keys']['destroyDaysBefore']>[0]): Promise<readonly string[]> {
  const days = await vault.keys.destroyDaysBefore(firstKept, queries);
  for (const day of days) await recordEvent(vault, queries, 'key-destroyed', { key: `day/${day}` });
  return days;
}

/** Runs {@link clearExpired} once at start and then on every new local day, looking each minute. Returns how to stop. */
export function scheduleClearing(vault: Vault, failed: (error: unknown) => void): { readonly look: () => Promise<void>; readonly stop: () => void } {
  let clearedFor: string | null = null;
  let running: Promise<void> | null = null;
  async function clearNewDay(): Promise<void> {
    try {
      const day = vault.calendar.dayOf(nowOf(vault).getTime());
      if (day === clearedFor) return;
      await clearExpired(vault);
      clearedFor = day;
    } catch (error) {
      failed(error);
    }
  }
  const look = () => {
    // Cleared in a later turn than it is set, also when there is nothing to do: a look must not block the next one.
    running ??= clearNewDay().finally(() => {
      running = null;
    });
    return running;
  };
  const timer = setInterval(() => void look(), 60_000);
  timer.unref();
  return { look, stop: () => clearInterval(timer) };
}
