import { useState } from 'react';
import { closeCase, getCase, listCases, type Case } from '@health-kit/api';
import { Button, Dialog, TextField } from '@health-kit/ui';
import { FailureNotice } from '../answers/Answered.tsx';
import { useSend } from '../answers/useAnswer.ts';
import { useText } from '../text.ts';
import lists from '../lists/lists.module.css';

/** Ends the work on a case, for good. */
export function CloseCase({ found }: { readonly found: Case }) {
  const text = useText();
  const [asking, setAsking] = useState(false);
  const [reason, setReason] = useState('');
  const [fault, setFault] = useState<string | null>(null);
  const close = useSend(closeCase, [getCase, listCases]);
  function submit(): void {
    const given = reason.replaceAll(/\s+/g, ' ').trim();
    setFault(given.length < 3 ? text('tracing.errors.reason') : null);
    if (given.length >= 3) close.mutate({ params: { caseId: found.caseId }, body: { reason: given } }, { onSuccess: () => setAsking(false) });
  }
  function leave(): void {
    if (close.isPending) return;
    setAsking(false);
    setFault(null);
  }
  return (
    <section className={lists.section} aria-labelledby="closing">
      <h2 id="closing">{text('tracing.closing.title')}</h2>
      <p>{text('tracing.closing.text')}</p>
      <div><Button look="secondary" onClick={() => setAsking(true)}>{text('tracing.closing.ask')}</Button></div>
      <Dialog
        open={asking} onClose={leave} title={text('tracing.closing.sure')}
        actions={<>
          <Button look="danger" busy={close.isPending} onClick={submit}>{text('tracing.closing.close')}</Button>
          <Button look="secondary" disabled={close.isPending} onClick={leave}>{text('forms.cancel')}</Button>
        </>}
      >
        {close.error === null ? null : <FailureNotice error={close.error} />}
        <p>{text('tracing.closing.forGood')}</p>
        <TextField id="closingReason" label={text('tracing.reason')} value={reason} onChange={setReason} error={fault} maxLength={200} list="closing-reasons" autoComplete="off" />
        <datalist id="closing-reasons">{(['done', 'handedOver'] as const).map((each) => <option key={each} value={text(`tracing.closing.reasons.${each}`)} />)}</datalist>
      </Dialog>
    </section>
  );
}
