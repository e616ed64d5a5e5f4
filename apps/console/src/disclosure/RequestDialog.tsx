import { useState, type SyntheticEvent } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import {
  disclosurePurposes, fieldsOfPurpose, listDisclosures, maxSubjectsPerDisclosure, maxSubjectsPerEmergency, requestDisclosure, signDisclosure,
  type CaseId, type DisclosureField, type DisclosureId, type DisclosurePurpose, type TracePseudonym,
} from '@health-kit/api';
import { Button, Dialog, ErrorSummary, Notice, TextField, type FieldError } from '@health-kit/ui';
import { Link } from 'wouter';
import { FailureNotice } from '../answers/Answered.tsx';
import { ask } from '../answers/callAsStaff.ts';
import { outdate } from '../answers/useAnswer.ts';
import { ChoiceField, ManyField } from '../forms/ChoiceField.tsx';
import { approvalChallenge } from '../session/challenges.ts';
import { askPasskey } from '../session/passkeys.ts';
import { useText } from '../text.ts';
import forms from '../forms/forms.module.css';

/** Asks for particulars of people of a case, and has the passkey sign the very request. */
export function RequestDialog({ caseId, people, emergencyOnly = false, onClose }: {
  readonly caseId: CaseId; readonly people: readonly TracePseudonym[];
  /** For who may ask in an emergency alone. */
  readonly emergencyOnly?: boolean;
  readonly onClose: () => void;
}) {
  const text = useText();
  const queries = useQueryClient();
  const [purpose, setPurpose] = useState<DisclosurePurpose | null>(emergencyOnly ? 'medical-emergency' : null);
  const [fields, setFields] = useState<readonly DisclosureField[]>([]);
  const [reason, setReason] = useState('');
  const [errors, setErrors] = useState<readonly FieldError[]>([]);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [done, setDone] = useState<DisclosureId | null>(null);
  const emergency = purpose === 'medical-emergency';
  const most = emergency ? maxSubjectsPerEmergency : maxSubjectsPerDisclosure;
  const own = (id: string) => errors.find(({ fieldId }) => fieldId === id)?.message ?? null;

  function choose(next: DisclosurePurpose): void {
    setPurpose(next);
    // What the purpose does not need is not asked for.
    setFields(fields.filter((field) => fieldsOfPurpose[next].includes(field)));
  }
  async function submit(event: SyntheticEvent): Promise<void> {
    event.preventDefault();
    if (busy) return;
    const given = reason.replaceAll(/\s+/g, ' ').trim();
    const wrong: FieldError[] = [];
    if (purpose === null) wrong.push({ fieldId: 'purpose', message: text('disclosure.errors.purpose') });
    else if (people.length > most) wrong.push({ fieldId: 'purpose', message: text('disclosure.errors.many', { most }) });
    if (fields.length === 0) wrong.push({ fieldId: 'fields', message: text('disclosure.errors.fields') });
    if (given.length < 3) wrong.push({ fieldId: 'disclosureReason', message: text('disclosure.errors.reason') });
    setErrors(wrong);
    if (purpose === null || wrong.length > 0) return;
    setBusy(true);
    setError(null);
    try {
      const { disclosureId, options, statement } = await ask(requestDisclosure, { params: { caseId }, body: { purpose, subjects: [...people], fields: [...fields], reason: given } });
      const shown = { disclosure: disclosureId, case: caseId, purpose, subjects: people, fields, reason: given };
      const expected = await approvalChallenge('disclosure request', statement, shown);
      await ask(signDisclosure, { params: { disclosureId }, body: { assertion: await askPasskey(options, expected) } });
      setDone(disclosureId);
    } catch (problem) {
      setError(problem);
    } finally {
      setBusy(false);
      outdate(queries, [listDisclosures]);
    }
  }

  if (done !== null) {
    return (
      <Dialog open onClose={onClose} title={text('disclosure.request.doneTitle')} actions={<Button look="secondary" onClick={onClose}>{text('forms.close')}</Button>}>
        <Notice kind="success" announce action={<Link href={`/disclosures/${done}`}>{text('disclosure.request.toIt')}</Link>}>{text(emergency ? 'disclosure.request.doneEmergency' : 'disclosure.request.doneText')}</Notice>
      </Dialog>
    );
  }
  return (
    <Dialog open onClose={busy ? () => undefined : onClose} title={text('disclosure.request.title', { count: people.length })}>
      <form className={forms.form} noValidate onSubmit={(event) => void submit(event)}>
        <ErrorSummary errors={errors} />
        {error === null ? null : <FailureNotice error={error} />}
        <ChoiceField
          id="purpose" label={text('disclosure.request.purpose')} value={purpose} onChange={choose} error={own('purpose')}
          options={disclosurePurposes.filter((value) => !emergencyOnly || value === 'medical-emergency').map((value) => ({ value, label: text(`disclosure.purposes.${value}`) }))}
        />
        {emergency ? <Notice kind="warning">{text('disclosure.request.emergencyHint')}</Notice> : null}
        {purpose === null ? null : (
          <ManyField
            id="fields" label={text('disclosure.request.fields')} hint={text('disclosure.request.fieldsHint')} values={fields} onChange={setFields} error={own('fields')}
            options={fieldsOfPurpose[purpose].map((value) => ({ value, label: text(`disclosure.fields.${value}`) }))}
          />
        )}
        <TextField id="disclosureReason" label={text('disclosure.request.reason')} hint={text('disclosure.request.reasonHint')} value={reason} onChange={setReason} error={own('disclosureReason')} maxLength={300} />
        <div className={forms.actions}>
          <Button type="submit" busy={busy}>{text(emergency ? 'disclosure.request.submitEmergency' : 'disclosure.request.submit')}</Button>
          <Button look="secondary" disabled={busy} onClick={onClose}>{text('forms.cancel')}</Button>
        </div>
      </form>
    </Dialog>
  );
}
