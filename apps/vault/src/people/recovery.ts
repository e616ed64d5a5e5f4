import { listMyRecoveries, startRecovery, stopMyRecoveries } from '@health-kit/api';
import { beginRecovery, listRecoveries, stopRecoveries } from '@health-kit/api/vault';
import { keyHandler } from '../authority/handlers.ts';
import { noOfficer } from '../authority/officers.ts';
import { firstRow, type Queries } from '../database.ts';
import { officerId } from '../identifiers.ts';
import { accessEvent } from '../ledger/accessEvent.ts';
import { appendPersonEvents } from '../ledger/ledger.ts';
import { refuse } from '../refusal.ts';
import { countStoppedMove } from '../stops/countStoppedMove.ts';
import { instant, nowOf, type Vault } from '../vault.ts';
import { findOwnAccount } from './ownAccount.ts';
import { requirePersonOfDevice, type OpenPerson } from './people.ts';
import { recoveryMessage } from './recoveryMessages.ts';

const hourMs = 3_600_000;
/** How long ago the device may have proven the phone, ms: a code of long ago says nothing about who has the number now. */
const phoneProofLifeMs = 24 * hourMs;

/**
 * A device that just registered says that its owner had an account on another device. The answer is the same
 * whether there is one or not, also when it is asked again. Where there is one, of the same document and name and the
 * same phone, the delay begins, and phone and older devices are told.
 */
export const beginRecoveryHandler = keyHandler(beginRecovery, startRecovery, async (vault, call) => {
  const now = nowOf(vault);
  const { completesAt, account } = await vault.database.transaction(async (queries) => {
    await call.spend(queries);
    const person = await requirePersonOfDevice(vault, queries, call.thumbprint);
    // An account of one's own that is proven has nothing to come back to.
    if (person.provenAt !== null) refuse('conflict');
    const present = await findRequest(queries, call.thumbprint);
    if (present !== null && present > now) return { completesAt: present, account: null };
    if (!(await provedPhoneSince(queries, call.thumbprint, new Date(now.getTime() - phoneProofLifeMs)))) refuse('code-refused');
    return request(vault, queries, call.thumbprint, person, now);
  });
  if (account !== null) vault.messages.send({ to: account.identity.phone, text: recoveryMessage(vault, account.identity.language, completesAt), kind: 'notice' });
  return { completesAt: instant(completesAt.getTime()) };
});

async function request(vault: Vault, queries: Queries, thumbprint: string, person: OpenPerson, now: Date): Promise<{ readonly completesAt: Date; readonly account: OpenPerson | null }> {
  const account = await findOwnAccount(vault, queries, person);
  const completesAt = new Date(now.getTime() + vault.limits.recoveryDelayHours * hourMs);
  await queries.query('DELETE FROM vault.recovery WHERE thumbprint = $1', [thumbprint]);
  await queries.query('INSERT INTO vault.recovery (thumbprint, account_id, requested_at, completes_at) VALUES ($1, $2, $3, $4)', [thumbprint, account?.person ?? null, now, completesAt]);
  if (account !== null) {
    await appendPersonEvents(vault, queries, [accessEvent(vault, account, { purpose: 'device', officer: noOfficer(vault), fields: ['deviceAsked'] })]);
  }
  return { completesAt, account };
}

/** When what a device asked for is complete, or would have been. */
async function findRequest(queries: Queries, thumbprint: string): Promise<Date | null> {
  return firstRow(await queries.query<{ completes_at: Date }>('SELECT completes_at FROM vault.recovery WHERE thumbprint = $1 FOR UPDATE', [thumbprint]))?.completes_at ?? null;
}

/** Whether the device proved its phone, by the one-time code of its registration, since a moment. */
async function provedPhoneSince(queries: Queries, thumbprint: string, since: Date): Promise<boolean> {
  return (await queries.query('SELECT FROM vault.device WHERE thumbprint = $1 AND registered_at > $2', [thumbprint, since])).rowCount > 0;
}

/** Other devices that ask for the caller's account, which the caller may stop; and what the caller's own device asked for. */
export const listRecoveriesHandler = keyHandler(listRecoveries, listMyRecoveries, async (vault, call) => {
  const device = await requireDevice(vault.database, call.thumbprint);
  call.use();
  // Whoever had the account hears that it is gone, and may say that this was not the owner; of the account, nothing more.
  if (device.lostAt !== null) return { recoveries: [], requestedHere: null, requestedAtDesk: false, stoppedAtDesk: false, lostAt: instant(device.lostAt.getTime()) };
  const { rows } = await vault.database.query<{ requested_at: Date; completes_at: Date; at_desk: boolean }>(
    'SELECT requested_at, completes_at, move_id IS NOT NULL AS at_desk FROM vault.recovery WHERE account_id = $1 ORDER BY completes_at', [device.person],
  );
  const own = firstRow(await vault.database.query<{ completes_at: Date; at_desk: boolean; stopped: boolean }>('SELECT completes_at, move_id IS NOT NULL AS at_desk, move_id IS NOT NULL AND account_id IS NULL AS stopped FROM vault.recovery WHERE thumbprint = $1', [call.thumbprint]));
  return {
    recoveries: rows.map((row) => ({ requestedAt: instant(row.requested_at.getTime()), completesAt: instant(row.completes_at.getTime()), atDesk: row.at_desk })),
    requestedHere: own === null || own.stopped ? null : instant(own.completes_at.getTime()),
    requestedAtDesk: own?.at_desk === true && !own.stopped,
    stoppedAtDesk: own?.stopped === true,
    lostAt: null,
  };
});

/** "This was not me": stops what asks for the caller's account and lets nothing ask for a while; takes back what the caller's own device asked for. */
export const stopRecoveriesHandler = keyHandler(stopRecoveries, stopMyRecoveries, async (vault, call) => {
  const now = nowOf(vault);
  const counted = await vault.database.transaction(async (queries) => {
    await call.spend(queries);
    const { person } = await requirePersonOfDevice(vault, queries, call.thumbprint);
    await queries.query('DELETE FROM vault.recovery WHERE thumbprint = $1', [call.thumbprint]);
    // Who asked goes on seeing what was answered: that it was stopped would say that there was something to stop.
    const { rows: stopped } = await queries.query<{ registrar_id: string | null }>('UPDATE vault.recovery SET account_id = NULL WHERE account_id = $1 RETURNING registrar_id', [person]);
    if (stopped.length === 0) return null;
    await queries.query(
      'INSERT INTO vault.recovery_block (person_id, until) VALUES ($1, $2) ON CONFLICT (person_id) DO UPDATE SET until = $2',
      [person, new Date(now.getTime() + vault.limits.recoveryBlockDays * 24 * hourMs)],
    );
    await appendPersonEvents(vault, queries, [accessEvent(vault, { person }, { purpose: 'device', officer: noOfficer(vault), fields: ['deviceStopped'] })]);
    return { owner: person, registrars: new Set(stopped.flatMap(({ registrar_id }) => (registrar_id === null ? [] : [officerId(registrar_id)]))) };
  });
  if (counted !== null) for (const registrar of counted.registrars) await countStoppedMove(vault, registrar, counted.owner);
  return {};
});

async function requireDevice(queries: Queries, thumbprint: string): Promise<{ readonly person: string; readonly lostAt: Date | null }> {
  const row = firstRow(await queries.query<{ person_id: string; revoked_at: Date | null }>('SELECT person_id, revoked_at FROM vault.device WHERE thumbprint = $1', [thumbprint])) ?? refuse('not-authorized');
  return { person: row.person_id, lostAt: row.revoked_at };
}
