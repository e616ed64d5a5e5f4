import { useEffect, useState } from 'react';
import { Redirect, useLocation } from 'wouter';
import { startRecovery } from '@health-kit/api';
import { BackLink, Button, FailureNotice, Notice, Page, useOnline, useTimeFormat, type Failure } from '@health-kit/ui';
import { clearDevice, useDevice } from '../device/deviceState.ts';
import { callAsResident, isProblem } from '../device/session.ts';
import { routes } from '../routes.ts';
import { useText } from '../text.ts';
import { refreshRecoveries, useOwnRecoveries } from './ownRecoveries.ts';

/** "I had an account on another device": after the delay or, with the document, at a desk at once. The page says the same whether there is such an account or not. */
export function RecoverPage() {
  const text = useText();
  const time = useTimeFormat();
  const online = useOnline();
  const [, navigate] = useLocation();
  const { account } = useDevice();
  const { requestedHere, requestedAtDesk } = useOwnRecoveries();
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  useEffect(() => void refreshRecoveries(), []);
  if (account === null) return <Redirect to={routes.start} replace />;

  async function ask(): Promise<void> {
    setBusy(true);
    const answer = await callAsResident(startRecovery, { body: {} });
    setFailure(answer.ok ? null : answer);
    if (answer.ok) await refreshRecoveries();
    setBusy(false);
  }
  async function registerAgain(): Promise<void> {
    await clearDevice();
    navigate(routes.register);
  }
  const tooOld = failure !== null && isProblem(failure, 'code-refused');
  return (
    <Page title={text('recover.title')} back={<BackLink to={routes.pass} />}>
      {requestedHere === null ? (
        <>
          <p>{text('recover.text')}</p>
          <p>{text('recover.notice')}</p>
          <div><Button disabled={busy || !online} onClick={() => void ask()}>{text('recover.action')}</Button></div>
        </>
      ) : <Notice kind="success" announce title={text(requestedAtDesk ? 'recover.deskAsked' : 'recover.asked')}>{text(requestedAtDesk ? 'recover.deskAskedText' : 'recover.askedText', { when: time.dateTime(requestedHere) })}</Notice>}
      {tooOld ? (
        <Notice kind="problem" announce title={text('recover.tooOld')} action={<Button look="secondary" onClick={() => void registerAgain()}>{text('expired.action')}</Button>}>{text('recover.tooOldText')}</Notice>
      ) : null}
      <FailureNotice failure={tooOld ? null : failure} />
      {online ? null : <Notice kind="warning">{text('records.offline')}</Notice>}
      <Notice kind="info" title={text('recover.desk')}>{text('recover.deskText')}</Notice>
    </Page>
  );
}
