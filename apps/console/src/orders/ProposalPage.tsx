import { useEffect, useState } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { approveProposal, beginApproval, getCase, getOrderCounts, getProposal, listCases, listContacts, listProposals, ProposalId, refuseProposal, type Proposal } from '@health-kit/api';
import { Button, Dialog, Notice, Page, useTimeFormat } from '@health-kit/ui';
import { Check } from 'typebox/value';
import { Link } from 'wouter';
import { Answered, FailureNotice } from '../answers/Answered.tsx';
import { ask } from '../answers/callAsStaff.ts';
import { outdate, useAnswer, useSend } from '../answers/useAnswer.ts';
import { TextArea } from '../forms/TextArea.tsx';
import { Badge, ShortId } from '../lists/Badge.tsx';
import { Facts } from '../lists/Facts.tsx';
import { approvalChallenge } from '../session/challenges.ts';
import { askPasskey } from '../session/passkeys.ts';
import type { Officer } from '../session/session.ts';
import { NotHere } from '../shell/NotHere.tsx';
import { useText } from '../text.ts';
import { proposalLooks } from './OrdersPage.tsx';
import forms from '../forms/forms.module.css';
import lists from '../lists/lists.module.css';
import styles from './orders.module.css';

/** One proposal: what is asked for, for how many, on what basis; and the decision. */
export function ProposalPage({ proposalId, officer }: { readonly proposalId: string; readonly officer: Officer }) {
  return Check(ProposalId, proposalId) ? <KnownProposal proposalId={proposalId} officer={officer} /> : <NotHere why="notFound" />;
}

function KnownProposal({ proposalId, officer }: { readonly proposalId: ProposalId; readonly officer: Officer }) {
  const text = useText();
  const answer = useAnswer(getProposal, { params: { proposalId } }, { refetchInterval: 30_000 });
  return (
    <Page wide title={text('orders.proposal')} back={<Link href="/orders">← {text('shell.sections.orders.name')}</Link>}>
      <Answered answer={answer}>{(proposal) => <Detail proposal={proposal} officer={officer} />}</Answered>
    </Page>
  );
}

function Detail({ proposal, officer }: { readonly proposal: Proposal; readonly officer: Officer }) {
  const text = useText();
  const time = useTimeFormat();
  return (
    <div className={lists.columns}>
      <div className={lists.section}>
        <section className={lists.panel}>
          <p className={styles.headline}>{text('orders.headline', { kind: text(`orders.kinds.${proposal.kind}`), count: proposal.subjects })} <Badge look={proposalLooks[proposal.state]}>{text(`orders.states.${proposal.state}`)}</Badge></p>
          <Facts facts={[
            [text('orders.begins'), time.dateTime(proposal.startsAt)], [text('orders.ends'), time.dateTime(proposal.endsAt)],
            [text('orders.proposedBy'), `${proposal.proposedBy} · ${proposal.proposedUnit}`], [text('orders.proposedAt'), time.dateTime(proposal.proposedAt)],
            ...(proposal.decidedBy === null ? [] : [[text('orders.decidedBy'), `${proposal.decidedBy}${proposal.decidedAt === null ? '' : ` · ${time.dateTime(proposal.decidedAt)}`}`] as const]),
            ...(proposal.state === 'approved' ? [[text('orders.ordersMade'), text('orders.madeOf', { made: proposal.ordered, count: proposal.subjects })] as const] : []),
            ...(proposal.refusalReason === null ? [] : [[text('orders.refusalReason'), proposal.refusalReason] as const]),
          ]} />
          <Facts facts={[[text('orders.reason'), proposal.reason], [text('orders.legalBasis'), proposal.legalBasis]]} />
          <p><Link href={`/cases/${proposal.caseId}`}>{text('orders.toCase')}</Link></p>
        </section>
        <details className={lists.fold}>
          <summary className={styles.summary}>{text('orders.showPeople', { count: proposal.subjects })}</summary>
          <ul className={styles.people}>{proposal.contacts.map((contact) => <li key={contact}><ShortId id={contact} /></li>)}</ul>
        </details>
      </div>
      <Decision proposal={proposal} officer={officer} />
    </div>
  );
}

