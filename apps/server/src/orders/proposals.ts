import type { BodyOf, CaseId, Proposal, ProposalId, ProposalSummary, TracePseudonym, proposeOrders } from '@health-kit/api';
import { DAY_MS, PROPOSAL_TERM_MS } from '@health-kit/policy';
import type { StaffCaller } from '../authority/index.ts';
import type { Database, Queryable } from '../database.ts';

/** Longest that an order may run, and how far ahead it may begin (health.observation_order holds the first as a CHECK). */
const longestOrderMs = 31 * DAY_MS;
const furthestStartMs = 7 * DAY_MS;
const mostListed = 200;

/** Whether the term of an order is one that can be ordered now; the pointer of the member at fault otherwise. */
export function refusedTerm(startsAtMs: number, endsAtMs: number, nowMs: number): '/body/startsAt' | '/body/endsAt' | null {
  // A case can be worked at night for an order that counts from that day's morning, and no earlier.
  if (startsAtMs < nowMs - DAY_MS || startsAtMs > nowMs + furthestStartMs) return '/body/startsAt';
  if (endsAtMs <= startsAtMs || endsAtMs <= nowMs || endsAtMs > startsAtMs + longestOrderMs) return '/body/endsAt';
  return null;
}

/** Which of these are contacts of the case. */
export async function countContacts(database: Queryable, caseId: CaseId, contacts: readonly TracePseudonym[]): Promise<number> {
  const [row] = await database.query<{ known: number }>(
    'SELECT count(*)::integer AS known FROM trace.contact WHERE case_id = $1 AND contact = ANY($2::uuid[])', [caseId, contacts],
  );
  return row?.known ?? 0;
}

/**
 * Stores a proposal that the vault has recorded. False where a contact is no
 * longer one of the case, because it was traced again in between: then nothing
 * is stored, and the vault's record leads nowhere.
 */
export async function storeProposal(
  database: Database, proposalId: ProposalId, caseId: CaseId, proposal: BodyOf<typeof proposeOrders>, proposer: StaffCaller, nowMs: number,
): Promise<boolean> {
  return database.transaction(async (transaction) => {
    // A trace of the case that is being stored goes first, or waits.
    await transaction.query('SELECT case_id FROM trace.case_file WHERE case_id = $1 FOR UPDATE', [caseId]);
    if ((await countContacts(transaction, caseId, proposal.contacts)) !== proposal.contacts.length) return false;
    await transaction.query(
      `INSERT INTO trace.order_proposal (proposal_id, case_id, kind, legal_basis, reason, starts_at, ends_at, proposed_by, proposed_by_name, proposed_unit, proposed_at, state)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 'proposed')`,
      [proposalId, caseId, proposal.kind, proposal.legalBasis, proposal.reason, new Date(Date.parse(proposal.startsAt)), new Date(Date.parse(proposal.endsAt)),
        proposer.officerId, proposer.name, proposer.unit, new Date(nowMs)],
    );
    await transaction.query(
      'INSERT INTO trace.order_proposal_contact (proposal_id, case_id, contact) SELECT $1, $2, contact FROM unnest($3::uuid[]) AS contact',
      [proposalId, caseId, proposal.contacts],
    );
    return true;
  });
}

interface ProposalRow {
  readonly proposal_id: ProposalId; readonly case_id: CaseId; readonly kind: Proposal['kind']; readonly legal_basis: string; readonly reason: string;
  readonly starts_at: Date; readonly ends_at: Date; readonly proposed_by: string; readonly proposed_by_name: string; readonly proposed_unit: string;
  readonly proposed_at: Date; readonly state: Proposal['state']; readonly decided_by_name: string | null; readonly decided_at: Date | null;
  readonly refusal_reason: string | null; readonly subjects: number; readonly ordered: number;
}
/** A proposal's state; one that nobody decided is over where it was made at `$1`, {@link overSince}, or before. */
const state = `CASE WHEN p.state = 'proposed' AND p.proposed_at <= $1 THEN 'expired' ELSE p.state END`;
const overSince = (nowMs: number) => new Date(nowMs - PROPOSAL_TERM_MS);
const columns = `p.proposal_id, p.case_id, p.kind, p.legal_basis, p.reason, p.starts_at, p.ends_at, p.proposed_by, p.proposed_by_name, p.proposed_unit,
  p.proposed_at, ${state} AS state, p.decided_by_name, p.decided_at, p.refusal_reason,
  (SELECT count(*)::integer FROM trace.order_proposal_contact pc WHERE pc.proposal_id = p.proposal_id) AS subjects,
  (SELECT count(*)::integer FROM trace.order_proposal_contact pc WHERE pc.proposal_id = p.proposal_id AND pc.ordered) AS ordered`;

