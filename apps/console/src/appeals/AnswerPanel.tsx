import { useState, type SyntheticEvent } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { answerAppeal, appealOutcomes, listAppeals, longestAppealWords, type AppealSummary, type SealedAppealAnswer } from '@health-kit/api';
import { keyThumbprint, sealTo } from '@health-kit/client';
import { Button, Dialog, ErrorSummary, Notice, type FieldError } from '@health-kit/ui';
import { FailureNotice } from '../answers/Answered.tsx';
import { ask, askTrust, problemOf } from '../answers/callAsStaff.ts';
import { outdate } from '../answers/useAnswer.ts';
import { ChoiceField } from '../forms/ChoiceField.tsx';
import { TextArea } from '../forms/TextArea.tsx';
import { sessionState } from '../session/session.ts';
import { useText } from '../text.ts';
import forms from '../forms/forms.module.css';
import lists from '../lists/lists.module.css';

/** Where an officer who had no part in it answers an appeal. The reason is sealed on this page to the vault, which seals it for the person. */
export function AnswerPanel({ appeal, hasRead }: { readonly appeal: AppealSummary; readonly hasRead: boolean }) {
  const text = useText();
  const queries = useQueryClient();
  const [outcome, setOutcome] = useState<(typeof appealOutcomes)[number] | null>(null);
  const [reason, setReason] = useState('');
  const [errors, setErrors] = useState<readonly FieldError[]>([]);
  const [confirming, setConfirming] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const own = (id: string) => errors.find(({ fieldId }) => fieldId === id)?.message ?? null;
  const given = reason.replaceAll(/\r\n?/g, '\n').replaceAll('\t', ' ').trim();

  function submit(event: SyntheticEvent): void {
    event.preventDefault();
    const wrong: FieldError[] = [];
    if (outcome === null) wrong.push({ fieldId: 'outcome', message: text('appeals.errors.outcome') });
    if (given.length < 3) wrong.push({ fieldId: 'answer-reason', message: text('appeals.errors.reason') });
    setErrors(wrong);
    if (wrong.length > 0) return;
    if (outcome === 'upheld') setConfirming(true);
    else void send();
  }

  async function send(): Promise<void> {
    const session = sessionState();
    if (outcome === null || session.kind !== 'signed-in') return;
    setBusy(true);
    setError(null);
    try {
      const { sealingKey } = await askTrust();
      const content: SealedAppealAnswer = { appealId: appeal.appealId, outcome, reason: given, session: await keyThumbprint(session.key.publicKey) };
      await ask(answerAppeal, { params: { appealId: appeal.appealId }, body: { sealed: await sealTo(sealingKey, content) } });
    } catch (refused) {
      setError(refused);
    } finally {
      setBusy(false);
      setConfirming(false);
      outdate(queries, [listAppeals]);
    }
  }

  const problem = problemOf(error);
  return (
    <section className={lists.panel} aria-labelledby="answer">
      <h2 id="answer">{text('appeals.answer')}</h2>
      {hasRead ? null : <Notice kind="info">{text('appeals.readText')}</Notice>}
      <form className={forms.form} noValidate onSubmit={submit}>
        <ErrorSummary errors={errors} />
        {error === null ? null : problem === 'approval-refused' || problem === 'conflict'
          ? <Notice kind="problem" announce>{text(problem === 'conflict' ? 'appeals.changed' : 'appeals.refused')}</Notice> : <FailureNotice error={error} />}
        <ChoiceField
          id="outcome" label={text('appeals.outcome')} value={outcome} onChange={setOutcome} error={own('outcome')}
          options={appealOutcomes.map((value) => ({ value, label: text(`appeals.outcomes.${value}`), hint: text(value === 'upheld' ? 'appeals.upheldHint' : 'appeals.rejectedHint') }))}
        />
        <TextArea id="answer-reason" rows={5} label={text('appeals.answerReason')} hint={text('appeals.answerHint')} value={reason} onChange={setReason} error={own('answer-reason')} maxLength={longestAppealWords} />
        <div className={forms.actions}><Button type="submit" busy={busy} disabled={!hasRead}>{text('appeals.send')}</Button></div>
      </form>
      <Dialog
        open={confirming} onClose={() => setConfirming(false)} title={text('appeals.confirmTitle')}
        actions={<><Button busy={busy} onClick={() => void send()}>{text('appeals.confirm')}</Button><Button look="secondary" disabled={busy} onClick={() => setConfirming(false)}>{text('appeals.cancel')}</Button></>}
      >
        <p>{text('appeals.upheldHint')}</p>
      </Dialog>
    </section>
  );
}