function Decision({ proposal, officer }: { readonly proposal: Proposal; readonly officer: Officer }) {
  const text = useText();
  const queries = useQueryClient();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [orders, setOrders] = useState<number | null>(null);
  const [refusing, setRefusing] = useState(false);

  async function approve(): Promise<void> {
    setBusy(true);
    setError(null);
    const params = { proposalId: proposal.proposalId };
    try {
      const { options, statement } = await ask(beginApproval, { params, body: {} });
      const { proposalId, caseId, contacts, kind, legalBasis, reason, startsAt, endsAt } = proposal;
      const shown = { proposal: proposalId, case: caseId, contacts, kind, legalBasis, reason, startsAt: new Date(startsAt), endsAt: new Date(endsAt) };
      const assertion = await askPasskey(options, await approvalChallenge('order', statement, shown));
      const approved = await ask(approveProposal, { params, body: { assertion } }, { deadlineMs: 30_000 });
      setOrders(approved.orders);
    } catch (reason) {
      setError(reason);
    } finally {
      setBusy(false);
      outdate(queries, [getProposal, listProposals, getCase, listCases, listContacts, getOrderCounts]);
    }
  }

  return (
    <section className={lists.panel} aria-labelledby="decision">
      <h2 id="decision">{text('orders.decision')}</h2>
      {orders === null ? null : <Notice kind={orders === 0 ? 'warning' : 'success'} announce title={text('orders.approved', { count: orders })}>{orders === 0 ? '' : text('orders.approvedText')}{orders < proposal.subjects ? ` ${text('orders.fewer', { count: proposal.subjects - orders })}` : ''}</Notice>}
      {error === null ? null : <FailureNotice error={error} />}
      {proposal.state === 'proposed' && orders === null ? (
        proposal.mayDecide ? (
          <>
            <p>{text('orders.approveText', { count: proposal.subjects })}</p>
            <div className={forms.actions}>
              <Button busy={busy} onClick={() => void approve()}>{text('orders.approve')}</Button>
              <Button look="secondary" disabled={busy} onClick={() => setRefusing(true)}>{text('orders.refuse')}</Button>
            </div>
          </>
        ) : <Notice kind="info">{text(whyNot(proposal, officer))}</Notice>
      ) : orders === null ? <Decided proposal={proposal} /> : null}
      <RefuseDialog proposal={proposal} open={refusing} onClose={() => setRefusing(false)} />
    </section>
  );
}

/** What was decided, and what came of it. */
function Decided({ proposal }: { readonly proposal: Proposal }) {
  const text = useText();
  if (proposal.state === 'refused') return <p>{text('orders.wasRefused')}</p>;
  if (proposal.state === 'expired') return <p>{text('orders.hasExpired')}</p>;
  return (
    <>
      <p>{text('orders.wasApproved', { count: proposal.ordered })}</p>
      {proposal.ordered < proposal.subjects ? <Notice kind="warning">{text('orders.fewer', { count: proposal.subjects - proposal.ordered })}</Notice> : null}
    </>
  );
}

/** Why this officer may not decide. */
function whyNot(proposal: Proposal, officer: Officer): 'orders.notMedicalOfficer' | 'orders.sameUnit' | 'orders.own' {
  if (!officer.roles.includes('medical-officer')) return 'orders.notMedicalOfficer';
  return proposal.proposedUnit === officer.unit ? 'orders.sameUnit' : 'orders.own';
}

function RefuseDialog({ proposal, open, onClose }: { readonly proposal: Proposal; readonly open: boolean; readonly onClose: () => void }) {
  const text = useText();
  const refuse = useSend(refuseProposal, [getProposal, listProposals, listCases, listContacts]);
  const [reason, setReason] = useState('');
  const [fault, setFault] = useState<string | null>(null);
  useEffect(() => {
    if (!open) setFault(null);
  }, [open]);
  function submit(): void {
    // The reason is one line, however it was typed.
    const given = reason.replaceAll(/\s+/g, ' ').trim();
    setFault(given.length < 3 ? text('tracing.errors.reason') : null);
    if (given.length >= 3) refuse.mutate({ params: { proposalId: proposal.proposalId }, body: { reason: given } }, { onSuccess: onClose });
  }
  return (
    <Dialog
      open={open} onClose={onClose} title={text('orders.refuseTitle')}
      actions={(
        <>
          <Button look="danger" busy={refuse.isPending} onClick={submit}>{text('orders.refuse')}</Button>
          <Button look="secondary" onClick={onClose}>{text('forms.cancel')}</Button>
        </>
      )}
    >
      {refuse.error === null ? null : <FailureNotice error={refuse.error} />}
      <p>{text('orders.refuseText')}</p>
      <TextArea id="refusal" rows={3} label={text('orders.reason')} value={reason} onChange={setReason} error={fault} maxLength={300} />
    </Dialog>
  );
}
