import { useState } from 'react';
import { listProposals, proposalStates, type ProposalSummary } from '@health-kit/api';
import { EmptyState, Page, useTimeFormat } from '@health-kit/ui';
import { Link } from 'wouter';
import { Answered } from '../answers/Answered.tsx';
import { useAnswer } from '../answers/useAnswer.ts';
import { Badge, type BadgeLook } from '../lists/Badge.tsx';
import { FilterField, matchesFilter } from '../lists/FilterField.tsx';
import { Table } from '../lists/Table.tsx';
import { Tabs } from '../lists/Tabs.tsx';
import type { Officer } from '../session/session.ts';
import { useText } from '../text.ts';
import lists from '../lists/lists.module.css';

const states = [...proposalStates, 'all'] as const;
export const proposalLooks: Readonly<Record<ProposalSummary['state'], BadgeLook>> = { proposed: 'warning', approved: 'success', refused: 'plain', expired: 'plain' };

/** Proposals of orders, newest first; the ones that wait come first to hand. */
export function OrdersPage({ officer }: { readonly officer: Officer }) {
  const text = useText();
  const time = useTimeFormat();
  const [state, setState] = useState<(typeof states)[number]>('proposed');
  const [filter, setFilter] = useState('');
  const answer = useAnswer(listProposals, { query: state === 'all' ? {} : { state } }, { refetchInterval: 30_000, keepPrevious: true });
  const decides = officer.roles.includes('medical-officer');
  return (
    <Page wide title={text('shell.sections.orders.name')}>
      <section className={lists.section}>
        <div className={lists.toolbar}>
          <Tabs label={text('tracing.state')} value={state} onChange={setState} options={states.map((value) => ({ value, label: text(value === 'all' ? 'tracing.all' : `orders.states.${value}`) }))} />
          <FilterField value={filter} onChange={setFilter} label={text('orders.filter')} />
          <span className={`${lists.soft} ${lists.spread}`}>{answer.dataUpdatedAt === 0 ? '' : text('lists.updated', { time: time.timeWithSeconds(answer.dataUpdatedAt) })}</span>
        </div>
        <Answered answer={answer}>
          {({ proposals }) => {
            const shown = proposals.filter(({ reason, proposedBy, proposedUnit, legalBasis, kind }) => matchesFilter(filter, [reason, proposedBy, proposedUnit, legalBasis, text(`orders.kinds.${kind}`)]));
            if (proposals.length === 0) return <EmptyState symbol="tick" title={text(state === 'proposed' ? 'orders.noneWaiting' : 'orders.none')} />;
            if (shown.length === 0) return <p>{text('lists.filterNone', { text: filter })}</p>;
            return (
              <Table
                caption={text('orders.proposals')}
                columns={[
                  { label: text('orders.kind') }, { label: text('orders.people'), figures: true }, { label: text('orders.reason') }, { label: text('orders.term') },
                  { label: text('orders.proposedBy') }, { label: text('orders.proposedAt') }, { label: text('tracing.state') },
                ]}
              >
                {shown.map((proposal) => (
                  <tr key={proposal.proposalId}>
                    <td className={lists.nowrap}><Link href={`/orders/${proposal.proposalId}`} data-row="">{text(`orders.kinds.${proposal.kind}`)}</Link></td>
                    <td className={lists.figures}>{proposal.subjects}{proposal.state === 'approved' && proposal.ordered < proposal.subjects ? <><br /><span className={`${lists.soft} ${lists.nowrap}`}>{text('orders.orderedOf', { count: proposal.ordered })}</span></> : null}</td>
                    <td>{proposal.reason}</td>
                    <td className={lists.nowrap}>{time.date(proposal.startsAt)} –<br />{time.date(proposal.endsAt)}</td>
                    <td>{proposal.proposedBy}<br /><span className={lists.soft}>{proposal.proposedUnit}</span></td>
                    <td>{time.dateTime(proposal.proposedAt)}</td>
                    <td>
                      <Badge look={proposalLooks[proposal.state]}>{text(`orders.states.${proposal.state}`)}</Badge>
                      {decides && proposal.state === 'proposed' && !proposal.mayDecide ? <><br /><span className={lists.soft}>{text('orders.notYours')}</span></> : null}
                    </td>
                  </tr>
                ))}
              </Table>
            );
          }}
        </Answered>
      </section>
    </Page>
  );
}
