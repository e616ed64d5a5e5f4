import { randomUUID } from 'node:crypto';
import type { HealthPseudonym, SpecimenId } from '@health-kit/api';
import { DAY_MS } from '@health-kit/policy';
import type { Queryable } from '../database.ts';

export interface NewSpecimen {
  readonly barcode: string;
  /** Whose pass was scanned, as the vault answered. */
  readonly subject: HealthPseudonym;
  readonly testSiteId: string;
  readonly collectedAtMs: number;
  readonly collectedBy: string;
}

/** Whether a sampler may say now that a specimen was taken then: not in the future, and within a day. */
export function isPlausibleCollection(collectedAtMs: number, nowMs: number): boolean {
  return collectedAtMs <= nowMs && nowMs - collectedAtMs <= DAY_MS;
}

/**
 * Stores a specimen. A barcode stands for one tube for ever: the same tube
 * registered again by the same officer for the same person and time is the same
 * specimen (an answer was lost); anything else is null, and nothing is stored.
 */
export async function addSpecimen(database: Queryable, specimen: NewSpecimen, nowMs: number): Promise<SpecimenId | null> {
  const collectedAt = new Date(specimen.collectedAtMs);
  const inserted = await database.query<{ specimen_id: SpecimenId }>(
    `INSERT INTO health.specimen (specimen_id, barcode, subject, test_site_id, collected_at, collected_by, registered_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (barcode) DO NOTHING RETURNING specimen_id`,
    [randomUUID(), specimen.barcode, specimen.subject, specimen.testSiteId, collectedAt, specimen.collectedBy, new Date(nowMs)],
  );
  const [row] = inserted;
  if (row !== undefined) return row.specimen_id;
  const present = await database.query<{ specimen_id: SpecimenId }>(
    'SELECT specimen_id FROM health.specimen WHERE barcode = $1 AND subject = $2 AND test_site_id = $3 AND collected_at = $4 AND collected_by = $5',
    [specimen.barcode, specimen.subject, specimen.testSiteId, collectedAt, specimen.collectedBy],
  );
  return present[0]?.specimen_id ?? null;
}
