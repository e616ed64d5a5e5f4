import type { DisclosureId, DisclosurePurpose, DisclosureSummary } from '@health-kit/api';
import { disclosurePurposes } from '@health-kit/api';
import type { OfficerRecord } from '../authority/officers.ts';
import { firstRow, type Queries } from '../database.ts';
import { caseId, disclosureId } from '../identifiers.ts';
import { takeTurn } from '../turns.ts';
import { instant, type Vault } from '../vault.ts';
import { awaitsReview, endOf, stateOf, take, type Actor, type DisclosureFacts, type Step } from './disclosureState.ts';
import { requireRequest } from './signedRequest.ts';

export type DisclosureRow = {
  disclosure_id: string; case_id: string; emergency: boolean; purpose: string; subjects: number; canonical: string; digest: Buffer;
  requested_by: string; requested_unit: string; requester: string; session: string; requested_at: Date; signed_at: Date | null;
  decision: 'approved' | 'refused' | null; decided_by: string | null; decided_unit: string | null; decider: string | null; decided_at: Date | null; refusal_reason: string | null;
  sealed_grant: Buffer | null; views: number; closed_at: Date | null;
  finding: 'in-order' | 'questioned' | null; review_note: string | null; reviewed_by: string | null; reviewer: string | null; reviewed_at: Date | null;
};
const selectDisclosure = `SELECT d.disclosure_id, d.case_id, d.emergency, d.purpose, d.subjects, d.canonical, d.digest,
  d.requested_by, d.requested_unit, r.name AS requester, d.session, d.requested_at, d.signed_at,
  d.decision, d.decided_by, d.decided_unit, a.name || ' · ' || a.unit AS decider, d.decided_at, d.refusal_reason,
  d.sealed_grant, d.views, d.closed_at, d.finding, d.review_note, d.reviewed_by, v.name || ' · ' || v.unit AS reviewer, d.reviewed_at
  FROM vault.disclosure d JOIN vault.officer r ON r.officer_id = d.requested_by
  LEFT JOIN vault.officer a ON a.officer_id = d.decided_by LEFT JOIN vault.officer v ON v.officer_id = d.reviewed_by`;

/** Makes the transaction the only one that counts people under a cap. */
export async function lockCaps(queries: Queries): Promise<void> {
  await takeTurn(queries, 'disclosure');
}

/** One disclosure, locked until the transaction ends where asked; null when there is none. */
export async function findDisclosure(queries: Queries, id: DisclosureId, forUpdate = false): Promise<DisclosureRow | null> {
  return firstRow(await queries.query<DisclosureRow>(`${selectDisclosure} WHERE d.disclosure_id = $1 ${forUpdate ? 'FOR UPDATE OF d' : ''}`, [id]));
}

/** Disclosures newest first, by a condition over `d`. */
export async function findDisclosures(queries: Queries, condition: string, values: readonly unknown[]): Promise<DisclosureRow[]> {
  return (await queries.query<DisclosureRow>(`${selectDisclosure} WHERE ${condition} ORDER BY d.requested_at DESC, d.disclosure_id LIMIT 300`, values)).rows;
}

export function factsOf(row: DisclosureRow): DisclosureFacts {
  const decided = row.decision !== null && row.decided_by !== null && row.decided_unit !== null && row.decided_at !== null;
  return {
    emergency: row.emergency, requestedBy: row.requested_by, requestedUnit: row.requested_unit, session: row.session, requestedAt: row.requested_at.getTime(),
    signedAt: row.signed_at?.getTime() ?? null,
    decision: decided ? { outcome: row.decision ?? 'refused', by: row.decided_by ?? '', unit: row.decided_unit ?? '', at: row.decided_at?.getTime() ?? 0 } : null,
    views: row.views, closedAt: row.closed_at?.getTime() ?? null,
    review: row.reviewed_by === null || row.reviewed_at === null ? null : { by: row.reviewed_by, at: row.reviewed_at.getTime() },
  };
}

export function actorOf(officer: OfficerRecord, thumbprint: string): Actor {
  return { officerId: officer.officerId, unit: officer.unit, session: thumbprint };
}

/** A disclosure as an officer sees it, with what that officer may do now. */
export function summaryOf(vault: Vault, row: DisclosureRow, officer: OfficerRecord, thumbprint: string): DisclosureSummary {
  const now = vault.clock.now();
  const terms = vault.limits.disclosure;
  const facts = factsOf(row);
  const actor = actorOf(officer, thumbprint);
  const may = (step: Step) => take(facts, step, actor, now, terms).ok;
  const decides = officer.roles.includes('medical-officer') || officer.roles.includes('privacy-officer');
  const request = requireRequest(row);
  const end = endOf(facts, now, terms);
  const isToReview = awaitsReview(facts, now, terms);
  return {
    disclosureId: disclosureId(row.disclosure_id), caseId: caseId(row.case_id), purpose: purposeOf(row.purpose), fields: request.fields, subjects: row.subjects,
    reason: request.reason, state: stateOf(facts, now, terms), requestedBy: `${row.requester} · ${row.requested_unit}`, requestedAt: instant(facts.requestedAt),
    decided: facts.decision === null ? null : { by: row.decider ?? '', at: instant(facts.decision.at), outcome: facts.decision.outcome, reason: row.refusal_reason },
    until: end === null ? null : instant(end), views: row.views,
    reviewed: facts.review === null || row.finding === null ? null : { by: row.reviewer ?? '', at: instant(facts.review.at), finding: row.finding, note: row.review_note ?? '' },
    mayOpen: may('release'), mayDecide: decides && may('approve'), mayClose: may('close'),
    mayReview: officer.roles.includes('privacy-officer') && isToReview && may('review'), awaitsReview: isToReview,
  };
}

/** A purpose as it is stored. */
export function purposeOf(text: string): DisclosurePurpose {
  const purpose = disclosurePurposes.find((known) => known === text);
  if (purpose === undefined) throw new TypeError('a disclosure has no known purpose');
  return purpose;
}
