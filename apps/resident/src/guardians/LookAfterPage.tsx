import { useState, type SyntheticEvent } from 'react';
import { Link, Redirect } from 'wouter';
import { linkDependant } from '@health-kit/api';
import { BackLink, Button, buttonClass, FailureNotice, Notice, Page, Scanner, TextField, useCodeInAddress, type Failure } from '@health-kit/ui';
import { useDevice } from '../device/deviceState.ts';
import { callAsResident, isProblem } from '../device/session.ts';
import { routes } from '../routes.ts';
import { useText } from '../text.ts';
import { readGuardianCode } from './guardianCode.ts';
import { mostDependants } from './guardianships.ts';
import { LinkRequested, type LinkRequest } from './LinkRequested.tsx';
import styles from './guardians.module.css';

const qrOnly = ['QRCode'] as const;

/** Becoming a guardian, by the code that the dependant's own device shows: scanned, or typed; that device then confirms. No name and no number makes one. */
export function LookAfterPage() {
  const text = useText();
  const { account } = useDevice();
  const [typed, setTyped] = useState(useCodeInAddress(readGuardianCode) ?? '');
  const [error, setError] = useState<string | null>(null);
  const [scanning, setScanning] = useState(false);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [request, setRequest] = useState<LinkRequest | null>(null);
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
  if (request !== null) return <LinkRequested request={request} onAgain={askAgain} />;
  const refused = failure !== null && isProblem(failure, 'code-refused');
  const full = failure !== null && isProblem(failure, 'conflict');
  return (
    <Page title={text('guardians.dependant.linkTitle')} lead={text('guardians.dependant.linkLead')} back={<BackLink to={routes.dependants} />}>
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
      <section className={styles.link} aria-labelledby="other-ways">
        <h2 id="other-ways">{text('guardians.dependant.otherWays')}</h2>
        <p>{text('guardians.dependant.byPhoneText')}</p>
        <div><Link className={buttonClass('secondary')} href={routes.lookAfterByPhone}>{text('guardians.dependant.byPhone')}</Link></div>
        <p>{text('guardians.dependant.atDesk')}</p>
      </section>
    </Page>
  );
}
