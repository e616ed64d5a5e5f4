import { useEffect, useState, type SyntheticEvent } from 'react';
import { Redirect, useLocation } from 'wouter';
import { linkDependant, type ResponseOf } from '@health-kit/api';
import { BackLink, Button, FailureNotice, Notice, Page, Scanner, TextField, useCodeInAddress, type Failure } from '@health-kit/ui';
import { useDevice } from '../device/deviceState.ts';
import { callAsResident, isProblem } from '../device/session.ts';
import { dependantRoute, routes } from '../routes.ts';
import { useText } from '../text.ts';
import { readGuardianCode } from './guardianCode.ts';
import { AskedEntry } from './AskedEntry.tsx';
import { mostDependants } from './guardianships.ts';
import { useConfirmation } from './useConfirmation.ts';
import records from '../records/records.module.css';
import styles from './guardians.module.css';

const qrOnly = ['QRCode'] as const;

/** Becoming a guardian, by the code that the dependant's own device shows: scanned, or typed; that device then confirms. No name and no number makes one. */
export function LookAfterPage() {
  const text = useText();
  const { account } = useDevice();
  const [, go] = useLocation();
  const [typed, setTyped] = useState(useCodeInAddress(readGuardianCode) ?? '');
  const [error, setError] = useState<string | null>(null);
  const [scanning, setScanning] = useState(false);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [request, setRequest] = useState<ResponseOf<typeof linkDependant> | null>(null);
  const confirmation = useConfirmation(request?.linkId ?? null);
  const inForce = request !== null && (request.waitsUntil === null || confirmation === 'confirmed') ? request.linkId : null;
  useEffect(() => {
    if (inForce !== null) go(dependantRoute(inForce), { replace: true });
  }, [inForce, go]);
  if (account === null) return <Redirect to={routes.start} replace />;

  async function use(given: string): Promise<void> {
    const code = readGuardianCode(given);
    setError(code === null ? text('guardians.dependant.notACode') : null);
    if (code === null || busy) return;
    setBusy(true);
    setScanning(false);
    setTyped(code);
    const outcome = await callAsResident(linkDependant, { body: { code } });
    setBusy(false);
    setFailure(outcome.ok ? null : outcome);
    if (outcome.ok) setRequest(outcome.value);
  }
  function askAgain(): void {
    setRequest(null);
    setTyped('');
  }
  function onSubmit(event: SyntheticEvent): void {
    event.preventDefault();
    void use(typed);
  }
  const back = <BackLink to={routes.dependants} />;
  if (request !== null && request.waitsUntil !== null && confirmation === 'waits') {
    return (
      <Page title={text('guardians.dependant.linkTitle')} back={back}>
        <div role="status"><ul className={records.list}><AskedEntry request={{ linkId: request.linkId, until: request.waitsUntil }} onEnded={askAgain} /></ul></div>
      </Page>
    );
  }
  if (request !== null && confirmation === 'over') {
    return (
      <Page title={text('guardians.dependant.linkTitle')} back={back}>
        <Notice kind="warning" announce title={text('guardians.dependant.notConfirmedTitle')}>{text('guardians.dependant.notConfirmed')}</Notice>
        <Button wide onClick={askAgain}>{text('guardians.dependant.tryAgain')}</Button>
      </Page>
    );
  }
  const refused = failure !== null && isProblem(failure, 'code-refused');
  const full = failure !== null && isProblem(failure, 'conflict');
  return (
    <Page title={text('guardians.dependant.linkTitle')} lead={text('guardians.dependant.linkLead')} back={back}>
      {refused ? <Notice kind="problem" announce title={text('guardians.dependant.refusedTitle')}>{text('guardians.dependant.refused')}</Notice> : null}
      {full ? <Notice kind="problem" announce title={text('guardians.dependant.fullTitle')}>{text('guardians.dependant.most', { count: mostDependants })}</Notice> : null}
      <FailureNotice failure={refused || full ? null : failure} />
      {scanning ? <Scanner onResult={(scanned) => void use(scanned)} formats={qrOnly} paused={busy} prompt={text('guardians.dependant.scanPrompt')} /> : null}
      <form className={styles.form} onSubmit={onSubmit} noValidate>
        <TextField
          label={text('guardians.dependant.code')} hint={text('guardians.dependant.codeHint')} error={error} value={typed} width="code"
          autoComplete="off" autoCapitalize="characters" spellCheck={false} onChange={setTyped}
        />
        <Button type="submit" wide busy={busy}>{text('guardians.dependant.link')}</Button>
        {scanning ? null : <Button look="secondary" wide onClick={() => {
          setFailure(null);
          setScanning(true);
        }}>{text('guardians.dependant.scan')}</Button>}
      </form>
      <p className={styles.soft}>{text('guardians.dependant.seen')}</p>
    </Page>
  );
}
