import { useState } from 'react';
import { declareCanary, readOversight } from '@health-kit/api';
import { Button, Notice } from '@health-kit/ui';
import { FailureNotice } from '../answers/Answered.tsx';
import { useSend } from '../answers/useAnswer.ts';
import { ChoiceField } from '../forms/ChoiceField.tsx';
import { CopyText } from '../forms/CopyText.tsx';
import forms from '../forms/forms.module.css';
import lists from '../lists/lists.module.css';
import { useText } from '../text.ts';

/** Having one decoy invented, whose reference is shown once. */
export function DeclareCanary() {
  const text = useText();
  const declare = useSend(declareCanary, [readOversight]);
  const [visits, setVisits] = useState<'visits' | 'none'>('visits');
  const reference = declare.data?.reference;
  return (
    <section className={lists.panel} aria-labelledby="declare-canary">
      <h3 id="declare-canary">{text('privacy.declareTitle')}</h3>
      <p>{text('privacy.declareText')}</p>
      <ChoiceField
        id="canary-visits" label={text('privacy.decoyVisits')} value={visits} onChange={setVisits}
        options={[{ value: 'visits', label: text('privacy.withVisits') }, { value: 'none', label: text('privacy.withoutVisits') }]}
      />
      <div className={forms.actions}>
        <Button look="secondary" busy={declare.isPending} onClick={() => declare.mutate({ body: { visits: visits === 'visits' } })}>{text('privacy.declare')}</Button>
      </div>
      {declare.error === null ? null : <FailureNotice error={declare.error} />}
      {reference === undefined ? null : (
        <Notice kind="success" announce title={text('privacy.declared')}>
          <p>{text('privacy.declaredText')}</p>
          <CopyText label={text('privacy.reference')} value={reference} />
        </Notice>
      )}
    </section>
  );
}
