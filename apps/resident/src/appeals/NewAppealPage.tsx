import { useState, type ReactNode, type SyntheticEvent } from 'react';
import { Link, useLocation } from 'wouter';
import { appealGrounds, getMyStatus, longestAppealWords, type AppealGround, type ResponseOf } from '@health-kit/api';
import { statusWords } from '@health-kit/policy';
import { BackLink, Button, EmptyState, ErrorSummary, FailureNotice, Notice, Page, TextAreaField, buttonClass, useAnswer, useLanguage, useTimeFormat, type Failure, type FieldError } from '@health-kit/ui';
import { callAsResident, isProblem } from '../device/session.ts';
import { Asked } from '../records/Asked.tsx';
import { routes } from '../routes.ts';
import { useText } from '../text.ts';
import { sendAppeal, tidyWords } from './ownAppeals.ts';
import forms from '../forms.module.css';
import styles from './appeals.module.css';

const ask = () => callAsResident(getMyStatus, {});

/** Where an appeal against the present status is written. */
export function NewAppealPage() {
  const text = useText();
  const { answer, reload } = useAnswer(ask);
  return (
    <Page title={text('appeals.file')} lead={text('appeals.lead')} back={<BackLink to={routes.pass} />}>
      <Asked answer={answer} reload={reload}>
        {(status) => (status.appealable
          ? <AppealForm status={status} />
          : <EmptyState symbol="tick" title={text('appeals.clearTitle')} action={<Link className={buttonClass('secondary')} href={routes.pass}>{text('appeals.toPass')}</Link>}>{text('appeals.clear')}</EmptyState>)}
      </Asked>
    </Page>
  );
}

function AppealForm({ status }: { readonly status: ResponseOf<typeof getMyStatus> }) {
  const text = useText();
  const time = useTimeFormat();
  const { language } = useLanguage();
  const [, navigate] = useLocation();
  const [left, setLeft] = useState<readonly string[]>([]);
  const [grounds, setGrounds] = useState<AppealGround | null>(null);
  const [words, setWords] = useState('');
  const [errors, setErrors] = useState<readonly FieldError[]>([]);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const contested = status.evidence.filter(({ id }) => !left.includes(id));
  // What was asked for and is given now is wrong no more.
  const settle = (fieldId: string) => setErrors((all) => all.filter((each) => each.fieldId !== fieldId));
  const own = (fieldId: string) => errors.find((each) => each.fieldId === fieldId)?.message ?? null;

  async function submit(event: SyntheticEvent): Promise<void> {
    event.preventDefault();
    setFailure(null);
    const wrong: FieldError[] = [
      ...(contested.length === 0 ? [{ fieldId: 'evidence', message: text('appeals.errors.evidence') }] : []),
      ...(grounds === null ? [{ fieldId: 'grounds', message: text('appeals.errors.grounds') }] : []),
    ];
    setErrors(wrong);
    if (grounds === null || wrong.length > 0) return;
    setBusy(true);
    try {
      const filed = await sendAppeal(grounds, tidyWords(words), contested.map(({ kind, id }) => ({ kind, id })));
      if (filed === null) window.scrollTo(0, 0);
      else if (filed.ok) navigate(routes.appeals, { replace: true, state: { filedUntil: filed.value.dueAt } });
      else setFailure(filed);
    } catch {
      setFailure({ reason: 'unexpected' });
    } finally {
      setBusy(false);
    }
  }

  return (
    <form className={forms.form} noValidate onSubmit={(event) => void submit(event)}>
      <ErrorSummary errors={errors} />
      {failure === null ? null : isProblem(failure, 'conflict')
        ? <Notice kind="problem" announce title={text('appeals.changedTitle')} action={<Link className={buttonClass('secondary')} href={routes.appeals}>{text('appeals.title')}</Link>}>{text('appeals.changed')}</Notice>
        : isProblem(failure, 'too-many-requests') ? <Notice kind="problem" announce title={text('appeals.tooManyTitle')}>{text('appeals.tooMany')}</Notice> : <FailureNotice failure={failure} />}
      <p className={styles.status}>{text('appeals.against', { status: statusWords[status.status][language] })}</p>
      <Group id="evidence" label={text('appeals.which')} hint={status.evidence.length > 1 ? text('appeals.whichHint') : null} error={own('evidence')}>
        {status.evidence.map(({ kind, id, at }) => (
          <label key={id} className={styles.option}>
            <input type="checkbox" checked={!left.includes(id)} onChange={(event) => {
              setLeft(event.target.checked ? left.filter((each) => each !== id) : [...left, id]);
              if (event.target.checked) settle('evidence');
            }} />
            <span>{text(`appeals.evidenceKinds.${kind}`)}{at === null ? '' : ` · ${time.dateTime(at)}`}</span>
          </label>
        ))}
      </Group>
      <Group id="grounds" label={text('appeals.grounds')} hint={null} error={own('grounds')}>
        {appealGrounds.map((ground) => (
          <label key={ground} className={styles.option}>
            <input type="radio" name="grounds" checked={grounds === ground} onChange={() => {
              setGrounds(ground);
              settle('grounds');
            }} />
            <span>{text(`appeals.groundNames.${ground}`)}</span>
          </label>
        ))}
      </Group>
      <TextAreaField id="words" label={text('appeals.own')} hint={text('appeals.ownHint')} optional rows={5} maxLength={longestAppealWords} value={words} onChange={setWords} />
      <p className={forms.assurance}>{text('appeals.sealed')}</p>
      <div><Button type="submit" wide busy={busy}>{busy ? text('appeals.submitting') : text('appeals.submit')}</Button></div>
    </form>
  );
}

function Group({ id, label, hint, error, children }: { readonly id: string; readonly label: string; readonly hint: string | null; readonly error: string | null; readonly children: ReactNode }) {
  return (
    <fieldset id={id} tabIndex={-1} className={error === null ? styles.group : `${styles.group} ${styles.wrong}`} aria-describedby={error === null ? undefined : `${id}-error`}>
      <legend className={styles.legend}>{label}</legend>
      {hint === null ? null : <p className={styles.hint}>{hint}</p>}
      {error === null ? null : <p id={`${id}-error`} className={styles.error}>{error}</p>}
      <div className={styles.options}>{children}</div>
    </fieldset>
  );
}
