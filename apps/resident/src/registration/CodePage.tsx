import { useState, type SyntheticEvent } from 'react';
import { Link, Redirect, useLocation } from 'wouter';
import { confirmRegistration } from '@health-kit/api';
import { BackLink, Button, ErrorSummary, FailureNotice, Notice, Page, Steps, TextField, type Failure } from '@health-kit/ui';
import { forget, keep, useDevice } from '../device/deviceState.ts';
import { callAsResident } from '../device/session.ts';
import { useNow } from '../device/useNow.ts';
import { routes } from '../routes.ts';
import { useText } from '../text.ts';
import { forgetDraft } from './draft.ts';
import { requestCode } from './requestCode.ts';
import styles from '../forms.module.css';

/** The one-time code that proves the phone. */
export function CodePage() {
  const text = useText();
  const [, navigate] = useLocation();
  const { registration, account, trust } = useDevice();
  const now = useNow();
  const [code, setCode] = useState('');
  const [errors, setErrors] = useState<readonly { fieldId: string; message: string }[]>([]);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [busy, setBusy] = useState<'confirm' | 'resend' | null>(null);
  const [resent, setResent] = useState(false);
  if (registration === null) return <Redirect to={account === null ? routes.register : routes.start} replace />;
  const pending = registration;

  async function submit(event: SyntheticEvent): Promise<void> {
    event.preventDefault();
    setFailure(null);
    setResent(false);
    const digits = code.normalize('NFKC').replace(/\D/g, '');
    if (digits.length !== 8) {
      setErrors([{ fieldId: 'code', message: text('code.errors.form') }]);
      return;
    }
    setErrors([]);
    setBusy('confirm');
    try {
      const answer = await callAsResident(confirmRegistration, { params: { registrationId: pending.registrationId }, body: { code: digits } });
      if (!answer.ok) {
        setFailure(answer);
        return;
      }
      await keep({ account: { confirmedAtMs: Date.now() } });
      navigate(routes.portrait);
      await forgetDraft();
      await forget('registration');
    } catch {
      setFailure({ reason: 'unexpected' });
    } finally {
      setBusy(null);
    }
  }
  async function resend(): Promise<void> {
    setFailure(null);
    setBusy('resend');
    try {
      const answer = await requestCode(pending.sealed, pending.phoneShown);
      setResent(answer.ok);
      if (answer.ok) setCode('');
      else setFailure(answer);
    } catch {
      setFailure({ reason: 'unexpected' });
    } finally {
      setBusy(null);
    }
  }

  const seconds = Math.ceil((pending.resendAtMs - now) / 1000);
  const steps = [text('register.steps.details'), text('register.steps.code'), text('register.steps.portrait')];
  return (
    <Page title={text('code.title')} lead={text('code.lead', { phone: pending.phoneShown })} back={<BackLink to={routes.register} />}>
      <Steps current={2} labels={steps} />
      <ErrorSummary errors={errors} />
      <FailureNotice failure={failure} />
      {resent ? <Notice kind="success" announce>{text('code.resent')}</Notice> : null}
      <form className={styles.form} noValidate onSubmit={(event) => void submit(event)}>
        <TextField
          id="code" width="code" label={text('code.label')} hint={text('code.hint')} error={errors[0]?.message ?? null}
          value={code} onChange={setCode} inputMode="numeric" autoComplete="one-time-code" maxLength={12} spellCheck={false}
        />
        <div><Button type="submit" wide busy={busy === 'confirm'}>{text('code.submit')}</Button></div>
      </form>
      <div className={styles.more}>
        {seconds > 0
          ? <p className={styles.assurance}>{text('code.resendIn', { count: seconds })}</p>
          : <Button look="quiet" busy={busy === 'resend'} onClick={() => void resend()}>{text('code.resend')}</Button>}
        <Link className={styles.link} href={routes.register}>{text('code.change')}</Link>
        {trust?.outbox ? <a className={styles.link} href={trust.outbox} target="_blank" rel="noreferrer">{text('code.outbox')}</a> : null}
      </div>
    </Page>
  );
}
