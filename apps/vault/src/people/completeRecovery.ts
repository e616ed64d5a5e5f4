import { noOfficer } from '../authority/officers.ts';
import { firstRow, type Queries } from '../database.ts';
import { officerId, personId } from '../identifiers.ts';
import { accessEvent } from '../ledger/accessEvent.ts';
import { appendPersonEvents } from '../ledger/ledger.ts';
import { invalidateOutdatedPasses } from '../passes/factsChanged.ts';
import { nowOf, type Vault } from '../vault.ts';
import { moveDevice } from './moveDevice.ts';
import type { Identity } from './normaliseIdentity.ts';
import { findPerson } from './people.ts';
import { recoveredMessage } from './recoveryMessages.ts';
import { findOwnAccount, findProvenAccount } from './ownAccount.ts';

/** Completed in one run at most; the next run goes on. */
const mostAtOnce = 500;

/**
 * Completes the recovery of a device whose time has come: it goes over to the account, whose older devices are
 * revoked. Whatever changed since it was asked for counts: the account must still be the same human being's, with
 * the same proven phone, unless a registrar has seen the document, who must not have been stopped since. Returns whether it was completed; safe to call for any device, at any time, by several.
 */
export async function completeRecovery(vault: Vault, thumbprint: string): Promise<boolean> {
  const account = await vault.database.transaction((queries) => complete(vault, queries, thumbprint));
  if (account === null) return false;
  // After the commit: nobody is told of what did not happen.
  vault.messages.send({ to: account.phone, text: recoveredMessage(vault, account.language), kind: 'notice' });
  return true;
}

async function complete(vault: Vault, queries: Queries, thumbprint: string): Promise<Identity | null> {
  const due = firstRow(await queries.query<{ account_id: string; person_id: string; registrar_id: string | null; office: string | null; stopped: boolean }>(
    `SELECT r.account_id, d.person_id, r.registrar_id, o.office, o.frozen_at IS NOT NULL OR o.dismissed_at IS NOT NULL AS stopped
     FROM vault.recovery r JOIN vault.device d USING (thumbprint) LEFT JOIN vault.officer o ON o.officer_id = r.registrar_id
     WHERE r.thumbprint = $1 AND r.account_id IS NOT NULL AND r.completes_at <= $2 AND d.revoked_at IS NULL FOR UPDATE OF r`,
    [thumbprint, nowOf(vault)],
  ));
  if (due === null) return null;
  const from = await findPerson(vault, queries, personId(due.person_id), true);
  const account = from === null || from.provenAt !== null ? null
    // A registrar has seen the document: the phone may be another one.
    : due.registrar_id === null ? await findOwnAccount(vault, queries, from, true) : await findProvenAccount(vault, queries, from, true);
  // What a registrar asked for ends with the registrar.
  if (from === null || account === null || account.person !== due.account_id || due.stopped) {
    await queries.query('UPDATE vault.recovery SET account_id = NULL WHERE thumbprint = $1', [thumbprint]);
    return null;
  }
  await moveDevice(vault, queries, { thumbprint, from, to: account });
  await invalidateOutdatedPasses(vault, queries, [account.person]);
  await appendPersonEvents(vault, queries, [due.registrar_id === null || due.office === null
    ? accessEvent(vault, account, { purpose: 'device', officer: noOfficer(vault), fields: ['deviceMoved'] })
    : accessEvent(vault, account, { purpose: 'identity-proof', officer: { officerId: officerId(due.registrar_id), office: due.office }, fields: ['deviceMoved'] })]);
  return account.identity;
}

/** Completes every recovery whose time has come. Each stands for itself: one that fails leaves the others alone, and is tried again. */
export async function completeDueRecoveries(vault: Vault): Promise<number> {
  const { rows } = await vault.database.query<{ thumbprint: string }>(
    `SELECT thumbprint FROM vault.recovery WHERE account_id IS NOT NULL AND completes_at <= $1 ORDER BY completes_at LIMIT ${mostAtOnce}`, [nowOf(vault)],
  );
  let completed = 0;
  const failures: unknown[] = [];
  for (const { thumbprint } of rows) {
    try {
      if (await completeRecovery(vault, thumbprint)) completed += 1;
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw new AggregateError(failures, 'recoveries were not completed');
  return completed;
}
