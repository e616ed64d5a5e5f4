import { firstRow, type Queries } from '../database.ts';
import type { PersonId } from '../identifiers.ts';
import { nowOf, type Vault } from '../vault.ts';

/** Entries that may disagree with a person's registration in a day, before no more are compared. */
const mismatchesPerDay = 5;

/** Whether what a registrar reads off a document is compared with a person's registration today, or it has disagreed too often. The caller has locked the person. */
export async function mayCompare(vault: Vault, queries: Queries, person: PersonId): Promise<boolean> {
  const counted = firstRow(await queries.query<{ mismatches: number }>('SELECT mismatches FROM vault.document_mismatch WHERE person_id = $1 AND day = $2', [person, today(vault)]));
  return (counted?.mismatches ?? 0) < mismatchesPerDay;
}

/** Counts an entry that disagreed. */
export async function countMismatch(vault: Vault, queries: Queries, person: PersonId): Promise<void> {
  await queries.query(
    `INSERT INTO vault.document_mismatch (person_id, day, mismatches) VALUES ($1, $2, 1)
     ON CONFLICT (person_id, day) DO UPDATE SET mismatches = vault.document_mismatch.mismatches + 1`,
    [person, today(vault)],
  );
}

function today(vault: Vault): string {
  return vault.calendar.dayOf(nowOf(vault).getTime());
}
