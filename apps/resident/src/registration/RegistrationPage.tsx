import { useEffect, useRef, useState, type FocusEvent, type SyntheticEvent } from 'react';
import { useLocation } from 'wouter';
import { birthDateIn, documentTypes } from '@health-kit/api';
import { sealTo } from '@health-kit/client';
import { BackLink, Button, ErrorSummary, FailureNotice, Page, Select, Steps, TextField, useLanguage, useTimeFormat, type Failure, type FieldError } from '@health-kit/ui';
import { refreshTrust } from '../device/trust.ts';
import { routes } from '../routes.ts';
import { useText } from '../text.ts';
import { draftLifeMs, forgetDraft, keepDraft, readDraft } from './draft.ts';
import { maskedPhone } from './phone.ts';
import { checkRegistration, emptyRegistration, registrationFields, tidyRegistration, type RegistrationFaults, type RegistrationField, type RegistrationForm } from './registrationForm.ts';
import { requestCode } from './requestCode.ts';
import { useFaultText } from './useFaultText.ts';
import styles from '../forms.module.css';

/** Name, document and phone, sealed on this device before they leave it. A field is checked when it is left, all of them when they are sent. */
export function RegistrationPage() {
  const text = useText();
  const { language } = useLanguage();
  const [, navigate] = useLocation();
  const [form, change] = useDraftedForm();
  const [faults, setFaults] = useState<RegistrationFaults>({});
  const [summary, setSummary] = useState<readonly RegistrationField[]>([]);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [busy, setBusy] = useState(false);
  // What is said to a screen reader when a field that was left is wrong: the focus is elsewhere by then.
  const [said, setSaid] = useState('');
  const faultText = useFaultText(form);
  const messages = { familyName: faultText('familyName', faults), givenName: faultText('givenName', faults), documentNumber: faultText('documentNumber', faults), phone: faultText('phone', faults) };
  const errors: FieldError[] = summary.flatMap((fieldId) => {
    const message = messages[fieldId];
    return message === null ? [] : [{ fieldId, message }];
  });

  /** A fault goes as soon as it is mended; a new one is not told while somebody types. */
  function type(edit: Partial<RegistrationForm>): void {
    const next = { ...form, ...edit };
    change(next);
    const checked = checkRegistration(next, language, new Date());
    const left = checked.ok ? {} : checked.faults;
    setFaults(Object.fromEntries(registrationFields.flatMap((field) => (faults[field] === undefined || left[field] === undefined ? [] : [[field, left[field]]]))));
  }
  /** An empty field is told when the form is sent; who goes to the button gets all at once, and the button stays where it is. */
  function leave(field: RegistrationField, { relatedTarget }: FocusEvent): void {
    const next = tidyRegistration(form);
    change(next);
    void keepDraft(next, Date.now()).catch(() => undefined);
    if (relatedTarget instanceof HTMLButtonElement) return;
    const checked = checkRegistration(next, language, new Date());
    const fault = checked.ok ? undefined : checked.faults[field];
    if (fault === undefined || fault === 'empty') return;
    const told = { ...faults, [field]: fault };
    setFaults(told);
    setSaid(faultText(field, told) ?? '');
  }

  async function submit(event: SyntheticEvent): Promise<void> {
    event.preventDefault();
    setFailure(null);
    setSaid('');
    const next = tidyRegistration(form);
    change(next);
    const checked = checkRegistration(next, language, new Date());
    setFaults(checked.ok ? {} : checked.faults);
    setSummary(checked.ok ? [] : registrationFields.filter((field) => checked.faults[field] !== undefined));
    if (!checked.ok) return;
    setBusy(true);
    try {
      await keepDraft(next, Date.now());
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
  const born = checkedBirthDate(form);
  const time = useTimeFormat();
  return (
    <Page title={text('register.title')} lead={text('register.lead')} back={<BackLink to={routes.start} />}>
      <Steps current={1} labels={steps} />
      <SummaryOf errors={errors} />
      <FailureNotice failure={failure} />
      <p className="visually-hidden" role="status">{said}</p>
      <form className={styles.form} noValidate onSubmit={(event) => void submit(event)}>
        <Select
          id="documentType"
          label={text('register.documentType')}
          value={form.documentType}
          onChange={(documentType) => type({ documentType })}
          options={documentTypes.map((value) => ({ value, label: text(`register.documents.${value}`) }))}
        />
        <div className={styles.names}>
          <div className={form.singleName ? styles.form : styles.pair}>
            <TextField
              id="familyName" label={text(form.singleName ? 'register.singleName' : 'register.familyName')} {...(form.singleName ? { hint: text('register.singleNameHint') } : {})}
              value={form.familyName} error={messages.familyName} autoComplete={form.singleName ? 'name' : 'family-name'} autoCapitalize="words" spellCheck={false}
              onBlur={(event) => leave('familyName', event)} onChange={(familyName) => type({ familyName })}
            />
            {form.singleName ? null : (
              <TextField
                id="givenName" label={text('register.givenName')} value={form.givenName} error={messages.givenName} autoComplete="given-name" autoCapitalize="words" spellCheck={false}
                onBlur={(event) => leave('givenName', event)} onChange={(givenName) => type({ givenName })}
              />
            )}
          </div>
          <label className={styles.tick}>
            <input type="checkbox" checked={form.singleName} onChange={(event) => type({ singleName: event.target.checked })} />
            <span>{text('register.oneName')}</span>
          </label>
        </div>
        <TextField
          id="documentNumber" label={text('register.number')} hint={text(`register.numberHint.${form.documentType}`)} error={messages.documentNumber}
          value={form.documentNumber} autoComplete="off" autoCorrect="off" autoCapitalize="characters" spellCheck={false} inputMode={form.documentType === 'taiwan-permit' ? 'numeric' : 'text'}
          onBlur={(event) => leave('documentNumber', event)} onChange={(documentNumber) => type({ documentNumber })}
          after={born === null ? null : text('register.born', { day: time.day(born) })}
        />
        <TextField
          id="phone" type="tel" inputMode="tel" label={text('register.phone')} hint={text('register.phoneHint')} error={messages.phone}
          value={form.phone} autoComplete="tel-national" {...(/^\s*(\+|00)/.test(form.phone) ? {} : { prefix: '+86' })}
          onBlur={(event) => leave('phone', event)} onChange={(phone) => type({ phone })}
        />
        <p className={styles.assurance}>{text('register.sealed')}</p>
        <div><Button type="submit" wide busy={busy}>{busy ? text('register.sealing') : text('register.submit')}</Button></div>
      </form>
    </Page>
  );
}

/** The form, which a reload and the way back from the next page find as it was, for an hour. */
function useDraftedForm(): readonly [RegistrationForm, (form: RegistrationForm) => void] {
  const [form, setForm] = useState(emptyRegistration);
  const touched = useRef(false);
  useEffect(() => {
    void readDraft(Date.now()).then((draft) => {
      if (draft !== null && !touched.current) setForm(draft);
    });
    const end = setTimeout(() => void forgetDraft(), draftLifeMs);
    return () => clearTimeout(end);
  }, []);
  // Not at each key: once the fingers rest.
  useEffect(() => {
    if (!touched.current) return;
    const rest = setTimeout(() => void keepDraft(form, Date.now()).catch(() => undefined), 300);
    return () => clearTimeout(rest);
  }, [form]);
  return [form, (next) => {
    touched.current = true;
    setForm(next);
  }];
}

/** The date of birth in a number without fault, to be compared with the document while it is in the hand. */
function checkedBirthDate(form: RegistrationForm): string | null {
  const checked = checkRegistration(form, 'zh', new Date());
  if (!checked.ok && checked.faults.documentNumber !== undefined) return null;
  return birthDateIn(form.documentType, tidyRegistration(form).documentNumber);
}

/** The list keeps its identity while its messages stay the same, so that typing does not move the focus. */
function SummaryOf({ errors }: { readonly errors: readonly FieldError[] }) {
  const [shown, setShown] = useState(errors);
  const same = shown.length === errors.length && shown.every((error, index) => error.fieldId === errors[index]?.fieldId && error.message === errors[index]?.message);
  if (!same) setShown(errors);
  return <ErrorSummary errors={same ? shown : errors} />;
}
