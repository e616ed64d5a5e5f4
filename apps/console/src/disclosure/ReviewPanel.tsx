import { useState, type SyntheticEvent } from 'react';
import { getDisclosure, listDisclosures, reviewDisclosure, reviewFindings, type Disclosure } from '@health-kit/api';
import { Button, ErrorSummary, type FieldError } from '@health-kit/ui';
import { FailureNotice } from '../answers/Answered.tsx';
import { useSend } from '../answers/useAnswer.ts';
import { ChoiceField } from '../forms/ChoiceField.tsx';
import { TextArea } from '../forms/TextArea.tsx';
import { useText } from '../text.ts';
import forms from '../forms/forms.module.css';
import lists from '../lists/lists.module.css';

/** What a privacy officer has found about a disclosure that is over. */
export function ReviewPanel({ disclosure }: { readonly disclosure: Disclosure }) {
  const text = useText();
  const review = useSend(reviewDisclosure, [getDisclosure, listDisclosures]);
  const [finding, setFinding] = useState<(typeof reviewFindings)[number] | null>(null);
  const [note, setNote] = useState('');
  const [errors, setErrors] = useState<readonly FieldError[]>([]);
  const own = (id: string) => errors.find(({ fieldId }) => fieldId === id)?.message ?? null;
  function submit(event: SyntheticEvent): void {
    event.preventDefault();
    const given = note.replaceAll(/\s+/g, ' ').trim();
    const wrong: FieldError[] = [];
    if (finding === null) wrong.push({ fieldId: 'finding', message: text('disclosure.errors.finding') });
    if (given.length < 3) wrong.push({ fieldId: 'review-note', message: text('disclosure.errors.note') });
    setErrors(wrong);
    if (finding !== null && wrong.length === 0) review.mutate({ params: { disclosureId: disclosure.disclosureId }, body: { finding, note: given } });
  }
  return (
    <section className={lists.panel} aria-labelledby="review">
      <h2 id="review">{text('disclosure.review')}</h2>
      <form className={forms.form} noValidate onSubmit={submit}>
        <ErrorSummary errors={errors} />
        {review.error === null ? null : <FailureNotice error={review.error} />}
        <p>{text('disclosure.reviewText')}</p>
        <ChoiceField id="finding" label={text('disclosure.finding')} value={finding} onChange={setFinding} error={own('finding')} options={reviewFindings.map((value) => ({ value, label: text(`disclosure.findings.${value}`) }))} />
        <TextArea id="review-note" rows={3} label={text('disclosure.note')} value={note} onChange={setNote} error={own('review-note')} maxLength={300} />
        <div className={forms.actions}><Button type="submit" busy={review.isPending}>{text('disclosure.reviewSubmit')}</Button></div>
      </form>
    </section>
  );
}
