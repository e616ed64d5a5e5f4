import { useState, type SyntheticEvent } from 'react';
import { getSmartConfiguration, registerInstitutionKey, type ResponseOf } from '@health-kit/api';
import { Button, ErrorSummary, Notice, Page, TextField, type FieldError } from '@health-kit/ui';
import { Answered, FailureNotice, refusedPointers } from '../answers/Answered.tsx';
import { useAnswer, useSend } from '../answers/useAnswer.ts';
import { CopyText } from '../forms/CopyText.tsx';
import { TextArea } from '../forms/TextArea.tsx';
import { useProfile } from '../policy/useProfile.ts';
import { useText } from '../text.ts';
import { exampleBundle } from './exampleBundle.ts';
import { readPublicKey } from './publicKey.ts';
import forms from '../forms/forms.module.css';
import lists from '../lists/lists.module.css';

/** How the laboratory's own system reports by FHIR: its key, where it gets tokens, and what it sends. */
export function SystemPage() {
  const text = useText();
  const [registered, setRegistered] = useState<ResponseOf<typeof registerInstitutionKey> | null>(null);
  return (
    <Page title={text('shell.sections.system.name')} lead={text('laboratory.systemLead')}>
      <div className={lists.columns}>
        <section className={lists.section} aria-labelledby="connection">
          <h2 id="connection">{text('laboratory.connection')}</h2>
          {registered === null ? <Notice kind="info">{text('laboratory.clientIdLater')}</Notice> : (
            <>
              <Notice kind="success" announce title={text('laboratory.keyStored')}>{text('laboratory.keyStoredText')}</Notice>
              <CopyText label={text('laboratory.clientId')} value={registered.clientId} />
              <CopyText label={text('laboratory.kid')} value={registered.kid} />
            </>
          )}
          <Connection />
        </section>
        <KeyForm onRegistered={setRegistered} />
      </div>
    </Page>
  );
}

function Connection() {
  const text = useText();
  const { profile } = useProfile();
  const [nowMs] = useState(() => Date.now());
  const answer = useAnswer(getSmartConfiguration, {});
  return (
    <Answered answer={answer}>
      {(configuration) => {
        const { token_endpoint: tokenUrl, scopes_supported: scopes } = configuration;
        return (
          <>
            <CopyText label={text('laboratory.tokenUrl')} value={typeof tokenUrl === 'string' ? tokenUrl : ''} />
            <CopyText label={text('laboratory.scope')} value={Array.isArray(scopes) ? scopes.join(' ') : 'system/*.c'} />
            <CopyText label={text('laboratory.fhirUrl')} value={`${window.location.origin}/fhir`} />
            <p className={lists.soft}>{text('laboratory.assertion')}</p>
            {profile === undefined ? null : <CopyText block label={text('laboratory.example')} value={exampleBundle(profile, nowMs)} />}
          </>
        );
      }}
    </Answered>
  );
}

function KeyForm({ onRegistered }: { readonly onRegistered: (registered: ResponseOf<typeof registerInstitutionKey>) => void }) {
  const text = useText();
  const send = useSend(registerInstitutionKey);
  const [name, setName] = useState('');
  const [pasted, setPasted] = useState('');
  const [errors, setErrors] = useState<readonly FieldError[]>([]);

  function submit(event: SyntheticEvent): void {
    event.preventDefault();
    if (send.isPending) return;
    const read = readPublicKey(pasted);
    const found: FieldError[] = [];
    if (name.trim() === '') found.push({ fieldId: 'systemName', message: text('laboratory.errors.systemName') });
    if (!read.ok) found.push({ fieldId: 'publicKey', message: text(`laboratory.errors.key.${read.fault}`) });
    // A private key does not stay on the screen either.
    if (!read.ok && read.fault === 'private') setPasted('');
    setErrors(found);
    if (!read.ok || found.length > 0) return;
    send.mutate({ body: { name: name.trim(), publicKey: read.key } }, {
      onSuccess: (registered) => {
        onRegistered(registered);
        setName('');
        setPasted('');
      },
    });
  }
  const own = (fieldId: string) => errors.find((error) => error.fieldId === fieldId)?.message ?? null;
  return (
    <section className={lists.panel} aria-labelledby="key-form">
      <h2 id="key-form">{text('laboratory.registerKey')}</h2>
      <p>{text('laboratory.registerKeyText')}</p>
      <form className={forms.form} noValidate onSubmit={submit}>
        <ErrorSummary errors={errors} />
        {send.error === null ? null : refusedPointers(send.error).includes('/body/publicKey')
          ? <FailureNotice error={send.error}>{text('laboratory.errors.key.kind')}</FailureNotice>
          : refusedPointers(send.error).includes('/body/publicKey/kid') ? <FailureNotice error={send.error}>{text('laboratory.errors.key.kid')}</FailureNotice> : <FailureNotice error={send.error} />}
        <TextField id="systemName" label={text('laboratory.systemName')} hint={text('laboratory.systemNameHint')} value={name} onChange={setName} error={own('systemName')} maxLength={60} autoComplete="off" />
        <TextArea id="publicKey" code rows={7} label={text('laboratory.publicKey')} hint={text('laboratory.publicKeyHint')} value={pasted} onChange={setPasted} error={own('publicKey')} maxLength={4000} />
        <div className={forms.actions}><Button type="submit" busy={send.isPending}>{text('laboratory.registerKey')}</Button></div>
      </form>
    </section>
  );
}
