import { recordEvent, type Vault } from '../vault.ts';
import { readEndedLinks } from './shredded.ts';

/**
 * Ends again the guardianships, and the requests for one, that are in the database and in the journal: those that a
 * restored backup brought back, and those whose end a crash cut off between journal and commit. Passes that the
 * guardians' devices show turn invalid with them. Run at every start before the socket opens. Returns how many were ended.
 */
export async function replayEndedLinks(vault: Vault): Promise<number> {
  const links = [...new Set(await readEndedLinks(vault))];
  if (links.length === 0) return 0;
  return vault.database.transaction(async (queries) => {
    const { rows } = await queries.query<{ guardian_id: string; dependant_id: string }>('DELETE FROM vault.guardian_link WHERE link_id = ANY($1) RETURNING guardian_id, dependant_id', [links]);
    for (const row of rows) {
      await queries.query(
        'UPDATE vault.pass SET invalid = true WHERE person_id = $2 AND NOT invalid AND thumbprint IN (SELECT thumbprint FROM vault.device WHERE person_id = $1)', [row.guardian_id, row.dependant_id],
      );
    }
    if (rows.length > 0) await recordEvent(vault, queries, 'guardianships-ended-again', { links: rows.length });
    return rows.length;
  });
}
