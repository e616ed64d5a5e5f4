import type { HealthPseudonym, NotifyPseudonym, ProposalId, TracePseudonym } from '@health-kit/api';
import type { WhatToDo } from '@health-kit/policy';
import type { Database } from '../database.ts';
import { countOrdersOf, noteFactChanges, profileInForce, recordExposures, recordOrders } from '../health/index.ts';
import { tell, type NewNotice } from '../notifications/index.ts';
import { readContactDays } from '../tracing/index.ts';
import { readProposal, type StoredProposal } from './proposals.ts';

/** A person concerned, under the names the vault gave upon the second officer's approval. Contacts without a proven identity are not among them: they collect no orders. */
export interface OrderSubject {
  readonly contact: TracePseudonym;
  readonly health: HealthPseudonym;
  readonly notify: NotifyPseudonym;
}

const orderAdvice: Readonly<Record<StoredProposal['kind'], WhatToDo>> = {
  'home-observation': 'do.home-observation', 'central-observation': 'do.central-observation', test: 'do.take-ordered-test',
};

/**
 * Carries out an approved proposal in one transaction: orders, exposures,
 * notices, the word to the vault, the proposal's state, and for whom of its
 * contacts no order could be made. Carrying it out
 * again changes nothing: that is how an approval whose answer was lost between
 * vault and database is repaired, by the same officer approving once more.
 * (No sweep can do it in their stead: the vault names the people concerned
 * upon the officer's proof alone, and the server keeps no proof.)
 *
 * @returns how many people have an order by this proposal; null where there is no such proposal, or it was refused.
 */
export async function carryOut(
  database: Database, proposalId: ProposalId, subjects: readonly OrderSubject[], officer: string, timeZone: string, nowMs: number,
): Promise<number | null> {
  return database.transaction(async (transaction) => {
    const proposal = await readProposal(transaction, proposalId, nowMs, true);
    if (proposal === null || proposal.state === 'refused') return null;
    if (proposal.state === 'approved') return countOrdersOf(transaction, proposalId);

    const contactDays = new Map((await readContactDays(transaction, proposal.caseId, subjects.map(({ contact }) => contact), timeZone)).map((days) => [days.contact, days]));
    const exposures = subjects.flatMap(({ contact, health, notify }) => {
      const known = contactDays.get(contact);
      return (known?.days ?? []).map((day) => ({ subject: health, notify, day, contactClass: known?.contactClass ?? 'casual' }));
    });
    await recordOrders(transaction, proposal, subjects.map(({ health }) => health), nowMs);
    await recordExposures(transaction, proposalId, exposures, nowMs);

    const exposureAdvice: WhatToDo = profileInForce.observation.negativeEndsCaution ? 'do.test-after-exposure' : 'do.watch-for-symptoms';
    const notices: NewNotice[] = [
      ...exposures.map(({ notify, day }): NewNotice => ({
        kind: 'exposure', subject: notify, causeId: proposalId, day, exposureKind: 'shared-indoor-space', whatToDo: exposureAdvice,
      })),
      ...subjects.map(({ notify }): NewNotice => ({
        kind: 'order', subject: notify, causeId: proposalId, orderKind: proposal.kind, legalBasis: proposal.legalBasis, reason: proposal.reason,
        endsAtMs: proposal.endsAtMs, whatToDo: orderAdvice[proposal.kind],
      })),
    ];
    await tell(transaction, notices, nowMs);
    // The exposure counts from now on, the order from its beginning.
    const dueTimes = proposal.startsAtMs > nowMs ? [nowMs, proposal.startsAtMs] : [nowMs];
    await noteFactChanges(transaction, subjects.flatMap(({ health }) => dueTimes.map((dueAtMs) => ({ subject: health, dueAtMs }))));
    await transaction.query(`UPDATE trace.order_proposal SET state = 'approved', decided_by_name = $2, decided_at = $3 WHERE proposal_id = $1`,
      [proposalId, officer, new Date(nowMs)]);
    await transaction.query('UPDATE trace.order_proposal_contact SET ordered = (contact = ANY($2::uuid[])) WHERE proposal_id = $1',
      [proposalId, subjects.map(({ contact }) => contact)]);
    return subjects.length;
  });
}
