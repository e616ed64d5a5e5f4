import type { InstitutionId, QueryOf, ResponseOf, ResultId, SpecimenId, listSpecimens } from '@health-kit/api';
import type { Queryable } from '../database.ts';

type SpecimenRow = ResponseOf<typeof listSpecimens>['specimens'][number];
const defaultLimit = 50;

/**
 * An institution's recent specimens, newest first. A test site sees those it
 * took, and whether they were reported, but not how: a result is its owner's,
 * and the laboratory's that reported it. A laboratory sees those that wait for
 * a result and those it reported itself.
 */
export async function readSpecimens(
  database: Queryable,
  institutionId: string,
  roles: { readonly sampler: boolean; readonly laboratory: boolean },
  query: QueryOf<typeof listSpecimens>,
): Promise<SpecimenRow[]> {
  const rows = await database.query<{
    specimen_id: SpecimenId; barcode: string; collected_at: Date; test_site: string;
    result_id: ResultId | null; value: 'positive' | 'negative' | 'inconclusive' | null; reported_at: Date | null; laboratory_id: InstitutionId | null; disputed_at: Date | null;
  }>(
    `SELECT s.specimen_id, s.barcode, s.collected_at, site.name AS test_site, r.result_id, r.value, r.reported_at, r.laboratory_id,
       (SELECT d.disputed_at FROM health.disputed_result d WHERE d.result_id = r.result_id) AS disputed_at
     FROM health.specimen s
     JOIN health.institution site ON site.institution_id = s.test_site_id
     LEFT JOIN LATERAL (
       SELECT result_id, value, reported_at, laboratory_id FROM health.result
       WHERE specimen_id = s.specimen_id ORDER BY version DESC LIMIT 1
     ) r ON true
     WHERE (($2 AND s.test_site_id = $1) OR ($3 AND (r.result_id IS NULL OR r.laboratory_id = $1)))
       AND ($4::text IS NULL OR ($4 = 'reported') = (r.result_id IS NOT NULL))
     ORDER BY s.collected_at DESC, s.specimen_id LIMIT $5`,
    [institutionId, roles.sampler, roles.laboratory, query.state ?? null, query.limit ?? defaultLimit],
  );
  return rows.map((row) => ({
    specimenId: row.specimen_id, barcode: row.barcode, collectedAt: row.collected_at.toISOString(), collectedBy: row.test_site,
    result: row.result_id !== null && row.value !== null && row.reported_at !== null && row.laboratory_id === institutionId
      ? { resultId: row.result_id, value: row.value, reportedAt: row.reported_at.toISOString(), disputedAt: row.disputed_at?.toISOString() ?? null }
      : null,
  }));
}
