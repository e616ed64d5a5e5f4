import { dismissStaff } from '@health-kit/api';
import { dismissOfficer } from '@health-kit/api/vault';
import { officerHandler } from '../authority/handlers.ts';
import { revokeKeys } from '../authority/revokedKeys.ts';
import { firstRow } from '../database.ts';
import { endMovesOf } from '../people/deskMove.ts';
import { countKeysOf } from '../institutions/institutionKeys.ts';
import { refuse } from '../refusal.ts';
import { raiseAlarm, tellPrivacyOfficers } from '../stops/alarms.ts';
import { nowOf, recordEvent } from '../vault.ts';
import { lockWatchers } from './watchers.ts';

/**
 * Dismisses an officer, for good: sessions and their tickets, passkeys, invitations, and what was under way end with
 * it. Whoever comes back is invited anew, as another officer. Nobody dismisses themselves, and of two who
 * dismiss each other at once one stays, so that there is always an administrator. Of an administrator or a privacy
 * officer it raises an alarm. Keys of an institution's system that the officer registered go on, since it is the
 * institution's: how many is in the ledger, and administrators see them for review. Again is success.
 */
export const dismissOfficerHandler = officerHandler(dismissOfficer, dismissStaff, async (vault, call) => {
  const { officerId } = call.params;
  if (officerId === call.officer.officerId) refuse('conflict');
  const watcher = await vault.database.transaction(async (queries) => {
    const watchers = await lockWatchers(queries, call.officer.officerId);
    await call.spend(queries);
    const row = firstRow(await queries.query<{ dismissed_at: Date | null }>('SELECT dismissed_at FROM vault.officer WHERE officer_id = $1 FOR UPDATE', [officerId])) ?? refuse('not-found');
    if (row.dismissed_at !== null) return false;
    await queries.query('UPDATE vault.officer SET dismissed_at = $2 WHERE officer_id = $1', [officerId, nowOf(vault)]);
    const { rows: sessions } = await queries.query<{ thumbprint: string }>('DELETE FROM vault.officer_session WHERE officer_id = $1 RETURNING thumbprint', [officerId]);
    await revokeKeys(vault, queries, sessions.map(({ thumbprint }) => thumbprint));
    await queries.query('DELETE FROM vault.passkey_addition WHERE officer_id = $1', [officerId]);
    await queries.query('DELETE FROM vault.passkey WHERE officer_id = $1', [officerId]);
    // Also those that the officer made and nobody has used: a puppet must not outlive its maker.
    await queries.query('DELETE FROM vault.invitation WHERE (officer_id = $1 OR invited_by = $1) AND used_at IS NULL', [officerId]);
    await queries.query('DELETE FROM vault.trace WHERE officer_id = $1', [officerId]);
    await queries.query('DELETE FROM vault.presentation WHERE officer_id = $1', [officerId]);
    await endMovesOf(queries, officerId);
    const watched = watchers.some((each) => each.officerId === officerId);
    if (watched) await raiseAlarm(vault, queries, 'watcher-dismissed', officerId);
    await recordEvent(vault, queries, 'officer-dismissed', { officer: officerId, by: call.officer.officerId, reason: call.body.reason, institutionKeys: await countKeysOf(queries, officerId) });
    return watched;
  });
  if (watcher) tellPrivacyOfficers(vault, 'watcher-dismissed');
  return {};
});
