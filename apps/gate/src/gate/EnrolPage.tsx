import { useState } from 'react';
import { Link } from 'wouter';
import { BackLink, Button, buttonClass, EmptyState, FailureNotice, Loading, Notice, Page, Scanner, useUiText, useCodeInAddress, type Failure } from '@health-kit/ui';
import type { CodeWithRoot } from '@health-kit/client';
import { routes } from '../routes.ts';
import { useText } from '../text.ts';
import { enrol } from './enrol.ts';
import { readEnrolCode } from './enrolCode.ts';
import { useGate } from './gateStore.ts';
import { deliverSoon } from './keepGateCurrent.ts';
import styles from './gate.module.css';

const qrOnly = ['QRCode'] as const;

/** Makes this device a gate, by a link that was opened or a code that is scanned. */
export function EnrolPage() {
  const text = useText();
  const shared = useUiText();
  const { session, waiting } = useGate();
  const [fromLink, setFromLink] = useState(useCodeInAddress(readEnrolCode));
  const [busy, setBusy] = useState(false);
  const [done, setDone] = useState(false);
  const [notACode, setNotACode] = useState(false);
  const [refusal, setRefusal] = useState<Failure | null>(null);

  async function use(code: CodeWithRoot): Promise<void> {
    setBusy(true);
    setNotACode(false);
    setRefusal(null);
    const outcome = await enrol(code);
    setBusy(false);
    setDone(outcome.ok);
    if (!outcome.ok) setRefusal(outcome);
    // A code that was refused is of no more use; one whose answer was lost is tried again.
    if (!outcome.ok && outcome.reason === 'refused') setFromLink(null);
  }
  function onScan(scanned: string): void {
    if (busy) return;
    const code = readEnrolCode(scanned);
    if (code === null) setNotACode(true);
    else void use(code);
  }

  if (done && session !== null) {
    return (
      <Page title={text('enrol.doneTitle')} quietTitle>
        <EmptyState symbol="tick" title={text('enrol.doneTitle')} action={<Link className={buttonClass()} href={routes.scan}>{text('enrol.startScanning')}</Link>}>
          <p className={styles.session}>{session.venueName} · {session.gateName}</p>
        </EmptyState>
      </Page>
    );
  }
  if (session !== null && waiting > 0) {
    return (
      <Page title={text('enrol.title')} back={<BackLink to={routes.gate} />}>
        <Notice kind="warning" title={text('enrol.waitingTitle', { count: waiting })} action={<Button look="secondary" onClick={() => deliverSoon(0)}>{shared('tryAgain')}</Button>}>{text('enrol.waiting')}</Notice>
      </Page>
    );
  }
  return (
    <Page title={text('enrol.title')} lead={fromLink === null ? text('enrol.lead') : undefined} back={<BackLink to={session === null ? routes.start : routes.gate} />}>
      {session === null ? null : <Notice kind="info">{text('enrol.replaces', { gate: session.gateName, venue: session.venueName })}</Notice>}
      <FailureNotice failure={refusal} />
      {notACode ? <Notice kind="warning" announce>{text('enrol.notACode')}</Notice> : null}
      {busy ? <Loading label={text('enrol.working')} /> : null}
      {fromLink === null ? (
        <Scanner onResult={onScan} formats={qrOnly} paused={busy} prompt={text('enrol.scan')} />
      ) : (
        <Notice kind="info" title={text('enrol.linkTitle')} action={<Button busy={busy} onClick={() => void use(fromLink)}>{text('enrol.confirm')}</Button>}>{text('enrol.link')}</Notice>
      )}
    </Page>
  );
}
