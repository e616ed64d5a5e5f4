import { beginRelease, freezeStaff, releaseStaff, type OfficerId } from '@health-kit/api';
import { beginOfficerRelease, freezeOfficerByHand, releaseFrozenOfficer } from '@health-kit/api/vault';
import { canonicalJsonBytes } from '@health-kit/tlog';
import { officerHandler } from '../authority/handlers.ts';
import type { OfficerRecord } from '../authority/officers.ts';
import { firstRow, type Queries } from '../database.ts';
import { sha256 } from '../keys/vaultKeys.ts';
import { refuse } from '../refusal.ts';
import { approvalOptions, requireApproval } from '../staff/webAuthn.ts';
import { lockWatchers } from '../staff/watchers.ts';
import { instant, recordEvent } from '../vault.ts';
import { raiseAlarm, tellPrivacyOfficers } from './alarms.ts';
import { freezeOfficer } from './freezeOfficer.ts';

/**
 * A privacy officer stops an officer, with a reason that the ledger keeps. Nobody stops themselves: that would be to
 * slip away. Nor does one stop the last administrator or the last other privacy officer, and be alone; of any other of
 * these it raises an alarm.
 */
export const freezeStaffHandler = officerHandler(freezeOfficerByHand, freezeStaff, async (vault, call) => {
  const { officerId } = call.params;
  if (officerId === call.officer.officerId) refuse('not-permitted');
  const watcher = await vault.database.transaction(async (queries) => {
    const watchers = await lockWatchers(queries, call.officer.officerId);
    await call.spend(queries);
    const known = await queries.query('SELECT FROM vault.officer WHERE officer_id = $1 AND dismissed_at IS NULL', [officerId]);
    if (known.rowCount === 0) refuse('not-found');
    const target = watchers.find((each) => each.officerId === officerId);
    const others = watchers.filter((each) => each.acts && each.officerId !== officerId && each.officerId !== call.officer.officerId);
    for (const role of ['administrator', 'privacy-officer']) {
      if (target?.acts === true && target.roles.includes(role) && !others.some(({ roles }) => roles.includes(role))) refuse('conflict');
    }
    const frozen = await freezeOfficer(vault, queries, { officer: officerId, by: call.officer.officerId, reason: call.body.reason });
    if (!frozen || target === undefined) return false;
    await raiseAlarm(vault, queries, 'watcher-frozen', officerId);
    return true;
  });
  if (watcher) tellPrivacyOfficers(vault, 'watcher-frozen');
  return {};
});

/** Passkey options whose challenge stands for this very release, and its text. */
export const beginReleaseHandler = officerHandler(beginOfficerRelease, beginRelease, async (vault, call) => {
  const statement = await releaseStatement(vault.database, call.params.officerId, call.officer, call.body.reason);
  return { options: await approvalOptions(vault, vault.database, { officer: call.officer.officerId, meaning: 'officer release', digest: sha256(statement) }), statement };
});

/** Lets a frozen officer sign in again, by the privacy officer's passkey over officer, moment of the freeze and reason. */
export const releaseStaffHandler = officerHandler(releaseFrozenOfficer, releaseStaff, async (vault, call) => {
  const { officerId } = call.params;
  await vault.database.transaction(async (queries) => {
    // In the order of lockWatchers, and before the proof is spent, for the same reason.
    await queries.query('SELECT FROM vault.officer WHERE officer_id IN ($1, $2) ORDER BY officer_id FOR NO KEY UPDATE', [officerId, call.officer.officerId]);
    await call.spend(queries);
    const digest = sha256(await releaseStatement(queries, officerId, call.officer, call.body.reason));
    await requireApproval(vault, queries, { officer: call.officer.officerId, meaning: 'officer release', digest }, call.body.assertion);
    await queries.query('UPDATE vault.officer SET frozen_at = NULL WHERE officer_id = $1', [officerId]);
    // What was counted up to the freeze has been looked at: the next touch must not freeze again for it.
    await queries.query('DELETE FROM vault.subject_touch WHERE officer_id = $1', [officerId]);
    await recordEvent(vault, queries, 'officer-released', { officer: officerId, by: call.officer.officerId, reason: call.body.reason, digest: digest.toString('base64url') });
  });
  return {};
});

/**
 * What the passkey signs, as canonical JSON (RFC 8785). The moment of the freeze is in it, so that a signature
 * releases from this freeze and from no later one.
 */
async function releaseStatement(queries: Queries, officer: OfficerId, by: OfficerRecord, reason: string): Promise<string> {
  const row = firstRow(await queries.query<{ frozen_at: Date }>(
    'SELECT frozen_at FROM vault.officer WHERE officer_id = $1 AND frozen_at IS NOT NULL AND dismissed_at IS NULL', [officer],
  )) ?? refuse('not-found');
  return Buffer.from(canonicalJsonBytes({ type: 'officer-release', officer, frozenAt: instant(row.frozen_at.getTime()), by: by.officerId, reason })).toString('utf8');
}
