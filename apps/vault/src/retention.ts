import { destroyDayKeys, dropVisits, noteRun, type DestructionRun } from './destruction.ts';
import { confirmDueLinks } from './guardians/confirmDueLinks.ts';
import { trimShredded } from './journal/shredded.ts';
import { completeDueRecoveries } from './people/completeRecovery.ts';
import { takeTurn } from './turns.ts';
import { nowOf, type Vault } from './vault.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** Days after which a case with its contacts and proposals is gone. */
const caseTermDays = 60;
/** Days after which a disclosure is gone; the ledger's entries stay. */
const disclosureTermDays = 90;

/** What is deleted, and how long after its time: as the table's COMMENT says, which a test compares. */
export const expired: readonly { readonly sql: string; readonly afterMs: number }[] = [
  // A replaced version of a key: nothing is left for it to read.
  { sql: 'DELETE FROM vault.sealed_key WHERE read_until < $1', afterMs: 0 },
  { sql: 'DELETE FROM vault.registration WHERE expires_at < $1', afterMs: dayMs },
  { sql: 'DELETE FROM vault.message_sent WHERE sent_at < $1', afterMs: dayMs },
  { sql: 'DELETE FROM vault.failed_code WHERE failed_at < $1', afterMs: dayMs },
  { sql: 'DELETE FROM vault.hourly_count WHERE hour_end < $1', afterMs: hourMs },
  { sql: 'DELETE FROM vault.presentation WHERE expires_at < $1', afterMs: 0 },
  { sql: 'DELETE FROM vault.provider_proof WHERE expires_at < $1', afterMs: 0 },
  { sql: 'DELETE FROM vault.document_mismatch WHERE day < $1::date', afterMs: dayMs },
  { sql: 'DELETE FROM vault.used_proof WHERE until < $1', afterMs: 0 },
  { sql: 'DELETE FROM vault.pass WHERE expires_at < $1', afterMs: dayMs },
  { sql: 'DELETE FROM vault.card WHERE expires_at < $1', afterMs: 30 * dayMs },
  { sql: 'DELETE FROM vault.invitation WHERE expires_at < $1', afterMs: 0 },
  { sql: 'DELETE FROM vault.sign_in_challenge WHERE expires_at < $1', afterMs: 0 },
  { sql: 'DELETE FROM vault.guardian_code WHERE expires_at < $1', afterMs: 0 },
  { sql: 'DELETE FROM vault.guardian_challenge WHERE expires_at < $1', afterMs: 0 },
  // What a desk asked for is in force when its time is over.
  { sql: 'DELETE FROM vault.guardian_link WHERE ends_at < $1 OR waits_until < $1 AND asked_by IS NULL', afterMs: 0 },
  { sql: 'DELETE FROM vault.passkey_addition WHERE expires_at < $1', afterMs: 0 },
  { sql: 'DELETE FROM vault.officer_session WHERE expires_at < $1', afterMs: 0 },
  { sql: 'DELETE FROM vault.revoked_key WHERE until < $1', afterMs: 0 },
  { sql: 'DELETE FROM vault.subject_touch WHERE touched_at < $1', afterMs: dayMs },
  { sql: 'DELETE FROM vault.officer_refusal WHERE day < $1::date', afterMs: 30 * dayMs },
  { sql: 'DELETE FROM vault.alarm WHERE acknowledged_at < $1', afterMs: 90 * dayMs },
  { sql: 'DELETE FROM vault.recovery WHERE completes_at < $1', afterMs: 30 * dayMs },
  { sql: 'DELETE FROM vault.recovery_block WHERE until < $1', afterMs: 0 },
  { sql: 'DELETE FROM vault.held_account WHERE until < $1', afterMs: 0 },
  { sql: 'DELETE FROM vault.trace WHERE expires_at < $1', afterMs: 0 },
  { sql: 'DELETE FROM vault.appeal WHERE ended_at < $1', afterMs: 90 * dayMs },
  { sql: 'DELETE FROM vault.appeal_count WHERE day < $1::date', afterMs: 365 * dayMs },
  { sql: 'DELETE FROM vault.destruction_run WHERE ran_at < $1', afterMs: 365 * dayMs },
  // Until then it stands in the public numbers.
  { sql: 'DELETE FROM vault.disclosure WHERE requested_at < $1', afterMs: disclosureTermDays * dayMs },
  // Orders and exposures count by the proposal they rest on, so that the case stays while one may still count.
  {
    sql: `DELETE FROM vault.case_authority c WHERE c.registered_at < $1 AND NOT EXISTS (
            SELECT FROM vault.order_proposal p WHERE p.case_id = c.case_id AND p.decision = 'approved'
              AND greatest((p.canonical::jsonb ->> 'endsAt')::timestamptz, p.decided_at + interval '30 days') > $1::timestamptz + interval '${caseTermDays} days')`,
    afterMs: caseTermDays * dayMs,
  },
];

