import { linkId } from '../identifiers.ts';
import { appendEndedLinks } from '../journal/shredded.ts';
import { nowOf, type Vault } from '../vault.ts';
import { bothSidesOf, tellBoth } from './guardianLinks.ts';

/** Confirmed in one run at most; the next run goes on. */
const mostAtOnce = 500;

/**
 * Puts into force what a registrar has asked a device for and nobody has refused in time: whoever stood at the desk may
 * have lost that device. What a registrar asked for who has been stopped since is over. Safe to run at any moment, by several.
 */
export async function confirmDueLinks(vault: Vault): Promise<number> {
  return vault.database.transaction(async (queries) => {
    const { rows } = await queries.query<{ link_id: string; guardian_id: string; dependant_id: string; asked_by: string; office: string; stopped: boolean }>(
      `SELECT l.link_id, l.guardian_id, l.dependant_id, l.asked_by, o.office, o.frozen_at IS NOT NULL OR o.dismissed_at IS NOT NULL AS stopped
       FROM vault.guardian_link l JOIN vault.officer o ON o.officer_id = l.asked_by
       WHERE l.waits_until <= $1 ORDER BY l.waits_until LIMIT ${mostAtOnce} FOR UPDATE OF l SKIP LOCKED`, [nowOf(vault)],
    );
    const over = rows.filter(({ stopped }) => stopped).map(({ link_id: link }) => linkId(link));
    let confirmed = 0;
    for (const { link_id: link, stopped, ...row } of rows) {
      if (stopped) {
        await queries.query('DELETE FROM vault.guardian_link WHERE link_id = $1', [link]);
        continue;
      }
      await queries.query('UPDATE vault.guardian_link SET waits_until = NULL, linked_at = $2 WHERE link_id = $1', [link, nowOf(vault)]);
      const both = await bothSidesOf(vault, queries, row);
      if (both !== null) await tellBoth(vault, queries, both, 'guardianLinked');
      confirmed += 1;
    }
    await appendEndedLinks(vault, queries, over);
    return confirmed;
  });
}
