import { useState } from 'react';
import { Link, Redirect, useLocation } from 'wouter';
import { eraseMyAccount, erasureConfirmation, previewErasure } from '@health-kit/api';
import { BackLink, Button, buttonClass, Dialog, FailureNotice, Notice, Page, useAnswer, useTimeFormat, useUiText, type Failure } from '@health-kit/ui';
import { nextDelivery } from '../checkIn/visits.ts';
import { clearDevice, useDevice } from '../device/deviceState.ts';
import { callAsResident, isProblem } from '../device/session.ts';
import { Asked } from '../records/Asked.tsx';
import { routes } from '../routes.ts';
import { useText } from '../text.ts';
import styles from './SettingsPage.module.css';

const ask = () => callAsResident(previewErasure, {});

/** What erasing the account means, and the way to do it. */
export function ErasePage() {
  const text = useText();
  const { account, visits } = useDevice();
  const { answer, reload } = useAnswer(ask);
  const waiting = visits?.some((visit) => nextDelivery(visit) !== null) === true;
  if (account === null) return <Redirect to={routes.start} replace />;
  return (
    <Page title={text('erase.title')} lead={text('erase.lead')} back={<BackLink to={routes.settings} />}>
      <section className={styles.section}>
        <h2>{text('erase.goneTitle')}</h2>
        <ul className={styles.points}>
          {(['identity', 'pass', 'visits', 'venues', 'phone'] as const).map((point) => <li key={point}>{text(`erase.gone.${point}`)}</li>)}
        </ul>
      </section>
      <section className={styles.section}>
        <h2>{text('erase.staysTitle')}</h2>
        <p>{text('erase.stays')}</p>
      </section>
      <p><Link href={routes.export}>{text('erase.exportFirst')}</Link></p>
      {waiting ? <Notice kind="warning">{text('settings.removeWaiting')}</Notice> : null}
      <Asked answer={answer} reload={reload}>{({ heldUntil }) => <Decision heldUntil={heldUntil} />}</Asked>
    </Page>
  );
}

function Decision({ heldUntil }: { readonly heldUntil: string | null }) {
  const text = useText();
  const time = useTimeFormat();
  const [, navigate] = useLocation();
  const [understood, setUnderstood] = useState(false);
  const [asking, setAsking] = useState(false);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);

  async function erase(): Promise<void> {
    setBusy(true);
    setFailure(null);
    try {
      const answer = await callAsResident(eraseMyAccount, { body: { confirmation: erasureConfirmation } });
      // A key that is nobody's: an earlier request went through whose answer was lost.
      if (!answer.ok && !isProblem(answer, 'not-authorized')) {
        setFailure(answer);
        setAsking(false);
        return;
      }
      // Away from here first: with the account gone this page leads back to the start.
      navigate(routes.erased, { replace: true, state: { heldUntil } });
      await clearDevice();
    } catch {
      setFailure({ reason: 'unexpected' });
      setAsking(false);
    } finally {
      setBusy(false);
    }
  }
  return (
    <>
      {heldUntil === null ? null : <Notice kind="warning" title={text('erase.heldTitle', { time: time.date(heldUntil) })}>{text('erase.held')}</Notice>}
      <FailureNotice failure={failure} />
      <label className={styles.option}>
        <input type="checkbox" className={styles.check} checked={understood} onChange={(event) => setUnderstood(event.target.checked)} />
        <span>{text('erase.understood')}</span>
      </label>
      <div><Button look="danger" wide disabled={!understood} onClick={() => setAsking(true)}>{text('erase.action')}</Button></div>
      <Dialog
        open={asking} onClose={() => setAsking(false)} title={text('erase.confirmTitle')}
        actions={<><Button look="danger" busy={busy} onClick={() => void erase()}>{busy ? text('erase.erasing') : text('erase.confirm')}</Button><Button look="quiet" disabled={busy} onClick={() => setAsking(false)}>{text('cancel')}</Button></>}
      >
        <p>{text('erase.confirmText')}</p>
      </Dialog>
    </>
  );
}

/** Until when the document of an account that was just erased cannot be proven again, as the page before noted it. */
function heldUntilOf(state: unknown): string | null {
  return typeof state === 'object' && state !== null && 'heldUntil' in state && typeof state.heldUntil === 'string' ? state.heldUntil : null;
}

/** After it: nothing is left here or there. */
export function ErasedPage() {
  const text = useText();
  const shared = useUiText();
  const time = useTimeFormat();
  // Read once: the page keeps saying it for as long as it is open.
  const [heldUntil] = useState(() => heldUntilOf(window.history.state));
  return (
    <Page title={text('erased.title')} quietTitle>
      <Notice kind="success" announce title={text('erased.title')}>{text('erased.text')}</Notice>
      <p>{text('erased.again')}</p>
      {heldUntil === null ? null : <Notice kind="warning">{text('erased.held', { time: time.date(heldUntil) })}</Notice>}
      <div><Link className={buttonClass('secondary')} href={routes.start}>{shared('notFound.action')}</Link></div>
    </Page>
  );
}
