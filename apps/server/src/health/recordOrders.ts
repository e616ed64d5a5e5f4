import { randomUUID } from 'node:crypto';
import type { Day, HealthPseudonym, ProposalId } from '@health-kit/api';
import type { ContactClass } from '@health-kit/policy';
import type { Queryable } from '../database.ts';

/** What the orders of an approved proposal have in common. */
export interface OrderTerms {
  readonly proposalId: ProposalId;
  readonly kind: 'home-observation' | 'central-observation' | 'test';
  readonly legalBasis: string;
  readonly reason: string;
  readonly startsAtMs: number;
  readonly endsAtMs: number;
}

/**
 * Stores one order for each person of an approved proposal, in the approval's
 * transaction; a person who has that proposal's order already gets no second.
 */
export async function recordOrders(transaction: Queryable, terms: OrderTerms, subjects: readonly HealthPseudonym[], nowMs: number): Promise<void> {
  await transaction.query(
    `INSERT INTO health.observation_order (order_id, proposal_id, subject, kind, legal_basis, reason, starts_at, ends_at, made_at)
     SELECT person.order_id, $3, person.subject, $4, $5, $6, $7, $8, $9 FROM unnest($1::uuid[], $2::uuid[]) AS person(order_id, subject)
     ON CONFLICT (proposal_id, subject) DO NOTHING`,
    [subjects.map(() => randomUUID()), subjects, terms.proposalId, terms.kind, terms.legalBasis, terms.reason,
      new Date(terms.startsAtMs), new Date(terms.endsAtMs), new Date(nowMs)],
  );
}

/** A person's exposure on a local calendar day. Nothing in it says where or to whom. */
export interface NewExposure {
  readonly subject: HealthPseudonym;
  readonly day: Day;
  readonly contactClass: ContactClass;
}

/** Stores exposures of people of an approved proposal, in the approval's transaction; each day once. */
export async function recordExposures(transaction: Queryable, proposalId: ProposalId, exposures: readonly NewExposure[], nowMs: number): Promise<void> {
  if (exposures.length === 0) return;
  await transaction.query(
    `INSERT INTO health.exposure (exposure_id, proposal_id, subject, day, exposure_kind, noticed_at)
     SELECT exposed.exposure_id, $5, exposed.subject, exposed.day, exposed.exposure_kind, $6
     FROM unnest($1::uuid[], $2::uuid[], $3::date[], $4::text[]) AS exposed(exposure_id, subject, day, exposure_kind)
     ON CONFLICT (proposal_id, subject, day) DO NOTHING`,
    [exposures.map(() => randomUUID()), exposures.map(({ subject }) => subject), exposures.map(({ day }) => day),
      exposures.map(({ contactClass }) => contactClass), proposalId, new Date(nowMs)],
  );
}

/** How many people have an order by this proposal. */
export async function countOrdersOf(database: Queryable, proposalId: ProposalId): Promise<number> {
  const [row] = await database.query<{ orders: number }>('SELECT count(*)::integer AS orders FROM health.observation_order WHERE proposal_id = $1', [proposalId]);
  return row?.orders ?? 0;
}

/** How many orders were made on each local day, by kind, newest first; nobody's name. */
export async function countOrders(database: Queryable, timeZone: string, days: number): Promise<{ day: Day; kind: OrderTerms['kind']; orders: number }[]> {
  return database.query<{ day: Day; kind: OrderTerms['kind']; orders: number }>(
    `SELECT (made_at AT TIME ZONE $1)::date AS day, kind, count(*)::integer AS orders
     FROM health.observation_order GROUP BY 1, 2 ORDER BY 1 DESC, 2 LIMIT $2`,
    [timeZone, days * 3],
  );
}
