import { useState } from 'react';
import { birthDateIn, Day, linkDependantAtDesk, type presentAtDesk, type ResponseOf } from '@health-kit/api';
import { sealTo } from '@health-kit/client';
import { Button, Notice, Steps, TextField, useTimeFormat } from '@health-kit/ui';
import { Check } from 'typebox/value';
import { FailureNotice } from '../answers/Answered.tsx';
import { ask, askTrust, problemOf } from '../answers/callAsStaff.ts';
import { Facts } from '../lists/Facts.tsx';
import { KeyHint } from '../shell/KeyHint.tsx';
import { useText } from '../text.ts';
import { DocumentForm, noDocument } from './DocumentForm.tsx';
import { Holder } from './Holder.tsx';
import { inGroups } from './inGroups.ts';
import { useFocusedHeading } from './useFocusedHeading.ts';
import forms from '../forms/forms.module.css';
import lists from '../lists/lists.module.css';
import styles from './desk.module.css';

type Linked = ResponseOf<typeof linkDependantAtDesk>;
type Step = { readonly at: 'document' | 'check' } | { readonly at: 'done'; readonly linked: Linked };

/** A child, or somebody without a phone, whom the person at the desk looks after: their document, a check, and the pass is on this person's phone. */
export function DependantSteps({ presentation, onOver }: { readonly presentation: ResponseOf<typeof presentAtDesk>; readonly onOver: () => void }) {
  const text = useText();
  const [step, setStep] = useState<Step>({ at: 'document' });
  const [document, setDocument] = useState(noDocument);
  const current = { document: 2, check: 3, done: 4 }[step.at];
  return (
    <>
      <Steps current={current} labels={[text('desk.steps.scan'), text('desk.dependant.steps.document'), text('desk.steps.check'), text('desk.dependant.steps.done')]} />
      {step.at === 'document' ? (
        <section className={lists.section}>
          <h2>{text('desk.dependant.title')}</h2>
          <p>{text('desk.dependant.lead')}</p>
          <div className={lists.panel}><Holder holder={presentation.holder} /></div>
          <DocumentForm document={document} onChange={setDocument} onReady={(tidied) => {
            setDocument(tidied);
            setStep({ at: 'check' });
          }} onCancel={onOver} />
        </section>
      ) : null}
      {step.at === 'check' ? <CheckDependant presentation={presentation} document={document} onBack={() => setStep({ at: 'document' })} onOver={onOver} onLinked={(linked) => setStep({ at: 'done', linked })} /> : null}
      {step.at === 'done' ? <DoneDependant linked={step.linked} onNext={onOver} /> : null}
    </>
  );
}

function CheckDependant({ presentation, document, onBack, onOver, onLinked }: {
  readonly presentation: ResponseOf<typeof presentAtDesk>; readonly document: typeof noDocument;
  readonly onBack: () => void; readonly onOver: () => void; readonly onLinked: (linked: Linked) => void;
}) {
  const text = useText();
  const heading = useFocusedHeading();
  const [birth, setBirth] = useState('');
  const [birthFault, setBirthFault] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const inNumber = birthDateIn(document.documentType, document.documentNumber) !== null;

  async function link(): Promise<void> {
    const day = birth.trim();
    const fault = day !== '' && !Check(Day, day);
    setBirthFault(fault);
    if (fault) return;
    setBusy(true);
    setError(null);
    try {
      const { sealingKey } = await askTrust();
      const sealed = await sealTo(sealingKey, day === '' ? document : { ...document, birthDate: day });
      onLinked(await ask(linkDependantAtDesk, { body: { presentationId: presentation.presentationId, sealed } }));
    } catch (reason) {
      setError(reason);
    } finally {
      setBusy(false);
    }
  }
  const problem = problemOf(error);
  const reasons = { conflict: 'full', 'document-mismatch': 'mismatch', 'identity-not-proven': 'guardianUnproven', 'not-found': 'over' } as const;
  const reason = problem === 'conflict' || problem === 'document-mismatch' || problem === 'identity-not-proven' || problem === 'not-found' ? reasons[problem] : null;
  return (
    <section className={lists.section}>
      <h2 ref={heading} tabIndex={-1}>{text('desk.checkTitle')}</h2>
      <p>{text('desk.dependant.checkLead', { name: presentation.holder.name })}</p>
      <div className={`${lists.panel} ${styles.large}`}>
        <Facts facts={[
          [text('desk.document'), text(`desk.documents.${document.documentType}`)], [text('desk.familyName'), document.familyName],
          [text('desk.givenName'), document.givenName], [text('desk.number'), <span key="number" className={styles.number}>{inGroups(document.documentNumber)}</span>],
        ]} />
      </div>
      {inNumber ? null : (
        <TextField
          id="birthDate" label={text('desk.dependant.birthDate')} hint={text('desk.dependant.birthDateHint')} error={birthFault ? text('desk.dependant.birthDateFault') : null}
          value={birth} autoComplete="off" onChange={setBirth}
        />
      )}
      {error === null ? null : <FailureNotice error={error}>{reason === null ? null : <p>{text(`desk.dependant.${reason}`)}</p>}</FailureNotice>}
      <div className={forms.actions}>
        <Button busy={busy} onClick={() => void link()}>{text('desk.dependant.link')}</Button>
        <Button look="secondary" onClick={onBack}>{text('forms.change')}</Button>
        <Button look="quiet" onClick={onOver}>{text('desk.startOver')}</Button>
      </div>
      <p className={lists.soft}>{text('desk.sealed')}</p>
    </section>
  );
}

function DoneDependant({ linked, onNext }: { readonly linked: Linked; readonly onNext: () => void }) {
  const text = useText();
  const time = useTimeFormat();
  const { holder, waitsUntil } = linked;
  return (
    <section className={lists.section}>
      {waitsUntil === null
        ? <Notice kind="success" announce title={text('desk.dependant.doneTitle')}>{text('desk.dependant.done')}</Notice>
        : <Notice kind="warning" announce title={text('desk.dependant.waitsTitle')}>{text('desk.dependant.waits', { when: time.dateTime(waitsUntil) })}</Notice>}
      <div className={lists.panel}><Holder holder={holder} /></div>
      <div className={forms.actions}><Button data-shortcut="n" aria-keyshortcuts="n" onClick={onNext}>{text('desk.next')}<KeyHint name="n" /></Button></div>
    </section>
  );
}
