import { useState } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { approveDisclosure, beginDisclosureApproval, closeDisclosure, getDisclosure, getDisclosureCounts, listDisclosures, refuseDisclosure, type Disclosure } from '@health-kit/api';
import { Button, Dialog, Notice, useTimeFormat } from '@health-kit/ui';
import { FailureNotice } from '../answers/Answered.tsx';
import { ask } from '../answers/callAsStaff.ts';
import { outdate, useSend } from '../answers/useAnswer.ts';
import { TextArea } from '../forms/TextArea.tsx';
import { approvalChallenge } from '../session/challenges.ts';
import { askPasskey } from '../session/passkeys.ts';
import { useText } from '../text.ts';
import forms from '../forms/forms.module.css';
import lists from '../lists/lists.module.css';

const outdated = [getDisclosure, listDisclosures, getDisclosureCounts];

/** The second officer's yes or no, by passkey over the very request; and the requester's withdrawal while it waits. */
export function DecisionPanel({ disclosure }: { readonly disclosure: Disclosure }) {
  const text = useText();
  const time = useTimeFormat();
  const queries = useQueryClient();
  const withdraw = useSend(closeDisclosure, outdated);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [refusing, setRefusing] = useState(false);
  const { disclosureId, mayDecide, state, until } = disclosure;
  const params = { disclosureId };

  async function approve(): Promise<void> {
    setBusy(true);
    setError(null);
    try {
      const { options, statement } = await ask(beginDisclosureApproval, { params, body: {} });
      const { caseId, purpose, people, fields, reason } = disclosure;
      const expected = await approvalChallenge('disclosure approval', statement, { disclosure: disclosureId, case: caseId, purpose, subjects: people, fields, reason });
      await ask(approveDisclosure, { params, body: { assertion: await askPasskey(options, expected) } });
    } catch (problem) {
      setError(problem);
    } finally {
      setBusy(false);
      outdate(queries, outdated);
    }
  }

  if (!mayDecide && state !== 'waiting' && state !== 'emergency') return error === null ? null : <FailureNotice error={error} />;
  const unconfirmed = disclosure.purpose === 'medical-emergency';
  return (
    <section className={lists.panel} aria-labelledby="decision">
      <h2 id="decision">{text('disclosure.decision')}</h2>
      {error === null ? null : <FailureNotice error={error} />}
      {withdraw.error === null ? null : <FailureNotice error={withdraw.error} />}
      {mayDecide ? (
        <>
          {unconfirmed ? <Notice kind="warning">{text('disclosure.emergencyText', { time: until === null ? '–' : time.time(until) })}</Notice> : <p>{text('disclosure.approveText', { count: disclosure.subjects })}</p>}
          <div className={forms.actions}>
            <Button busy={busy} onClick={() => void approve()}>{text(unconfirmed ? 'disclosure.confirm' : 'disclosure.approve')}</Button>
            <Button look="secondary" disabled={busy} onClick={() => setRefusing(true)}>{text('disclosure.refuse')}</Button>
          </div>
        </>
      ) : unconfirmed && disclosure.mayClose && until !== null ? <Notice kind="warning">{text('disclosure.waitsEmergency', { time: time.time(until) })}</Notice>
        : <Notice kind="info">{disclosure.mayClose && until !== null ? text('disclosure.waitsText', { time: time.dateTime(until) }) : text('disclosure.notYours')}</Notice>}
      {disclosure.mayClose && state === 'waiting' ? <div><Button look="secondary" busy={withdraw.isPending} onClick={() => withdraw.mutate({ params, body: {} })}>{text('disclosure.withdraw')}</Button></div> : null}
      {refusing ? <RefuseDialog disclosureId={disclosureId} onClose={() => setRefusing(false)} /> : null}
    </section>
  );
}

function RefuseDialog({ disclosureId, onClose }: { readonly disclosureId: Disclosure['disclosureId']; readonly onClose: () => void }) {
  const text = useText();
  const refuse = useSend(refuseDisclosure, outdated);
  const [reason, setReason] = useState('');
  const [fault, setFault] = useState<string | null>(null);
  function submit(): void {
    // The reason is one line, however it was typed.
    const given = reason.replaceAll(/\s+/g, ' ').trim();
    setFault(given.length < 3 ? text('disclosure.errors.reason') : null);
    if (given.length >= 3) refuse.mutate({ params: { disclosureId }, body: { reason: given } }, { onSuccess: onClose });
  }
  return (
    <Dialog
      open onClose={onClose} title={text('disclosure.refuseTitle')}
      actions={(
        <>
          <Button look="danger" busy={refuse.isPending} onClick={submit}>{text('disclosure.refuse')}</Button>
          <Button look="secondary" onClick={onClose}>{text('forms.cancel')}</Button>
        </>
      )}
    >
      {refuse.error === null ? null : <FailureNotice error={refuse.error} />}
      <p>{text('disclosure.refuseText')}</p>
      <TextArea id="refusal" rows={3} label={text('disclosure.reason')} value={reason} onChange={setReason} error={fault} maxLength={300} />
    </Dialog>
  );
}
