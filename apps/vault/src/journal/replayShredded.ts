import { shredPeople } from '../accounts/shredPeople.ts';
import { recordEvent, type Vault } from '../vault.ts';
import { readShredded } from './shredded.ts';

/**
 * Erases again whoever is in the database and in the journal: people whom a restored backup brought back, and those
 * whose deletion a crash cut off between journal and commit. Run at every start before the socket opens; it costs one
 * indexed query over the journal, however many people there are. Returns how many were erased.
 */
export async function replayShredded(vault: Vault): Promise<number> {
  const people = [...new Set((await readShredded(vault)).map(({ person }) => person))];
  if (people.length === 0) return 0;
  const dayKeys = await vault.keys.visitsOfTerm();
  return vault.database.transaction(async (queries) => {
    const { length: erased } = await shredPeople(vault, queries, people, dayKeys);
    if (erased > 0) await recordEvent(vault, queries, 'shredding-replayed', { people: erased });
    return erased;
  });
}
