import type { AppealEvidence, Day, ShownEvidence } from '@health-kit/api';
import type { Queryable } from '../database.ts';

interface Row extends Record<string, unknown> {
  readonly id: string; readonly at: Date; readonly until: Date | null; readonly what: string; readonly day: Day | null;
  readonly legal_basis: string | null; readonly reason: string | null; readonly institution: string | null; readonly test_code: string | null;
  readonly collected_at: Date | null; readonly withdrawn_at: Date | null;
}

/** What stands behind facts that an appeal is against, in their order; nobody's pseudonym. A fact that is gone meanwhile shows its kind alone. */
export async function showEvidence(database: Queryable, evidence: readonly AppealEvidence[]): Promise<ShownEvidence[]> {
  const ids = evidence.filter(({ kind }) => kind === 'order' || kind === 'exposure' || kind === 'result').map(({ id }) => id);
  const rows = await database.query<Row>(
    `SELECT o.order_id AS id, o.starts_at AS at, o.ends_at AS until, o.kind AS what, NULL AS day, o.legal_basis, o.reason, NULL AS institution, NULL AS test_code, NULL::timestamptz AS collected_at, w.withdrawn_at
     FROM health.observation_order o LEFT JOIN health.withdrawn_fact w ON w.kind = 'order' AND w.fact_id = o.order_id WHERE o.order_id = ANY($1::uuid[])
     UNION ALL
     SELECT e.exposure_id, e.noticed_at, NULL, e.exposure_kind, e.day::text, NULL, NULL, NULL, NULL, NULL, w.withdrawn_at
     FROM health.exposure e LEFT JOIN health.withdrawn_fact w ON w.kind = 'exposure' AND w.fact_id = e.exposure_id WHERE e.exposure_id = ANY($1::uuid[])
     UNION ALL
     SELECT r.result_id, r.reported_at, NULL, r.value, NULL, NULL, NULL, i.name, r.test_code, r.collected_at, d.disputed_at
     FROM health.result r JOIN health.institution i ON i.institution_id = r.laboratory_id LEFT JOIN health.disputed_result d USING (result_id) WHERE r.result_id = ANY($1::uuid[])`,
    [ids],
  );
  const found = new Map(rows.map((row) => [row.id, row]));
  return evidence.map(({ kind, id }) => {
    const row = found.get(id);
    return {
      kind, at: row?.at.toISOString() ?? null, until: row?.until?.toISOString() ?? null, what: row?.what ?? null, day: row?.day ?? null,
      legalBasis: row?.legal_basis ?? null, reason: row?.reason ?? null, institution: row?.institution ?? null, testCode: row?.test_code ?? null,
      collectedAt: row?.collected_at?.toISOString() ?? null, withdrawnAt: row?.withdrawn_at?.toISOString() ?? null,
    };
  });
}