/** Proposals, newest first, and whether the caller may decide each: another officer, of another unit. The vault has the last word. */
export async function readProposals(database: Queryable, wanted: Proposal['state'] | null, caller: StaffCaller, nowMs: number): Promise<ProposalSummary[]> {
  const rows = await database.query<ProposalRow & Record<string, unknown>>(
    `SELECT ${columns} FROM trace.order_proposal p WHERE ($2::text IS NULL OR ${state} = $2) ORDER BY p.proposed_at DESC, p.proposal_id LIMIT ${mostListed}`, [overSince(nowMs), wanted],
  );
  return rows.map((row) => toSummary(row, caller));
}

/** One proposal with its contacts, as the caller may see it; null where there is none. */
export async function readWholeProposal(database: Queryable, proposalId: ProposalId, caller: StaffCaller, nowMs: number): Promise<Proposal | null> {
  const [row] = await database.query<ProposalRow & { readonly contacts: TracePseudonym[] } & Record<string, unknown>>(
    `SELECT ${columns}, array(SELECT pc.contact FROM trace.order_proposal_contact pc WHERE pc.proposal_id = p.proposal_id ORDER BY pc.contact) AS contacts
     FROM trace.order_proposal p WHERE p.proposal_id = $2`, [overSince(nowMs), proposalId],
  );
  return row === undefined ? null : { ...toSummary(row, caller), contacts: row.contacts };
}

function toSummary(row: ProposalRow, caller: StaffCaller): ProposalSummary {
  return {
    proposalId: row.proposal_id, caseId: row.case_id, kind: row.kind, legalBasis: row.legal_basis, reason: row.reason,
    startsAt: row.starts_at.toISOString(), endsAt: row.ends_at.toISOString(), subjects: row.subjects,
    proposedBy: row.proposed_by_name, proposedUnit: row.proposed_unit, proposedAt: row.proposed_at.toISOString(),
    state: row.state, decidedBy: row.decided_by_name, decidedAt: row.decided_at?.toISOString() ?? null,
    refusalReason: row.refusal_reason, ordered: row.ordered,
    mayDecide: row.state === 'proposed' && caller.roles.includes('medical-officer') && row.proposed_by !== caller.officerId && row.proposed_unit !== caller.unit,
  };
}

export interface StoredProposal {
  readonly proposalId: ProposalId;
  readonly caseId: CaseId;
  readonly kind: Proposal['kind'];
  readonly legalBasis: string;
  readonly reason: string;
  readonly startsAtMs: number;
  readonly endsAtMs: number;
  readonly state: Proposal['state'];
  readonly subjects: number;
}

/** One proposal; null where there is none. `lock` holds it until the transaction ends. */
export async function readProposal(database: Queryable, proposalId: ProposalId, nowMs: number, lock = false): Promise<StoredProposal | null> {
  const [row] = await database.query<ProposalRow & Record<string, unknown>>(
    `SELECT ${columns} FROM trace.order_proposal p WHERE p.proposal_id = $2${lock ? ' FOR UPDATE' : ''}`, [overSince(nowMs), proposalId],
  );
  if (row === undefined) return null;
  return {
    proposalId: row.proposal_id, caseId: row.case_id, kind: row.kind, legalBasis: row.legal_basis, reason: row.reason,
    startsAtMs: row.starts_at.getTime(), endsAtMs: row.ends_at.getTime(), state: row.state, subjects: row.subjects,
  };
}

/** Marks a proposal as refused by an officer (name and unit), once; false if it was decided before. */
export async function storeRefusal(database: Queryable, proposalId: ProposalId, officer: string, reason: string, nowMs: number): Promise<boolean> {
  const rows = await database.query(
    `UPDATE trace.order_proposal SET state = 'refused', decided_by_name = $2, decided_at = $3, refusal_reason = $4
     WHERE proposal_id = $1 AND state = 'proposed' RETURNING proposal_id`,
    [proposalId, officer, new Date(nowMs), reason],
  );
  return rows.length === 1;
}
