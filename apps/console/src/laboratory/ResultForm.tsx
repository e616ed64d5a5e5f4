import { useContext, useEffect, useRef, useState, type SyntheticEvent } from 'react';
import { listSpecimens, resultValues, submitResult, type BodyOf, type ResponseOf } from '@health-kit/api';
import type { DiseaseProfile } from '@health-kit/policy';
import { Button, CityTimeZone, Dialog, ErrorSummary, Notice, Scanner, Select, TextField, useLanguage, type FieldError } from '@health-kit/ui';
import { Answered, FailureNotice, refusedPointers } from '../answers/Answered.tsx';
import { problemOf } from '../answers/callAsStaff.ts';
import { useSend } from '../answers/useAnswer.ts';
import { ChoiceField } from '../forms/ChoiceField.tsx';
import { fromWallTime } from '../forms/cityTime.ts';
import { Facts } from '../lists/Facts.tsx';
import { useProfile } from '../policy/useProfile.ts';
import { readBarcode } from '../sampling/barcode.ts';
import { useText } from '../text.ts';
import forms from '../forms/forms.module.css';
import lists from '../lists/lists.module.css';

type Value = (typeof resultValues)[number];
type Body = BodyOf<typeof submitResult>;
const tubesOnly = ['Code128'] as const;

/** The result of one specimen; a positive one is confirmed first, because a case comes of it at once. */
export function ResultForm({ chosen, correcting, onSent }: { readonly chosen: string; readonly correcting: boolean; readonly onSent: () => void }) {
  const text = useText();
  const { answer, profile } = useProfile();
  return (
    <section className={lists.panel} aria-labelledby="result-form">
      <h2 id="result-form">{text(correcting ? 'laboratory.correct' : 'laboratory.enter')}</h2>
      {correcting ? <Notice kind="warning">{text('laboratory.correcting')}</Notice> : null}
      <Answered answer={answer}>
        {() => (profile === undefined ? <Notice kind="problem">{text('laboratory.noProfile')}</Notice> : <ResultFields chosen={chosen} profile={profile} onSent={onSent} />)}
      </Answered>
    </section>
  );
}

