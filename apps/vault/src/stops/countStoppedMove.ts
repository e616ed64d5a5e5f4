import type { OfficerId } from '@health-kit/api';
import { firstRow } from '../database.ts';
import type { PersonId } from '../identifiers.ts';
import { nowOf, type Vault } from '../vault.ts';
import { raiseAlarm, tellPrivacyOfficers } from './alarms.ts';
import { rememberSubjects } from './countSubjects.ts';
import { freezeOfficer } from './freezeOfficer.ts';

const dayMs = 86_400_000;
/** Owners who stop what one registrar asked for, in a day, before the registrar is frozen. */
const freezesAt = 3;

/**
 * Counts an owner's "it was not me" against the registrar who had asked for the move. Owners are counted, not moves: one
 * alone freezes nobody. In a transaction of its own, after the stop: a freeze waits for what the registrar is just doing.
 */
export async function countStoppedMove(vault: Vault, officerId: OfficerId, owner: PersonId): Promise<void> {
  const frozen = await vault.database.transaction(async (queries) => {
    await queries.query('SELECT FROM vault.officer WHERE officer_id = $1 FOR NO KEY UPDATE', [officerId]);
    await rememberSubjects(vault, queries, { officer: { officerId }, kind: 'move-stopped' }, [owner]);
    const since = new Date(nowOf(vault).getTime() - dayMs);
    const stopped = firstRow(await queries.query<{ owners: number }>(
      "SELECT count(*)::int AS owners FROM vault.subject_touch WHERE kind = 'move-stopped' AND officer_id = $1 AND touched_at > $2", [officerId, since],
    ));
    if ((stopped?.owners ?? 0) < freezesAt) return false;
    if (!(await freezeOfficer(vault, queries, { officer: officerId, by: null, reason: 'moves-stopped' }))) return false;
    await raiseAlarm(vault, queries, 'moves-stopped', officerId);
    return true;
  });
  if (frozen) tellPrivacyOfficers(vault, 'moves-stopped');
}
