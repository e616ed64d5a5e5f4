import type { OfficerId } from '@health-kit/api';
import type { Queries } from '../database.ts';
import { officerId as asOfficerId } from '../identifiers.ts';
import { refuse } from '../refusal.ts';

/** An administrator or a privacy officer: who invites, confirms, dismisses and stops others. */
export interface Watcher {
  readonly officerId: OfficerId;
  readonly roles: readonly string[];
  /** Has a passkey, and is neither dismissed nor frozen. */
  readonly acts: boolean;
}

/**
 * Locks all administrators and privacy officers until the transaction ends, one transaction at a time, and refuses a
 * caller who was stopped meanwhile: of two who dismiss or freeze each other at once, one stays. Called before the proof
 * is spent, which shares the lock of the caller's row: two who held that already would wait for each other for ever.
 */
export async function lockWatchers(queries: Queries, caller: OfficerId): Promise<readonly Watcher[]> {
  await queries.query(`SELECT FROM vault.officer WHERE roles && ARRAY['administrator', 'privacy-officer'] ORDER BY officer_id FOR NO KEY UPDATE`);
  // Read after the locks are held, as what was committed meanwhile stands now.
  const { rows } = await queries.query<{ officer_id: string; roles: string[]; acts: boolean }>(
    `SELECT o.officer_id, o.roles, o.dismissed_at IS NULL AND o.frozen_at IS NULL AND EXISTS (SELECT FROM vault.passkey p WHERE p.officer_id = o.officer_id) AS acts
     FROM vault.officer o WHERE o.roles && ARRAY['administrator', 'privacy-officer']`,
  );
  const watchers = rows.map(({ officer_id, roles, acts }) => ({ officerId: asOfficerId(officer_id), roles, acts }));
  if (!watchers.some((each) => each.officerId === caller && each.acts)) refuse('not-authorized');
  return watchers;
}
