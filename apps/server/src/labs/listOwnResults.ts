import type { HealthPseudonym, ResponseOf, ResultId, listMyResults } from '@health-kit/api';
import type { Queryable } from '../database.ts';

type OwnResult = ResponseOf<typeof listMyResults>['results'][number];

/** A person's own results, newest first; of a corrected one only the newest version. */
export async function readOwnResults(database: Queryable, subject: HealthPseudonym): Promise<OwnResult[]> {
  const rows = await database.query<{
    result_id: ResultId; value: OwnResult['value']; test_code: string; institution: string; collected_at: Date; reported_at: Date; version: number;
  }>(
    `SELECT r.result_id, r.value, r.test_code, i.name AS institution, r.collected_at, r.reported_at, r.version
     FROM health.result r JOIN health.institution i ON i.institution_id = r.laboratory_id
     WHERE r.subject = $1 AND NOT EXISTS (SELECT FROM health.result newer WHERE newer.specimen_id = r.specimen_id AND newer.version > r.version)
     ORDER BY r.collected_at DESC, r.result_id`,
    [subject],
  );
  return rows.map((row) => ({
    resultId: row.result_id, value: row.value, testCode: row.test_code, institution: row.institution,
    collectedAt: row.collected_at.toISOString(), reportedAt: row.reported_at.toISOString(), version: row.version,
  }));
}
