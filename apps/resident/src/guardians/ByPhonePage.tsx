import { useState, type SyntheticEvent } from 'react';
import { Redirect } from 'wouter';
import { askDependantByPhone, documentTypes, linkDependantByPhone, type ResponseOf } from '@health-kit/api';
import { sealTo } from '@health-kit/client';
import { BackLink, Button, ErrorSummary, FailureNotice, Notice, Page, Select, TextField, useLanguage, type Failure, type FieldError } from '@health-kit/ui';
import { useDevice } from '../device/deviceState.ts';
import { callAsResident, isProblem } from '../device/session.ts';
import { refreshTrust } from '../device/trust.ts';
import { maskedPhone } from '../registration/phone.ts';
import { checkRegistration, emptyRegistration, registrationFields, type RegistrationFaults, type RegistrationField } from '../registration/registrationForm.ts';
import { useFaultText } from '../registration/useFaultText.ts';
import { routes } from '../routes.ts';
import { useText } from '../text.ts';
import { LinkRequested, type LinkRequest } from './LinkRequested.tsx';
import { mostDependants } from './guardianships.ts';
import forms from '../forms.module.css';
import styles from './guardians.module.css';

interface Asked extends ResponseOf<typeof askDependantByPhone> {
  readonly phoneShown: string;
}

/**
 * Becoming the guardian of somebody who cannot show a code: what is typed is sealed to the vault, and tells nothing. If
 * all of it is right, a code goes to that one's phone, and who has the code goes on.
 */
export function ByPhonePage() {
  const { account } = useDevice();
  const [asked, setAsked] = useState<Asked | null>(null);
  const [request, setRequest] = useState<LinkRequest | null>(null);
  if (account === null) return <Redirect to={routes.start} replace />;
  if (request !== null) {
    return <LinkRequested request={request} onAgain={() => {
      setRequest(null);
      setAsked(null);
    }} />;
  }
  return asked === null ? <WhoseCode onAsked={setAsked} /> : <EnterCode asked={asked} onLinked={setRequest} onAgain={() => setAsked(null)} />;
}

