import { maxVerifiedEntries, operatorVerifyEvents } from '@health-kit/api/vault';
import { commitEntry, commitSecret, equalBytes } from '@health-kit/tlog';
import { operatorHandler } from '../authority/operatorHandler.ts';
import { personId, type PersonId } from '../identifiers.ts';
import { SealError } from '../keys/sealing.ts';
import { holdDataKeys, openDataKeys } from '../people/dataKeys.ts';
import { refuse } from '../refusal.ts';
import type { Vault } from '../vault.ts';
import { hiddenTermDays } from './accessEvent.ts';
import { openEvent, openPersonEntry } from './ledger.ts';
import { readUnlinked } from './unlinkedEntries.ts';

interface Row { seq: string; commitment: Buffer; event: Buffer | null; entry: Buffer | null; person_id: string | null; is_hidden: boolean | null }

/**
 * Opens every event of a stretch of the ledger to the commitment in its leaf: an event that was edited or exchanged
 * in the database does not open, or opens to another. One that is not there is missing, unless its person was erased.
 * An access that its person is never shown, or not within the term after which all are, is hidden.
 */
export const operatorVerifyEventsHandler = operatorHandler(operatorVerifyEvents, async (vault, { from, to }) => {
  if (to < from || to - from > maxVerifiedEntries) refuse('invalid-request');
  const { rows, keys } = await vault.database.transaction(async (queries) => {
    // A key that is replaced between the rows and itself would open none of them.
    await holdDataKeys(queries);
    const read = await queries.query<Row>(
      `SELECT l.seq, l.commitment, e.sealed AS event, a.sealed AS entry, a.person_id,
              a.visible_from > l.appended_at + make_interval(days => $3) AS is_hidden
       FROM ledger.leaf l LEFT JOIN ledger.event e USING (seq) LEFT JOIN vault.access_entry a USING (seq)
       WHERE l.seq >= $1 AND l.seq < $2 ORDER BY l.seq`,
      // A day more: the vault's clock and the leaf's moment are not the same.
      [from, to, hiddenTermDays + 1],
    );
    const people = [...new Set(read.rows.flatMap(({ person_id }) => (person_id === null ? [] : [personId(person_id)])))];
    return { rows: read.rows, keys: new Map((await openDataKeys(vault, queries, people, 'access-log')).map(({ person, key }) => [person, key])) };
  });
  const isGone = ({ event, entry, person_id }: Row) => event === null && (entry === null || (person_id !== null && !keys.has(personId(person_id))));
  const absent = rows.filter(isGone).map(({ seq }) => Number(seq));
  // Whoever was erased meanwhile is noted by now, too.
  const unlinked = await readUnlinked(vault, vault.database, absent);
  const findings: { entry: number; fault: 'edited' | 'hidden' | 'missing' }[] = [];
  let opened = 0;
  for (const row of rows) {
    const entry = Number(row.seq);
    if (isGone(row)) {
      if (!unlinked.has(entry)) findings.push({ entry, fault: row.entry === null ? 'missing' : 'edited' });
      continue;
    }
    const event = openToCommitment(vault, row, keys);
    if (event === null) findings.push({ entry, fault: 'edited' });
    else if (row.is_hidden ?? isAccess(event)) findings.push({ entry, fault: 'hidden' });
    else opened += 1;
  }
  return { opened, unlinked: unlinked.size, findings };
});

/** The event, where it is what the leaf commits to; null where it is not. */
function openToCommitment(vault: Vault, { seq, commitment, event, entry, person_id }: Row, keys: ReadonlyMap<PersonId, Buffer>): Buffer | null {
  // An entry is about somebody or about nobody.
  if ((event === null) === (entry === null)) return null;
  try {
    if (entry === null) return event === null ? null : openGeneral(vault, Number(seq), event, commitment);
    const key = person_id === null ? undefined : keys.get(personId(person_id));
    if (key === undefined) return null;
    const { nonce, event: bytes, secret } = openPersonEntry(key, Number(seq), entry);
    if (!equalBytes(commitEntry(nonce, bytes), commitment)) return null;
    const isWhole = secret === null || bytes.includes(`"secret":"${Buffer.from(commitSecret(secret.nonce, secret.event)).toString('base64url')}"`);
    return isWhole ? bytes : null;
  } catch (error) {
    if (error instanceof SealError || error instanceof RangeError) return null;
    throw error;
  }
}

function openGeneral(vault: Vault, seq: number, sealed: Buffer, commitment: Buffer): Buffer | null {
  const entry = openEvent(vault.keys.ledgerEvents, seq, sealed);
  return entry !== null && equalBytes(commitEntry(entry.nonce, entry.event), commitment) ? entry.event : null;
}

/** Its members stand in canonical order, and no string of JSON has a bare quote. */
const isAccess = (event: Buffer) => event.includes('"type":"access"');
