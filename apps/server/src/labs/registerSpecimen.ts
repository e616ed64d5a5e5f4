import { randomUUID } from 'node:crypto';
import type { HealthPseudonym, SpecimenId } from '@health-kit/api';
import { DAY_MS } from '@health-kit/policy';
import { pastMoment } from '../clientClock.ts';
import type { Queryable } from '../database.ts';

export interface NewSpecimen {
  readonly barcode: string;
  /** Whose pass was scanned, as the vault answered. */
  readonly subject: HealthPseudonym;
  readonly testSiteId: string;
  /** By the sampler's clock, which may be a little ahead: a later moment than `nowMs` is stored as that. */
  readonly collectedAtMs: number;
  readonly collectedBy: string;
}

/** Whether a sampler may say now that a specimen was taken then: not in the future by more than clocks differ, and within a day. */
export function isPlausibleCollection(collectedAtMs: number, nowMs: number): boolean {
  return pastMoment(collectedAtMs, nowMs) !== null && nowMs - collectedAtMs <= DAY_MS;
}

/**
 * Stores a specimen. A barcode stands for one tube for ever: the same tube
 * registered again by the same officer for the same person and time is the same
 * specimen (an answer was lost); anything else is null, and nothing is stored.
 */
export async function addSpecimen(database: Queryable, specimen: NewSpecimen, nowMs: number): Promise<{ readonly specimenId: SpecimenId; readonly collectedAtMs: number } | null> {
  const collectedAtMs = Math.min(specimen.collectedAtMs, nowMs);
  const inserted = await database.query<{ specimen_id: SpecimenId }>(
    `INSERT INTO health.specimen (specimen_id, barcode, subject, test_site_id, collected_at, collected_by, registered_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (barcode) DO NOTHING RETURNING specimen_id`,
    [randomUUID(), specimen.barcode, specimen.subject, specimen.testSiteId, new Date(collectedAtMs), specimen.collectedBy, new Date(nowMs)],
  );
  const [row] = inserted;
  if (row !== undefined) return { specimenId: row.specimen_id, collectedAtMs };
  const [present] = await database.query<{ specimen_id: SpecimenId; collected_at: Date; registered_at: Date }>(
    `SELECT specimen_id, collected_at, registered_at FROM health.specimen
     WHERE barcode = $1 AND subject = $2 AND test_site_id = $3 AND collected_by = $4`,
    [specimen.barcode, specimen.subject, specimen.testSiteId, specimen.collectedBy],
  );
  // The first time round, a moment ahead of ours was stored as the moment of registration.
  if (present === undefined || pastMoment(specimen.collectedAtMs, present.registered_at.getTime()) !== present.collected_at.getTime()) return null;
  return { specimenId: present.specimen_id, collectedAtMs: present.collected_at.getTime() };
}
