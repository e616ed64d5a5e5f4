import type { HealthPseudonym, OrderId, ResponseOf, exportMyData } from '@health-kit/api';
import type { Queryable } from '../database.ts';

type Exported = ResponseOf<typeof exportMyData>;

/** A person's own orders, newest first, those that are over and those that were lifted included. */
export async function readOwnOrders(queries: Queryable, subject: HealthPseudonym): Promise<Exported['orders']> {
  const rows = await queries.query<{
    order_id: OrderId; kind: Exported['orders'][number]['kind']; legal_basis: string; reason: string;
    starts_at: Date; ends_at: Date; released_at: Date | null; made_at: Date;
  }>(
    `SELECT order_id, kind, legal_basis, reason, starts_at, ends_at,
       (SELECT w.withdrawn_at FROM health.withdrawn_fact w WHERE w.kind = 'order' AND w.fact_id = o.order_id) AS released_at, made_at
     FROM health.observation_order o WHERE subject = $1 ORDER BY made_at DESC, order_id`, [subject],
  );
  return rows.map((row) => ({
    orderId: row.order_id, kind: row.kind, legalBasis: row.legal_basis, reason: row.reason, startsAt: row.starts_at.toISOString(),
    endsAt: row.ends_at.toISOString(), releasedAt: row.released_at?.toISOString() ?? null, madeAt: row.made_at.toISOString(),
  }));
}

/** A person's own exposures: day and kind, never whose or where. */
export async function readOwnExposures(queries: Queryable, subject: HealthPseudonym): Promise<Exported['exposures']> {
  const rows = await queries.query<{ day: Exported['exposures'][number]['day']; exposure_kind: Exported['exposures'][number]['kind']; noticed_at: Date }>(
    'SELECT day::text, exposure_kind, noticed_at FROM health.exposure WHERE subject = $1 ORDER BY day DESC, exposure_id', [subject],
  );
  return rows.map(({ day, exposure_kind, noticed_at }) => ({ day, kind: exposure_kind, noticedAt: noticed_at.toISOString() }));
}