function WhoseCode({ onAsked }: { readonly onAsked: (asked: Asked) => void }) {
  const text = useText();
  const { language } = useLanguage();
  const [form, setForm] = useState(emptyRegistration);
  const [faults, setFaults] = useState<RegistrationFaults>({});
  const [summary, setSummary] = useState<readonly FieldError[]>([]);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [busy, setBusy] = useState(false);

  const faultText = useFaultText(form);
  const messageOf = (field: RegistrationField, found: RegistrationFaults) => (
    field !== 'documentNumber' && found[field] === 'empty' && !form.singleName ? text(`guardians.byPhone.errors.${field}`) : faultText(field, found)
  );

  async function submit(event: SyntheticEvent): Promise<void> {
    event.preventDefault();
    setFailure(null);
    const checked = checkRegistration(form, language, new Date());
    const found = checked.ok ? {} : checked.faults;
    setFaults(found);
    setSummary(registrationFields.flatMap((fieldId) => {
      const message = messageOf(fieldId, found);
      return message === null ? [] : [{ fieldId, message }];
    }));
    if (!checked.ok) return;
    setBusy(true);
    try {
      const trust = await refreshTrust();
      if (!trust.ok) return trust.reason === 'untrusted' ? window.scrollTo(0, 0) : setFailure(trust);
      const { language: _, ...typed } = checked.identity;
      const answer = await callAsResident(askDependantByPhone, { body: { sealed: await sealTo(trust.value.sealingKey, typed) } });
      if (answer.ok) onAsked({ ...answer.value, phoneShown: maskedPhone(typed.phone) });
      else setFailure(answer);
    } catch {
      setFailure({ reason: 'unexpected' });
    } finally {
      setBusy(false);
    }
  }
  const full = failure !== null && isProblem(failure, 'conflict');
  return (
    <Page title={text('guardians.byPhone.title')} lead={text('guardians.byPhone.lead')} back={<BackLink to={routes.lookAfter} />}>
      <ErrorSummary errors={summary} />
      {full ? <Notice kind="problem" announce title={text('guardians.dependant.fullTitle')}>{text('guardians.dependant.most', { count: mostDependants })}</Notice> : <FailureNotice failure={failure} />}
      <form className={forms.form} noValidate onSubmit={(event) => void submit(event)}>
        <Select
          id="documentType" label={text('register.documentType')} value={form.documentType} onChange={(documentType) => setForm({ ...form, documentType })}
          options={documentTypes.map((value) => ({ value, label: text(`register.documents.${value}`) }))}
        />
        <div className={forms.names}>
          <div className={form.singleName ? forms.form : forms.pair}>
            <TextField id="familyName" label={text(form.singleName ? 'register.singleName' : 'register.familyName')} value={form.familyName} error={messageOf('familyName', faults)} autoComplete="off" spellCheck={false} onChange={(familyName) => setForm({ ...form, familyName })} />
            {form.singleName ? null : <TextField id="givenName" label={text('register.givenName')} value={form.givenName} error={messageOf('givenName', faults)} autoComplete="off" spellCheck={false} onChange={(givenName) => setForm({ ...form, givenName })} />}
          </div>
          <label className={forms.tick}>
            <input type="checkbox" checked={form.singleName} onChange={(event) => setForm({ ...form, singleName: event.target.checked })} />
            <span>{text('register.oneName')}</span>
          </label>
        </div>
        <TextField id="documentNumber" label={text('register.number')} error={messageOf('documentNumber', faults)} value={form.documentNumber} autoComplete="off" autoCapitalize="characters" spellCheck={false} onChange={(documentNumber) => setForm({ ...form, documentNumber })} />
        <TextField
          id="phone" type="tel" inputMode="tel" label={text('guardians.byPhone.phone')} error={messageOf('phone', faults)} value={form.phone} autoComplete="off"
          {...(/^\s*(\+|00)/.test(form.phone) ? {} : { prefix: '+86' })} onChange={(phone) => setForm({ ...form, phone })}
        />
        <p className={forms.assurance}>{text('guardians.byPhone.sealed')}</p>
        <div><Button type="submit" wide busy={busy}>{text('guardians.byPhone.send')}</Button></div>
      </form>
    </Page>
  );
}

function EnterCode({ asked, onLinked, onAgain }: { readonly asked: Asked; readonly onLinked: (request: LinkRequest) => void; readonly onAgain: () => void }) {
  const text = useText();
  const { trust } = useDevice();
  const [code, setCode] = useState('');
  const [error, setError] = useState<string | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [busy, setBusy] = useState(false);

  async function submit(event: SyntheticEvent): Promise<void> {
    event.preventDefault();
    const digits = code.normalize('NFKC').replace(/\D/g, '');
    setError(digits.length === 8 ? null : text('code.errors.form'));
    if (digits.length !== 8) return;
    setBusy(true);
    const outcome = await callAsResident(linkDependantByPhone, { params: { requestId: asked.requestId }, body: { code: digits } });
    setBusy(false);
    setFailure(outcome.ok ? null : outcome);
    if (outcome.ok) onLinked(outcome.value);
  }
  return (
    <Page title={text('guardians.byPhone.codeTitle')} lead={text('guardians.byPhone.codeLead', { phone: asked.phoneShown })} back={<BackLink to={routes.lookAfter} />}>
      <FailureNotice failure={failure} />
      <form className={styles.form} noValidate onSubmit={(event) => void submit(event)}>
        <TextField id="code" width="code" label={text('code.label')} hint={text('guardians.byPhone.codeHint')} error={error} value={code} onChange={setCode} inputMode="numeric" autoComplete="off" maxLength={12} spellCheck={false} />
        <Button type="submit" wide busy={busy}>{text('guardians.dependant.link')}</Button>
        <Button look="secondary" wide onClick={onAgain}>{text('guardians.byPhone.again')}</Button>
      </form>
      <p className={styles.soft}>{text('guardians.byPhone.noCode')}</p>
      {trust?.outbox ? <a className={forms.link} href={trust.outbox} target="_blank" rel="noreferrer">{text('code.outbox')}</a> : null}
    </Page>
  );
}
