import { approveProposal, beginApproval, refuseProposal, type ProposalId } from '@health-kit/api';
import { approveRecordedProposal, beginProposalApproval, refuseRecordedProposal } from '@health-kit/api/vault';
import { PROPOSAL_TERM_MS } from '@health-kit/policy';
import { officerHandler } from '../authority/handlers.ts';
import type { OfficerRecord } from '../authority/officers.ts';
import { firstRow, type Queries } from '../database.ts';
import { personId, type PersonId } from '../identifiers.ts';
import { pseudonymOf } from '../keys/pseudonym.ts';
import { accessEvents } from '../ledger/accessEvent.ts';
import { appendPersonEvents } from '../ledger/ledger.ts';
import { refuse } from '../refusal.ts';
import { sameUnit } from '../staff/officerNames.ts';
import { approvalOptions, requireApproval } from '../staff/webAuthn.ts';
import { findCase } from '../tracing/openCase.ts';
import { nowOf, recordEvent, type Vault } from '../vault.ts';

type ProposalRow = {
  case_id: string; canonical: string; digest: Buffer; proposed_by: string; proposed_unit: string;
  proposed_at: Date; decision: 'approved' | 'refused' | null; decided_by: string | null;
};

/** Passkey options whose challenge stands for approving the very proposal, and the proposal's text, of which the page makes that challenge anew. */
export const beginProposalApprovalHandler = officerHandler(beginProposalApproval, beginApproval, async (vault, call) => {
  const proposal = await requireDecidable(vault.database, call.params.proposalId, call.officer);
  if (proposal.decision !== null && (proposal.decision !== 'approved' || proposal.decided_by !== call.officer.officerId)) refuse('conflict');
  if (proposal.decision === null) await requireApprovable(vault, vault.database, proposal);
  return { options: await approvalOptions(vault, vault.database, { officer: call.officer.officerId, meaning: 'order', digest: proposal.digest }), statement: proposal.canonical };
});

/**
 * Approves a proposal by passkey over its digest, and only then names the people to the health and notify schemas.
 * Of people whose identity is not proven none is named: a self-asserted identity collects no orders.
 */
export const approveProposalHandler = officerHandler(approveRecordedProposal, approveProposal, async (vault, call) => {
  const { officer } = call;
  const id = call.params.proposalId;
  const now = nowOf(vault);
  await vault.database.transaction(async (queries) => {
    await call.spend(queries);
    const proposal = await requireDecidable(queries, id, officer, true);
    // Approved before by the same officer: the answer was lost, and is given again.
    if (proposal.decision === 'approved' && proposal.decided_by === officer.officerId) return;
    if (proposal.decision !== null) refuse('conflict');
    await requireApprovable(vault, queries, proposal, true);
    await requireApproval(vault, queries, { officer: officer.officerId, meaning: 'order', digest: proposal.digest }, call.body.assertion);

    await queries.query(`UPDATE vault.order_proposal SET decision = 'approved', decided_by = $2, decided_at = $3 WHERE proposal_id = $1`, [id, officer.officerId, now]);
    const subjects = await orderSubjects(queries, id);
    // The notice goes out: what was kept back of the trace may be seen, by the index person too.
    await queries.query(`UPDATE vault.access_entry SET visible_from = $3 WHERE case_id = $1 AND visible_from > $3
       AND (person_id = ANY($2) OR person_id = (SELECT person_id FROM vault.case_authority WHERE case_id = $1))`, [
      proposal.case_id, subjects, now,
    ]);
    await recordEvent(vault, queries, 'orders-approved', { proposal: id, case: proposal.case_id, officer: officer.officerId, subjects: subjects.length });
    await appendPersonEvents(vault, queries, accessEvents(vault, subjects, { purpose: 'order', officer, fields: ['notice', 'order'] }));
  });

  const subjects = await orderSubjects(vault.database, id);
  return {
    proposalId: id,
    subjects: subjects.map((person) => ({
      contact: pseudonymOf(vault.keys.trace, person), health: pseudonymOf(vault.keys.health, person), notify: pseudonymOf(vault.keys.notify, person),
    })),
  };
});

/** Refuses a proposal; the reason is in the ledger. Refusing again is success. */
export const refuseProposalHandler = officerHandler(refuseRecordedProposal, refuseProposal, async (vault, call) => {
  const { officer } = call;
  await vault.database.transaction(async (queries) => {
    await call.spend(queries);
    const proposal = await requireDecidable(queries, call.params.proposalId, officer, true);
    if (proposal.decision === 'refused' && proposal.decided_by === officer.officerId) return;
    if (proposal.decision !== null || isOver(vault, proposal)) refuse('conflict');
    await queries.query(`UPDATE vault.order_proposal SET decision = 'refused', decided_by = $2, decided_at = $3 WHERE proposal_id = $1`, [
      call.params.proposalId, officer.officerId, nowOf(vault),
    ]);
    await recordEvent(vault, queries, 'orders-refused', { proposal: call.params.proposalId, case: proposal.case_id, officer: officer.officerId, reason: call.body.reason });
  });
  return {};
});

/** The proposal, for an officer who may decide it: another than the proposer, of another unit. */
async function requireDecidable(queries: Queries, id: ProposalId, officer: OfficerRecord, forUpdate = false): Promise<ProposalRow> {
  const proposal = firstRow(await queries.query<ProposalRow>(
    `SELECT case_id, canonical, digest, proposed_by, proposed_unit, proposed_at, decision, decided_by FROM vault.order_proposal WHERE proposal_id = $1 ${forUpdate ? 'FOR UPDATE' : ''}`, [id],
  )) ?? refuse('not-found');
  if (proposal.proposed_by === officer.officerId || sameUnit(proposal.proposed_unit, officer.unit)) refuse('approval-refused');
  return proposal;
}

/** What was proposed is approved within its term, and under a case that is open still: not closed, nor its result taken back. */
async function requireApprovable(vault: Vault, queries: Queries, proposal: ProposalRow, hold = false): Promise<void> {
  if (isOver(vault, proposal) || (await findCase(vault, queries, proposal.case_id, hold))?.open !== true) refuse('conflict');
}

function isOver(vault: Vault, { proposed_at: proposedAt }: ProposalRow): boolean {
  return vault.clock.now() >= proposedAt.getTime() + PROPOSAL_TERM_MS;
}

async function orderSubjects(queries: Queries, id: ProposalId): Promise<readonly PersonId[]> {
  const { rows } = await queries.query<{ person_id: string }>(
    `SELECT p.person_id FROM vault.order_subject s JOIN vault.person p USING (person_id)
     WHERE s.proposal_id = $1 AND p.proven_at IS NOT NULL ORDER BY s.position`,
    [id],
  );
  return rows.map(({ person_id }) => personId(person_id));
}
