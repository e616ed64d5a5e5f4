import { randomUUID } from 'node:crypto';
import type { HealthPseudonym } from '@health-kit/api';
import type { Queryable } from '../database.ts';

/** A fact about a person that begins to count at `dueAtMs`, epoch ms. */
export interface FactChange {
  readonly subject: HealthPseudonym;
  readonly dueAtMs: number;
}

/**
 * Notes, in the transaction that makes the facts, that the vault has to hear
 * about them. Without this a crash after the commit would leave passes that
 * say what is no longer true.
 */
export async function noteFactChanges(transaction: Queryable, changes: readonly FactChange[]): Promise<void> {
  if (changes.length === 0) return;
  await transaction.query(
    'INSERT INTO health.fact_change (change_id, subject, due_at) SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::timestamptz[])',
    [changes.map(() => randomUUID()), changes.map(({ subject }) => subject), changes.map(({ dueAtMs }) => new Date(dueAtMs))],
  );
}
