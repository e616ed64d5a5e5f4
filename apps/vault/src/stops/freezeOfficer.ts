import type { OfficerId } from '@health-kit/api';
import { revokeKeys } from '../authority/revokedKeys.ts';
import type { Queries } from '../database.ts';
import { endMovesOf } from '../people/deskMove.ts';
import { nowOf, recordEvent, type Vault } from '../vault.ts';

/**
 * Freezes an officer's account: sessions end, their tickets are worth nothing from the servers' next look at the
 * revoked keys, traces, presentations and moves under way die, and no passkey signs in until a privacy officer lets it.
 *
 * @param stop.by the privacy officer who does it; null where it is the vault itself
 * @returns whether the account was free before
 */
export async function freezeOfficer(
  vault: Vault, queries: Queries, stop: { readonly officer: OfficerId; readonly by: OfficerId | null; readonly reason: string | null },
): Promise<boolean> {
  const now = nowOf(vault);
  const frozen = await queries.query('UPDATE vault.officer SET frozen_at = $2 WHERE officer_id = $1 AND frozen_at IS NULL', [stop.officer, now]);
  // Also where it was frozen already: nothing of it may be left over.
  const { rows: ended } = await queries.query<{ thumbprint: string }>('DELETE FROM vault.officer_session WHERE officer_id = $1 RETURNING thumbprint', [stop.officer]);
  await revokeKeys(vault, queries, ended.map(({ thumbprint }) => thumbprint));
  await queries.query('DELETE FROM vault.trace WHERE officer_id = $1', [stop.officer]);
  await queries.query('DELETE FROM vault.presentation WHERE officer_id = $1', [stop.officer]);
  await endMovesOf(queries, stop.officer);
  await queries.query('DELETE FROM vault.invitation WHERE officer_id = $1 AND used_at IS NULL', [stop.officer]);
  if (frozen.rowCount > 0) await recordEvent(vault, queries, 'officer-frozen', { officer: stop.officer, by: stop.by ?? 'vault', reason: stop.reason });
  return frozen.rowCount > 0;
}