function ResultFields({ chosen, profile, onSent }: { readonly chosen: string; readonly profile: DiseaseProfile; readonly onSent: () => void }) {
  const text = useText();
  const { language } = useLanguage();
  const zone = useContext(CityTimeZone);
  const send = useSend(submitResult, [listSpecimens]);
  const [barcode, setBarcode] = useState(chosen);
  const [scanning, setScanning] = useState(false);
  const [testCode, setTestCode] = useState(profile.tests[0]?.loinc ?? '');
  const [value, setValue] = useState<Value | null>(null);
  const [performed, setPerformed] = useState('');
  const [errors, setErrors] = useState<readonly FieldError[]>([]);
  const [confirming, setConfirming] = useState<Body | null>(null);
  const [sent, setSent] = useState<ResponseOf<typeof submitResult> | null>(null);
  const field = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (chosen !== '') field.current?.querySelector<HTMLInputElement>('[type="radio"]')?.focus();
  }, [chosen]);

  function submit(event: SyntheticEvent): void {
    event.preventDefault();
    if (send.isPending) return;
    setSent(null);
    send.reset();
    const tube = readBarcode(barcode);
    const performedAtMs = performed === '' ? Date.now() : fromWallTime(performed, zone);
    const found: FieldError[] = [];
    if (tube === null) found.push({ fieldId: 'barcode', message: text('sampling.typedError') });
    if (value === null) found.push({ fieldId: 'value', message: text('laboratory.errors.value') });
    if (performedAtMs === null) found.push({ fieldId: 'performed', message: text('laboratory.errors.performed') });
    setErrors(found);
    if (tube === null || value === null || performedAtMs === null) return;
    const body: Body = { barcode: tube, testCode, value, performedAt: new Date(performedAtMs).toISOString() };
    if (value === 'positive') setConfirming(body);
    else sendResult(body);
  }
  function sendResult(body: Body): void {
    send.mutate({ body }, {
      onSuccess: (result) => {
        setSent(result);
        onSent();
        setBarcode('');
        setValue(null);
        setPerformed('');
        document.getElementById('barcode')?.focus();
      },
      onSettled: () => setConfirming(null),
    });
  }

  const pointers = refusedPointers(send.error);
  const own = errorOf(errors);
  const testName = (loinc: string) => profile.tests.find((test) => test.loinc === loinc)?.name[language] ?? loinc;
  return (
    <form className={forms.form} noValidate onSubmit={submit}>
      <ErrorSummary errors={errors} />
      {sent === null ? null : <Notice kind="success" announce title={text('laboratory.sent', { barcode: sent.barcode })}>{text(`laboratory.values.${sent.value}`)}</Notice>}
      {send.error === null ? null : pointers.includes('/body/performedAt') ? <FailureNotice error={send.error}>{text('laboratory.performedRefused')}</FailureNotice>
        : pointers.includes('/body/testCode') ? <FailureNotice error={send.error}>{text('laboratory.testRefused')}</FailureNotice>
        : pointers.includes('/body/barcode') && problemOf(send.error) === 'conflict' ? <FailureNotice error={send.error}>{text('laboratory.otherLaboratory')}</FailureNotice>
        : <FailureNotice error={send.error} />}
      <TextField id="barcode" label={text('sampling.barcode')} value={barcode} onChange={setBarcode} error={own('barcode')} autoComplete="off" autoCapitalize="characters" spellCheck={false} maxLength={40} />
      <div><Button look="secondary" aria-expanded={scanning} onClick={() => setScanning(!scanning)}>{text(scanning ? 'laboratory.stopScanning' : 'laboratory.scan')}</Button></div>
      {scanning ? (
        <Scanner formats={tubesOnly} prompt={text('sampling.promptTube')} onResult={(code) => {
          setBarcode(readBarcode(code) ?? code);
          setScanning(false);
        }} />
      ) : null}
      <div ref={field}>
        <ChoiceField id="value" label={text('laboratory.result')} value={value} onChange={setValue} error={own('value')} options={resultValues.map((each) => ({ value: each, label: text(`laboratory.values.${each}`) }))} />
      </div>
      <Select id="testCode" label={text('laboratory.test')} value={testCode} onChange={setTestCode} options={profile.tests.map(({ loinc, name }) => ({ value: loinc, label: `${loinc} · ${name[language]}` }))} />
      <TextField id="performed" type="datetime-local" label={text('laboratory.performed')} hint={text('laboratory.performedHint')} optional width="half" value={performed} onChange={setPerformed} error={own('performed')} />
      <div className={forms.actions}><Button type="submit" busy={send.isPending && confirming === null}>{text('laboratory.submit')}</Button></div>
      <Dialog
        open={confirming !== null} onClose={() => setConfirming(null)} title={text('laboratory.confirmTitle')}
        actions={(
          <>
            <Button look="danger" busy={send.isPending} onClick={() => {
              if (confirming !== null) sendResult(confirming);
            }}>{text('laboratory.confirm')}</Button>
            <Button look="secondary" onClick={() => setConfirming(null)}>{text('forms.back')}</Button>
          </>
        )}
      >
        <Facts facts={[[text('sampling.barcode'), confirming?.barcode ?? ''], [text('laboratory.result'), text('laboratory.values.positive')]]} />
        <p>{testName(testCode)}</p>
        <p>{text('laboratory.confirmText')}</p>
      </Dialog>
    </form>
  );
}

/** The message for one field. */
function errorOf(errors: readonly FieldError[]): (fieldId: string) => string | null {
  return (fieldId) => errors.find((error) => error.fieldId === fieldId)?.message ?? null;
}
