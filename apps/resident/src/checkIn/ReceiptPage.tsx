import { Link } from 'wouter';
import { useState } from 'react';
import type { LocalVisit } from '@health-kit/client';
import { Button, buttonClass, EmptyState, Notice, Page, StatusCard, StatusTag, useProblemText, useTimeFormat } from '@health-kit/ui';
import { useDevice } from '../device/deviceState.ts';
import { useNow } from '../device/useNow.ts';
import { readKeptPass } from '../pass/readKeptPass.ts';
import { routes } from '../routes.ts';
import { useText } from '../text.ts';
import { ForgottenCheckOut } from './ForgottenCheckOut.tsx';
import { assumedEndMs, endVisit, isForgotten } from './visits.ts';
import styles from './ReceiptPage.module.css';

/** What says that a visit was recorded: venue, and a clock that runs. It is no pass, so the pass's status stands below. */
export function ReceiptPage({ visitId }: { readonly visitId: string }) {
  const text = useText();
  const { visits } = useDevice();
  const visit = visits?.find((candidate) => candidate.visitId === visitId);
  if (visit === undefined) {
    return (
      <Page title={text('receipt.unknown')} quietTitle>
        <EmptyState symbol="place" title={text('receipt.unknown')} action={<Link className={buttonClass()} href={routes.scan}>{text('scan.title')}</Link>}>{text('receipt.unknownText')}</EmptyState>
      </Page>
    );
  }
  return visit.checkIn === 'refused' ? <RefusedVisit visit={visit} /> : <Receipt visit={visit} />;
}

function RefusedVisit({ visit }: { readonly visit: LocalVisit }) {
  const text = useText();
  const problemText = useProblemText();
  return (
    <Page title={text('receipt.refusedTitle')} lead={visit.venueName}>
      <Notice kind="problem" announce>{visit.refusal === null || visit.refusal === 'no-ticket' ? text('receipt.refusedNoTicket') : problemText(visit.refusal).detail}</Notice>
      <Link className={buttonClass('primary', true)} href={routes.pass}>{text('receipt.toPass')}</Link>
    </Page>
  );
}

function Receipt({ visit }: { readonly visit: LocalVisit }) {
  const text = useText();
  const time = useTimeFormat();
  const now = useNow();
  const [busy, setBusy] = useState(false);
  // Minutes are enough: the choice must not change under the finger.
  const minute = Math.floor(now / 60_000) * 60_000;
  if (isForgotten(visit, minute)) return <ForgottenCheckOut visit={visit} nowMs={minute} />;
  const out = visit.leftAt !== null || visit.usualStayKept === true;
  const title = text(out ? 'receipt.outTitle' : 'receipt.title');

  async function leave(): Promise<void> {
    setBusy(true);
    try {
      await endVisit(visit.visitId);
    } finally {
      setBusy(false);
    }
  }
  const times = (
    <dl className={styles.times}>
      <div><dt>{text('receipt.arrived')}</dt><dd>{time.dateTime(visit.arrivedAt)}</dd></div>
      {visit.leftAt !== null ? <div><dt>{text('receipt.left')}</dt><dd>{time.dateTime(visit.leftAt)}</dd></div>
        : visit.usualStayKept === true ? <div><dt>{text('receipt.forgotten.assumed')}</dt><dd>{time.dateTime(assumedEndMs(visit))}</dd></div> : null}
    </dl>
  );
  return (
    <Page title={title} quietTitle>
      {out ? (
        <div className={styles.over} role="status">
          <p className={styles.overWord}>{title}</p>
          <p className={styles.venue}>{visit.venueName}</p>
          {times}
          <p className={styles.soft}>{text('receipt.outText')}</p>
        </div>
      ) : (
        <StatusCard status="recorded" word={text('receipt.word')} announce>
          <p className={styles.venue}>{visit.venueName}</p>
          <p className={styles.clock}><span className="visually-hidden">{text('receipt.now')} </span>{time.timeWithSeconds(now)}</p>
          {times}
        </StatusCard>
      )}
      {out ? null : <PassToday />}
      <div role="status">
        {visit.checkIn === 'waiting' ? <Notice kind="warning">{text('receipt.waiting')}</Notice>
          : visit.checkOut === 'waiting' ? <Notice kind="warning">{text('receipt.outWaiting')}</Notice>
          : visit.checkOut === 'refused' ? <Notice kind="warning">{text('receipt.outRefused')}</Notice>
          : <Notice kind="success">{out ? text('receipt.delivered') : <><p>{text('receipt.delivered')}</p><p>{text('receipt.hold')}</p></>}</Notice>}
      </div>
      <div className={styles.actions}>
        {out ? null : <Button wide look="secondary" busy={busy} onClick={() => void leave()}>{text('receipt.checkOut')}</Button>}
        <Link className={buttonClass(out ? 'primary' : 'quiet', true)} href={routes.pass}>{text('receipt.toPass')}</Link>
      </div>
    </Page>
  );
}

/** The status of the pass on this phone, so that nobody takes a recorded visit for leave to enter. */
function PassToday() {
  const text = useText();
  const { pass } = useDevice();
  const now = useNow();
  const claims = readKeptPass(pass?.pass)?.claims ?? null;
  const inForce = pass !== null && claims !== null && now < Date.parse(pass.expiresAt);
  return (
    <p className={styles.pass}>
      {inForce ? <><span>{text('receipt.pass')}</span> <StatusTag status={claims.status} /></> : null}
      <span className={styles.entry}>{text('receipt.entry')}</span>
    </p>
  );
}
