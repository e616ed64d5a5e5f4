import { useState } from 'react';
import { Link } from 'wouter';
import { presentAtDesk, proveIdentity, type DeskMove, type ResponseOf, type SealedDocument } from '@health-kit/api';
import { sealTo } from '@health-kit/client';
import { isPrintedCode } from '@health-kit/pass';
import { Button, buttonClass, Notice, Page, Scanner, Steps } from '@health-kit/ui';
import { FailureNotice } from '../answers/Answered.tsx';
import { ask, askTrust, problemOf } from '../answers/callAsStaff.ts';
import { useSend } from '../answers/useAnswer.ts';
import { CardDesk } from '../cards/CardDesk.tsx';
import { sealedCard } from '../cards/sealedCard.ts';
import { Facts } from '../lists/Facts.tsx';
import { useText } from '../text.ts';
import { DoneStep } from './DoneStep.tsx';
import { DependantSteps } from './DependantSteps.tsx';
import { DocumentForm, noDocument } from './DocumentForm.tsx';
import { Holder } from './Holder.tsx';
import { inGroups } from './inGroups.ts';
import { MoveStep } from './MoveStep.tsx';
import { useFocusedHeading } from './useFocusedHeading.ts';
import forms from '../forms/forms.module.css';
import lists from '../lists/lists.module.css';
import styles from './desk.module.css';

type Presentation = ResponseOf<typeof presentAtDesk>;
type Proof = ResponseOf<typeof proveIdentity>;
type Step =
  | { readonly at: 'scan' }
  | { readonly at: 'document' | 'check' | 'dependant' | 'card'; readonly presentation: Presentation }
  | { readonly at: 'moving'; readonly holder: Presentation['holder']; readonly move: DeskMove }
  | { readonly at: 'done'; readonly holder: Presentation['holder']; readonly moved: boolean };

const scanStep: Step = { at: 'scan' };
const qrOnly = ['QRCode'] as const;

/** One person after the other: pass, document, check, proven; whose account is on another device waits, or is moved by a second registrar. */
export function DeskPage() {
  const text = useText();
  const [step, setStep] = useState<Step>(scanStep);
  const [document, setDocument] = useState(noDocument);
  const [error, setError] = useState<unknown>(null);
  const present = useSend(presentAtDesk);

  function startOver(): void {
    setStep(scanStep);
    setDocument(noDocument);
    setError(null);
    present.reset();
  }
  async function scanned(code: string): Promise<void> {
    if (present.isPending) return;
    setError(null);
    const isCard = isPrintedCode(code);
    const pass = isCard ? await sealedCard(code, 'desk') : code;
    if (pass === null) return;
    present.mutate({ body: { pass } }, {
      onSuccess: (presentation) => {
        if (isCard) {
          setStep({ at: 'card', presentation });
          return;
        }
        setDocument({ ...noDocument, documentType: presentation.holder.documentType });
        setStep({ at: 'document', presentation });
      },
    });
  }

  const labels = [text('desk.steps.scan'), text('desk.steps.document'), text('desk.steps.check'), text(step.at === 'moving' ? 'desk.steps.waits' : 'desk.steps.done')];
  const current = { scan: 1, document: 2, check: 3, moving: 4, done: 4, dependant: 0, card: 0 }[step.at];
  return (
    <Page title={text('shell.sections.desk.name')}>
      <div className={styles.narrow}>
        {current === 0 ? null : <Steps current={current} labels={labels} />}
        {step.at === 'scan' ? (
          <>
            {present.error === null ? null : <FailureNotice error={present.error} />}
            <div className={styles.scanner}><Scanner onResult={(code) => void scanned(code)} formats={qrOnly} paused={present.isPending} prompt={text(present.isPending ? 'desk.reading' : 'desk.scanPrompt')} /></div>
            <p className={forms.actions}><Link className={buttonClass('secondary')} href="/desk/without-phone">{text('cards.withoutPhone')}</Link></p>
          </>
        ) : null}
        {step.at === 'document' ? (
          <section className={lists.section}>
            <div className={lists.panel}><Holder holder={step.presentation.holder} /></div>
            {step.presentation.holder.identityProven ? (
              <Notice kind="info" action={<Button look="secondary" onClick={() => setStep({ at: 'dependant', presentation: step.presentation })}>{text('desk.dependant.begin')}</Button>}>{text('desk.alreadyProven')}</Notice>
            ) : null}
            <DocumentForm document={document} onChange={setDocument} onReady={(tidied) => {
              setDocument(tidied);
              setError(null);
              setStep({ at: 'check', presentation: step.presentation });
            }} onCancel={startOver} />
          </section>
        ) : null}
        {step.at === 'check' ? (
          <CheckStep
            document={document} presentation={step.presentation} error={error} onError={setError}
            onBack={() => setStep({ at: 'document', presentation: step.presentation })}
            onScanAgain={startOver} onProven={({ holder, move }) => setStep(move === null ? { at: 'done', holder, moved: false } : { at: 'moving', holder, move })}
          />
        ) : null}
        {step.at === 'card' ? <CardDesk presentation={step.presentation} shown onNext={startOver} /> : null}
        {step.at === 'dependant' ? <DependantSteps presentation={step.presentation} onOver={startOver} /> : null}
        {step.at === 'moving' ? <MoveStep holder={step.holder} move={step.move} onMoved={(holder) => setStep({ at: 'done', holder, moved: true })} onNext={startOver} /> : null}
        {step.at === 'done' ? <DoneStep holder={step.holder} moved={step.moved} onNext={startOver} /> : null}
      </div>
    </Page>
  );
}

