import {
  approveProposal, beginApproval, getOrderCounts, getProposal, listProposals, proposeOrders, refuseProposal, type ProposalId,
} from '@health-kit/api';
import { approveRecordedProposal, beginProposalApproval, recordProposal, refuseRecordedProposal } from '@health-kit/api/vault';
import { signatureOf } from '../authority/index.ts';
import type { Core } from '../capability.ts';
import { countOrders, factChangesSweep } from '../health/index.ts';
import { ProblemError } from '../problems.ts';
import { readCaseState } from '../tracing/index.ts';
import { askVault } from '../vault/index.ts';
import { carryOut } from './carryOut.ts';
import { countContacts, readProposal, readProposals, readWholeProposal, refusedTerm, storeProposal, storeRefusal, type StoredProposal } from './proposals.ts';

/** Days of public numbers. */
const countedDays = 90;

/** Orders: proposed by a tracer, decided by another officer of another unit by passkey, counted in public. */
export function orders(core: Core): void {
  const { routes, database, vault, clock, settings, sweeps } = core;

  async function existingProposal(proposalId: ProposalId): Promise<StoredProposal> {
    const proposal = await readProposal(database, proposalId, clock.now());
    if (proposal === null) throw new ProblemError('not-found');
    return proposal;
  }

  /** A refused proposal, one that waited too long or whose order's term is over, or one of a case whose result was taken back orders nobody any more. */
  async function requireStillOrderable(proposal: StoredProposal): Promise<void> {
    if (proposal.state === 'approved') return;
    const caseState = await readCaseState(database, proposal.caseId);
    if (proposal.state !== 'proposed' || proposal.endsAtMs <= clock.now() || caseState !== 'open') throw new ProblemError('conflict');
  }

  routes.staff(proposeOrders, async ({ params, body, caller }) => {
    const state = await readCaseState(database, params.caseId);
    if (state === null) throw new ProblemError('not-found');
    if (state !== 'open') throw new ProblemError('conflict');
    const atFault = refusedTerm(Date.parse(body.startsAt), Date.parse(body.endsAt), clock.now());
    if (atFault !== null) throw new ProblemError('proposal-refused', { errors: [{ pointer: atFault, detail: 'is no term that can be ordered now' }] });
    const known = await countContacts(database, params.caseId, body.contacts);
    if (known !== body.contacts.length) {
      throw new ProblemError('proposal-refused', { errors: [{ pointer: '/body/contacts', detail: 'must be contacts of this case, each once' }] });
    }
    const { proposalId } = await askVault(vault, recordProposal, { caller: caller.request });
    if (!(await storeProposal(database, proposalId, params.caseId, body, caller, clock.now()))) throw new ProblemError('conflict');
    return { proposalId };
  });

  routes.staff(listProposals, async ({ query, caller }) => ({ proposals: await readProposals(database, query.state ?? null, caller, clock.now()) }));

  routes.staff(getProposal, async ({ params, caller }) => {
    const proposal = await readWholeProposal(database, params.proposalId, caller, clock.now());
    if (proposal === null) throw new ProblemError('not-found');
    return proposal;
  });

  routes.staff(beginApproval, async ({ params, caller }) => {
    const proposal = await existingProposal(params.proposalId);
    await requireStillOrderable(proposal);
    return askVault(vault, beginProposalApproval, { caller: caller.request });
  });

  routes.staff(approveProposal, async ({ params, caller }) => {
    const proposal = await existingProposal(params.proposalId);
    await requireStillOrderable(proposal);
    const approved = await askVault(vault, approveRecordedProposal, { caller: caller.request });
    if (approved.proposalId !== params.proposalId) throw new Error('the vault approved another proposal');
    const ordered = await carryOut(database, params.proposalId, approved.subjects, signatureOf(caller), settings.timeZone, clock.now());
    if (ordered === null) throw new ProblemError('conflict');
    sweeps.wake(factChangesSweep);
    return { orders: ordered };
  });

  routes.staff(refuseProposal, async ({ params, body, caller }) => {
    const proposal = await existingProposal(params.proposalId);
    if (proposal.state !== 'proposed') throw new ProblemError('conflict');
    await askVault(vault, refuseRecordedProposal, { caller: caller.request });
    if (!(await storeRefusal(database, params.proposalId, signatureOf(caller), body.reason, clock.now()))) throw new ProblemError('conflict');
  });

  routes.anyone(getOrderCounts, async () => ({ days: await countOrders(database, settings.timeZone, countedDays) }));
}
