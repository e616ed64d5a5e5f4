import { randomUUID } from 'node:crypto';
import type { HealthPseudonym, ResultId, SpecimenId } from '@health-kit/api';
import { isProfileTest } from '@health-kit/policy';
import { pastMoment } from '../clientClock.ts';
import type { Queryable } from '../database.ts';
import { noteFactChanges, profileInForce } from '../health/index.ts';

export type ResultValue = 'positive' | 'negative' | 'inconclusive';

/** What a laboratory says about a specimen. */
export interface SubmittedResult {
  readonly barcode: string;
  /** LOINC. */
  readonly testCode: string;
  readonly value: ResultValue;
  /** By the laboratory's clock, which may be a little ahead. */
  readonly performedAtMs: number;
}
export interface RecordedResult {
  readonly resultId: ResultId;
  readonly specimenId: SpecimenId;
  readonly barcode: string;
  readonly value: ResultValue;
  readonly reportedAtMs: number;
  /** False where the very same result stood there already. */
  readonly isNew: boolean;
}
/** Why a result was not taken. Nothing is stored then. */
export type ResultRefusal = 'specimen-unknown' | 'test-not-in-profile' | 'performed-before-collection' | 'performed-in-future' | 'reported-by-other-laboratory';

/**
 * Takes a result into the caller's transaction, with the word to the vault. Its
 * owner is told because it stands there: notices of results are derived from them.
 *
 * The same content as the newest version is that version again, so that a
 * lost answer can be repeated. Another content by the same laboratory is a
 * correction: a new version. Another laboratory's is refused. What is stored
 * was never performed after it was reported, however the laboratory's clock goes.
 */
export async function recordResult(
  transaction: Queryable,
  submitted: SubmittedResult,
  laboratoryId: string,
  nowMs: number,
): Promise<{ readonly ok: true; readonly result: RecordedResult } | { readonly ok: false; readonly refusal: ResultRefusal }> {
  if (!isProfileTest(profileInForce, submitted.testCode)) return { ok: false, refusal: 'test-not-in-profile' };
  const performedAtMs = pastMoment(submitted.performedAtMs, nowMs);
  if (performedAtMs === null) return { ok: false, refusal: 'performed-in-future' };

  // Two submissions for one specimen take turns by its row.
  const specimen = (await transaction.query<{ specimen_id: SpecimenId; subject: HealthPseudonym; collected_at: Date }>(
    'SELECT specimen_id, subject, collected_at FROM health.specimen WHERE barcode = $1 FOR NO KEY UPDATE', [submitted.barcode],
  ))[0];
  if (specimen === undefined) return { ok: false, refusal: 'specimen-unknown' };
  if (performedAtMs < specimen.collected_at.getTime()) return { ok: false, refusal: 'performed-before-collection' };

  const newest = (await transaction.query<{
    result_id: ResultId; version: number; laboratory_id: string; test_code: string; value: ResultValue; performed_at: Date; reported_at: Date;
  }>(
    `SELECT result_id, version, laboratory_id, test_code, value, performed_at, reported_at
     FROM health.result WHERE specimen_id = $1 ORDER BY version DESC LIMIT 1`, [specimen.specimen_id],
  ))[0];
  const about = { specimenId: specimen.specimen_id, barcode: submitted.barcode, value: submitted.value };
  if (newest !== undefined) {
    if (newest.laboratory_id !== laboratoryId) return { ok: false, refusal: 'reported-by-other-laboratory' };
    // The first time round, a moment ahead of ours was stored as the moment of the report.
    const storedThen = pastMoment(submitted.performedAtMs, newest.reported_at.getTime());
    const same = newest.test_code === submitted.testCode && newest.value === submitted.value && newest.performed_at.getTime() === storedThen;
    if (same) return { ok: true, result: { ...about, resultId: newest.result_id, reportedAtMs: newest.reported_at.getTime(), isNew: false } };
  }

  const inserted = (await transaction.query<{ result_id: ResultId }>(
    `INSERT INTO health.result (result_id, specimen_id, version, subject, laboratory_id, test_code, value, collected_at, performed_at, reported_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) RETURNING result_id`,
    [randomUUID(), specimen.specimen_id, (newest?.version ?? 0) + 1, specimen.subject, laboratoryId, submitted.testCode, submitted.value,
      specimen.collected_at, new Date(performedAtMs), new Date(nowMs)],
  ))[0];
  if (inserted === undefined) throw new Error('an insert returned no row');
  await noteFactChanges(transaction, [{ subject: specimen.subject, dueAtMs: nowMs }]);
  return { ok: true, result: { ...about, resultId: inserted.result_id, reportedAtMs: nowMs, isNew: true } };
}
