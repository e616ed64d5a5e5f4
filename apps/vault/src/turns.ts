import type { Queries } from './database.ts';

/**
 * What is done one at a time over all vault processes: appending leaves, signing a checkpoint, the daily clearing,
 * changing the journal of the erased, counting under the caps of disclosures, counting the people whom officers touch,
 * making a token's keys, replacing data keys (while nothing is sealed under them).
 */
export type Turn = 'ledger' | 'checkpoint' | 'clearing' | 'journal' | 'disclosure' | 'subjects' | 'token' | 'data_keys';

/**
 * Waits for its turn, and has it until the transaction ends. A table's lock and no advisory lock: those anybody may
 * take who may connect, and a server that was taken over could hold up what has to stop an officer.
 *
 * @param others `together`: with those who ask for the same, and with nobody who wants to be alone
 */
export async function takeTurn(queries: Queries, turn: Turn, others: 'alone' | 'together' = 'alone'): Promise<void> {
  await queries.query(`LOCK TABLE vault.turn_${turn} IN ${others === 'alone' ? 'EXCLUSIVE' : 'SHARE'} MODE`);
}
