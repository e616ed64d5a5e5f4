import { useState, type SubmitEvent } from 'react';
import { readOversight, retireCanary } from '@health-kit/api';
import { Button, Notice, TextField } from '@health-kit/ui';
import { FailureNotice } from '../answers/Answered.tsx';
import { problemOf } from '../answers/callAsStaff.ts';
import { useSend } from '../answers/useAnswer.ts';
import forms from '../forms/forms.module.css';
import lists from '../lists/lists.module.css';
import { useText } from '../text.ts';

/** What was typed, as a reference is written: ten letters or digits, in whatever case and grouping. */
const normalised = (typed: string) => typed.replaceAll(/[\s-]/g, '').toUpperCase();
const form = /^[0-9A-HJKMNP-TV-Z]{10}$/;

/** Retiring a decoy that was declared, by its reference. */
export function RetireCanary() {
  const text = useText();
  const retire = useSend(retireCanary, [readOversight]);
  const [typed, setTyped] = useState('');
  const [fault, setFault] = useState<string | null>(null);
  const unknown = problemOf(retire.error) === 'not-found';

  function submit(event: SubmitEvent): void {
    event.preventDefault();
    const reference = normalised(typed);
    setFault(form.test(reference) ? null : text('privacy.referenceFault'));
    if (form.test(reference)) retire.mutate({ body: { reference } }, { onSuccess: () => setTyped('') });
  }

  return (
    <section className={lists.panel} aria-labelledby="retire-canary">
      <h3 id="retire-canary">{text('privacy.retireTitle')}</h3>
      <p>{text('privacy.retireText')}</p>
      <form className={forms.form} onSubmit={submit} noValidate>
        <TextField
          id="canary-reference" label={text('privacy.reference')} value={typed} onChange={setTyped} width="half" autoComplete="off" spellCheck={false} maxLength={20}
          error={fault ?? (unknown ? text('privacy.referenceUnknown') : null)}
        />
        <div className={forms.actions}><Button type="submit" look="danger" busy={retire.isPending}>{text('privacy.retire')}</Button></div>
      </form>
      {retire.error === null || unknown ? null : <FailureNotice error={retire.error} />}
      {retire.isSuccess ? <Notice kind="success" announce>{text('privacy.retired')}</Notice> : null}
    </section>
  );
}