function CheckStep({ document, presentation, error, onError, onBack, onScanAgain, onProven }: {
  readonly document: SealedDocument; readonly presentation: Presentation; readonly error: unknown; readonly onError: (error: unknown) => void;
  readonly onBack: () => void; readonly onScanAgain: () => void; readonly onProven: (proof: Proof) => void;
}) {
  const text = useText();
  const [busy, setBusy] = useState(false);
  const heading = useFocusedHeading();

  async function prove(): Promise<void> {
    setBusy(true);
    onError(null);
    try {
      const { sealingKey } = await askTrust();
      const sealed = await sealTo(sealingKey, document);
      onProven(await ask(proveIdentity, { body: { presentationId: presentation.presentationId, sealed } }));
    } catch (reason) {
      onError(reason);
    } finally {
      setBusy(false);
    }
  }

  const problem = problemOf(error);
  return (
    <section className={lists.section}>
      <h2 ref={heading} tabIndex={-1}>{text('desk.checkTitle')}</h2>
      <p>{text('desk.checkLead')}</p>
      <div className={`${lists.panel} ${styles.large}`}>
        <Facts facts={[
          [text('desk.document'), text(`desk.documents.${document.documentType}`)], [text('desk.familyName'), document.familyName],
          [text('desk.givenName'), document.givenName], [text('desk.number'), <span key="number" className={styles.number}>{inGroups(document.documentNumber)}</span>],
        ]} />
      </div>
      {error === null ? null : problem === 'document-mismatch' ? (
        <FailureNotice error={error}>
          <p>{text('desk.mismatch')}</p>
          <ul className={styles.reasons}>
            <li>{text('desk.mismatchNames')}</li>
            <li>{text('desk.mismatchDocument')}</li>
            <li>{text('desk.mismatchRegister')}</li>
          </ul>
        </FailureNotice>
      ) : problem === 'pass-refused' || problem === 'not-found'
        ? <FailureNotice error={error} onRetry={onScanAgain}>{text('desk.presentationOver')}</FailureNotice>
        : <FailureNotice error={error} />}
      <div className={forms.actions}>
        {/* After a mismatch the next thing to do is to look again, not to send the same once more. */}
        {problem === 'document-mismatch'
          ? <Button onClick={onBack}>{text('forms.change')}</Button>
          : (
            <>
              <Button busy={busy} onClick={() => void prove()}>{text('desk.prove')}</Button>
              <Button look="secondary" onClick={onBack}>{text('forms.change')}</Button>
            </>
          )}
        <Button look="quiet" onClick={onScanAgain}>{text('desk.startOver')}</Button>
      </div>
      <p className={lists.soft}>{text('desk.sealed')}</p>
    </section>
  );
}
