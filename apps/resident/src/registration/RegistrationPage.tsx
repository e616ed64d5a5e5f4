import { useState, type SyntheticEvent } from 'react';
import { useLocation } from 'wouter';
import { documentTypes } from '@health-kit/api';
import { sealTo } from '@health-kit/client';
import { BackLink, Button, ErrorSummary, FailureNotice, Page, Select, Steps, TextField, useLanguage, type Failure, type FieldError } from '@health-kit/ui';
import { refreshTrust } from '../device/trust.ts';
import { routes } from '../routes.ts';
import { useText } from '../text.ts';
import { maskedPhone } from './phone.ts';
import { checkRegistration, emptyRegistration, nameLimits, type RegistrationFaults } from './registrationForm.ts';
import { requestCode } from './requestCode.ts';
import styles from '../forms.module.css';

/** Name, document and phone, sealed on this device before they leave it. */
export function RegistrationPage() {
  const text = useText();
  const { language } = useLanguage();
  const [, navigate] = useLocation();
  const [form, setForm] = useState(emptyRegistration);
  const [faults, setFaults] = useState<RegistrationFaults>({});
  const [failure, setFailure] = useState<Failure | null>(null);
  const [busy, setBusy] = useState(false);

  const messages = {
    familyName: faults.familyName === undefined ? null : faults.familyName === 'long' ? text('register.errors.nameLong', { count: nameLimits.familyName }) : text('register.errors.familyName'),
    givenName: faults.givenName === undefined ? null : faults.givenName === 'long' ? text('register.errors.nameLong', { count: nameLimits.givenName }) : text('register.errors.givenName'),
    documentNumber: faults.documentNumber === undefined ? null : text(`register.errors.${({ empty: 'numberEmpty', length: 'numberLength', date: 'numberDate', check: 'numberCheck', form: 'numberForm' } as const)[faults.documentNumber]}`),
    phone: faults.phone === undefined ? null : text(faults.phone === 'empty' ? 'register.errors.phoneEmpty' : 'register.errors.phoneForm'),
  };
  const [summary, setSummary] = useState<readonly (keyof typeof messages)[]>([]);
  const errors: FieldError[] = summary.flatMap((fieldId) => {
    const message = messages[fieldId];
    return message === null ? [] : [{ fieldId, message }];
  });

  async function submit(event: SyntheticEvent): Promise<void> {
    event.preventDefault();
    setFailure(null);
    const checked = checkRegistration(form, language, new Date());
    setFaults(checked.ok ? {} : checked.faults);
    setSummary(checked.ok ? [] : (['familyName', 'givenName', 'documentNumber', 'phone'] as const).filter((field) => checked.faults[field] !== undefined));
    if (!checked.ok) return;
    setBusy(true);
    try {
      // The key of this moment: nothing is sealed to one that the trust root does not vouch for, or no longer.
      const trust = await refreshTrust();
      if (!trust.ok) {
        // Keys that are not believed are told above every page.
        if (trust.reason === 'untrusted') window.scrollTo(0, 0);
        else setFailure(trust);
        return;
      }
      const answer = await requestCode(await sealTo(trust.value.sealingKey, checked.identity), maskedPhone(checked.identity.phone));
      if (answer.ok) navigate(routes.code);
      else setFailure(answer);
    } catch {
      setFailure({ reason: 'unexpected' });
    } finally {
      setBusy(false);
    }
  }

  const steps = [text('register.steps.details'), text('register.steps.code'), text('register.steps.portrait')];
  return (
    <Page title={text('register.title')} lead={text('register.lead')} back={<BackLink to={routes.start} />}>
      <Steps current={1} labels={steps} />
      <SummaryOf errors={errors} />
      <FailureNotice failure={failure} />
      <form className={styles.form} noValidate onSubmit={(event) => void submit(event)}>
        <Select
          id="documentType"
          label={text('register.documentType')}
          value={form.documentType}
          onChange={(documentType) => setForm({ ...form, documentType })}
          options={documentTypes.map((value) => ({ value, label: text(`register.documents.${value}`) }))}
        />
        <div className={styles.pair}>
          <TextField id="familyName" label={text('register.familyName')} value={form.familyName} error={messages.familyName} autoComplete="family-name" onChange={(familyName) => setForm({ ...form, familyName })} />
          <TextField id="givenName" label={text('register.givenName')} value={form.givenName} error={messages.givenName} autoComplete="given-name" onChange={(givenName) => setForm({ ...form, givenName })} />
        </div>
        <TextField
          id="documentNumber" label={text('register.number')} hint={text(`register.numberHint.${form.documentType}`)} error={messages.documentNumber}
          value={form.documentNumber} autoComplete="off" autoCapitalize="characters" spellCheck={false} onChange={(documentNumber) => setForm({ ...form, documentNumber })}
        />
        <TextField
          id="phone" type="tel" inputMode="tel" label={text('register.phone')} hint={text('register.phoneHint')} error={messages.phone}
          value={form.phone} autoComplete="tel-national" {...(/^\s*(\+|00)/.test(form.phone) ? {} : { prefix: '+86' })} onChange={(phone) => setForm({ ...form, phone })}
        />
        <p className={styles.assurance}>{text('register.sealed')}</p>
        <div><Button type="submit" wide busy={busy}>{busy ? text('register.sealing') : text('register.submit')}</Button></div>
      </form>
    </Page>
  );
}

/** The list keeps its identity while its messages stay the same, so that typing does not move the focus. */
function SummaryOf({ errors }: { readonly errors: readonly FieldError[] }) {
  const [shown, setShown] = useState(errors);
  const same = shown.length === errors.length && shown.every((error, index) => error.fieldId === errors[index]?.fieldId && error.message === errors[index]?.message);
  if (!same) setShown(errors);
  return <ErrorSummary errors={same ? shown : errors} />;
}
