import { useState } from 'react';
import { Link } from 'wouter';
import { registerAtDesk, type ResponseOf, type SealedDocument } from '@health-kit/api';
import { sealTo } from '@health-kit/client';
import { buttonClass, Page, Steps } from '@health-kit/ui';
import { FailureNotice } from '../answers/Answered.tsx';
import { ask, askTrust, problemOf } from '../answers/callAsStaff.ts';
import { DocumentForm } from '../desk/DocumentForm.tsx';
import { useText } from '../text.ts';
import { CardDesk } from './CardDesk.tsx';
import deskStyles from '../desk/desk.module.css';
import forms from '../forms/forms.module.css';

const noDocument: SealedDocument = { documentType: 'resident-id', familyName: '', givenName: '', documentNumber: '' };

/** Somebody without a phone: the document, entered twice, then the card. */
export function WithoutPhonePage() {
  const text = useText();
  const [document, setDocument] = useState(noDocument);
  const [first, setFirst] = useState<SealedDocument | null>(null);
  const [presentation, setPresentation] = useState<ResponseOf<typeof registerAtDesk> | null>(null);
  const [error, setError] = useState<unknown>(null);

  function startOver(): void {
    setDocument(noDocument);
    setFirst(null);
    setPresentation(null);
    setError(null);
  }
  async function entered(tidied: SealedDocument): Promise<void> {
    if (first === null) {
      setFirst(tidied);
      setDocument({ ...noDocument, documentType: tidied.documentType });
      return;
    }
    setError(null);
    try {
      const { sealingKey } = await askTrust();
      const [sealed, again] = await Promise.all([sealTo(sealingKey, first), sealTo(sealingKey, tidied)]);
      setPresentation(await ask(registerAtDesk, { body: { sealed, again, language: 'zh' } }));
      setDocument(noDocument);
      setFirst(null);
    } catch (reason) {
      setError(reason);
    }
  }

  const problem = problemOf(error);
  return (
    <Page title={text('cards.pageTitle')}>
      <div className={deskStyles.narrow}>
        <Steps current={presentation !== null ? 3 : first === null ? 1 : 2} labels={[text('cards.steps.document'), text('cards.steps.again'), text('cards.steps.card')]} />
        {presentation === null ? (
          <>
            {error === null ? null : problem === 'conflict' ? <FailureNotice error={error}>{text('cards.onAPhone')}</FailureNotice>
              : problem === 'document-mismatch' ? <FailureNotice error={error}>{text('cards.mismatch')}</FailureNotice> : <FailureNotice error={error} />}
            <DocumentForm key={first === null ? 'first' : 'again'} document={document} onChange={setDocument} again={first !== null} onReady={(tidied) => void entered(tidied)} onCancel={startOver} />
            <p className={forms.actions}><Link className={buttonClass('quiet')} href="/desk">{text('cards.withPhone')}</Link></p>
          </>
        ) : <CardDesk presentation={presentation} shown={false} onNext={startOver} />}
      </div>
    </Page>
  );
}