/** Schemas whose own function deletes what has had its time there; the terms stand in it. */
const otherSchemas = ['venue', 'health', 'notify', 'trace'] as const;

/**
 * The daily destruction: first the keys of days whose term is over, in a transaction of their own, so that nobody who
 * holds up anything else keeps them. Then, as one transaction, drops those days' visits, deletes what else has had its
 * time, in every schema, and makes sure that nothing of those days is left. Each appends an event that says what it
 * destroyed. Safe to run at any moment and by several processes; what one leaves undone the next does.
 *
 * @returns days whose keys were destroyed
 */
export async function clearExpired(vault: Vault): Promise<readonly string[]> {
  return (await runDestruction(vault)).days;
}

/** {@link clearExpired}, with all that was destroyed. */
export async function runDestruction(vault: Vault): Promise<DestructionRun> {
  const now = vault.clock.now();
  const firstKept = vault.calendar.addDays(vault.calendar.dayOf(now), -vault.limits.visitTermDays);
  const days = await vault.database.transaction(async (queries) => {
    await takeTurn(queries, 'clearing');
    return destroyDayKeys(vault, queries, firstKept);
  });
  return vault.database.transaction(async (queries) => {
    await takeTurn(queries, 'clearing');
    // Counting a day's visits before they are dropped may take minutes in a large city.
    await queries.query("SET LOCAL statement_timeout = '15min'");
    const rows = new Map<string, number>();
    const count = (table: string, deleted: number) => rows.set(table, (rows.get(table) ?? 0) + deleted);
    for (const { sql, afterMs } of expired) count(tableOf(sql), (await queries.query(sql, [new Date(now - afterMs)])).rowCount);
    count('vault.former_person', (await queries.query('DELETE FROM vault.former_person WHERE since < $1', [new Date(vault.calendar.startOf(firstKept))])).rowCount);
    await trimShredded(vault, queries);
    for (const schema of otherSchemas) {
      const { rows: cleared } = await queries.query<{ relation: string; cleared: string }>(`SELECT relation, cleared FROM ${schema}.clear_expired($1)`, [new Date(now)]);
      for (const each of cleared) count(each.relation, Number(each.cleared));
    }
    const run = { firstKept, rows, partitions: await dropVisits(queries, firstKept) };
    await noteRun(vault, queries, run);
    return { ...run, days };
  });
}

/** The table that a deletion empties. */
export function tableOf(sql: string): string {
  return /^DELETE FROM ([a-z_]+\.[a-z_]+)/.exec(sql)?.[1] ?? fail();
}
function fail(): never {
  throw new TypeError('not a deletion');
}

/** Completes due recoveries and guardianships and, at start and on every new local day, runs {@link clearExpired}; looks each minute. Returns how to stop. */
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
  async function recover(): Promise<void> {
    try {
      await completeDueRecoveries(vault);
    } catch (error) {
      failed(error);
    }
  }
  async function confirmLinks(): Promise<void> {
    try {
      await confirmDueLinks(vault);
    } catch (error) {
      failed(error);
    }
  }
  const look = () => {
    // Cleared in a later turn than it is set, also when there is nothing to do: a look must not block the next one.
    running ??= recover().then(confirmLinks).then(clearNewDay).finally(() => {
      running = null;
    });
    return running;
  };
  const timer = setInterval(() => void look(), 60_000);
  timer.unref();
  return { look, stop: () => clearInterval(timer) };
}
