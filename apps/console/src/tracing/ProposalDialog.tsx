import { useContext, useState, type SyntheticEvent } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { getCase, listCases, listContacts, listProposals, maxSubjectsPerProposal, orderKinds, proposeOrders, type BodyOf, type Case, type TracePseudonym } from '@health-kit/api';
import { DAY_MS } from '@health-kit/policy';
import { Button, CityTimeZone, Dialog, ErrorSummary, Loading, Notice, Select, TextField, type FieldError } from '@health-kit/ui';
import { FailureNotice, refusedPointers } from '../answers/Answered.tsx';
import { ask } from '../answers/callAsStaff.ts';
import { outdate } from '../answers/useAnswer.ts';
import { ChoiceField } from '../forms/ChoiceField.tsx';
import { fromWallTime, toWallTime } from '../forms/cityTime.ts';
import { useProfile } from '../policy/useProfile.ts';
import { useText } from '../text.ts';
import { splitProposal } from './splitProposal.ts';
import forms from '../forms/forms.module.css';

type Body = BodyOf<typeof proposeOrders>;
type Kind = Body['kind'];

/** Days that a test order leaves for taking the test. */
const testDays = 2;
/** The longest that an order may run; the server refuses more. */
const longestDays = 31;

/** Proposes orders for the selected contacts; more than fit into one proposal become several, one after the other. */
export function ProposalDialog({ found, contacts, onClose, onProposed }: {
  readonly found: Case; readonly contacts: readonly TracePseudonym[]; readonly onClose: () => void;
  /** Called for each part that was taken, so that what is left can be sent again. */
  readonly onProposed: (contacts: readonly TracePseudonym[]) => void;
}) {
  const text = useText();
  const zone = useContext(CityTimeZone);
  const queries = useQueryClient();
  const { profile } = useProfile();
  const [openedAtMs] = useState(() => Date.now());
  const [kind, setKind] = useState<Kind>('home-observation');
  const [basis, setBasis] = useState<'law' | 'other'>('law');
  const [legalBasis, setLegalBasis] = useState('');
  const [reason, setReason] = useState(text('tracing.proposal.reasonClose'));
  const [startsAt, setStartsAt] = useState(() => toWallTime(openedAtMs, zone));
  const [chosenEnd, setChosenEnd] = useState<string | null>(null);
  const [errors, setErrors] = useState<readonly FieldError[]>([]);
  const [progress, setProgress] = useState<{ readonly done: number; readonly of: number } | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [proposed, setProposed] = useState<{ readonly people: number; readonly parts: number } | null>(null);

  const days = kind === 'test' ? testDays : profile?.observation.days ?? 7;
  const startMs = fromWallTime(startsAt, zone);
  const endsAt = chosenEnd ?? toWallTime((startMs ?? openedAtMs) + days * DAY_MS, zone);
  const parts = Math.ceil(contacts.length / maxSubjectsPerProposal);

  async function submit(event: SyntheticEvent): Promise<void> {
    event.preventDefault();
    if (progress !== null) return;
    const endMs = fromWallTime(endsAt, zone);
    const law = basis === 'law' ? text('tracing.proposal.law') : legalBasis.trim();
    const wrong: FieldError[] = [];
    if (law.length < 3) wrong.push({ fieldId: 'legalBasis', message: text('tracing.errors.legalBasis') });
    if (reason.trim().length < 3) wrong.push({ fieldId: 'orderReason', message: text('tracing.errors.reason') });
    if (startMs === null) wrong.push({ fieldId: 'startsAt', message: text('tracing.errors.from') });
    if (endMs === null || (startMs !== null && (endMs <= startMs || endMs > startMs + longestDays * DAY_MS))) wrong.push({ fieldId: 'endsAt', message: text('tracing.errors.end', { days: longestDays }) });
    setErrors(wrong);
    if (startMs === null || endMs === null || wrong.length > 0) return;
    await send({ kind, legalBasis: law, reason: reason.trim(), startsAt: new Date(startMs).toISOString(), endsAt: new Date(endMs).toISOString() });
  }

  async function send(order: Omit<Body, 'contacts'>): Promise<void> {
    const chunks = splitProposal(contacts, maxSubjectsPerProposal);
    setError(null);
    setProgress({ done: 0, of: chunks.length });
    try {
      for (const [index, part] of chunks.entries()) {
        await ask(proposeOrders, { params: { caseId: found.caseId }, body: { ...order, contacts: part } }, { deadlineMs: 30_000 });
        onProposed(part);
        setProgress({ done: index + 1, of: chunks.length });
      }
      setProposed({ people: contacts.length, parts: chunks.length });
    } catch (problem) {
      setError(problem);
    } finally {
      setProgress(null);
      outdate(queries, [getCase, listCases, listContacts, listProposals]);
    }
  }

  if (proposed !== null) {
    return (
      <Dialog open onClose={onClose} title={text('tracing.proposal.doneTitle')} actions={<Button onClick={onClose}>{text('forms.close')}</Button>}>
        <Notice kind="success" announce title={text('tracing.proposal.done', { count: proposed.people })}>{proposed.parts > 1 ? `${text('tracing.proposal.inParts', { parts: proposed.parts })} ` : ''}{text('tracing.proposal.secondOfficer')}</Notice>
      </Dialog>
    );
  }
  const own = (fieldId: string) => errors.find((each) => each.fieldId === fieldId)?.message ?? null;
  const pointers = refusedPointers(error);
  return (
    <Dialog open onClose={progress === null ? onClose : () => undefined} title={text('tracing.proposal.title', { count: contacts.length })}>
      <form className={forms.form} noValidate onSubmit={(event) => void submit(event)}>
        <ErrorSummary errors={errors} />
        {error === null ? null : pointers.includes('/body/startsAt') ? <FailureNotice error={error}>{text('tracing.errors.startRefused')}</FailureNotice>
          : pointers.includes('/body/endsAt') ? <FailureNotice error={error}>{text('tracing.errors.end', { days: longestDays })}</FailureNotice>
          : pointers.includes('/body/contacts') ? <FailureNotice error={error}>{text('tracing.errors.contactsChanged')}</FailureNotice>
          : <FailureNotice error={error} />}
        <ChoiceField id="kind" label={text('tracing.proposal.kind')} value={kind} onChange={setKind} options={orderKinds.map((value) => ({ value, label: text(`orders.kinds.${value}`) }))} />
        <div className={forms.pair}>
          <TextField id="startsAt" type="datetime-local" label={text('tracing.proposal.starts')} value={startsAt} onChange={setStartsAt} error={own('startsAt')} />
          <TextField id="endsAt" type="datetime-local" label={text('tracing.proposal.ends')} value={endsAt} onChange={setChosenEnd} error={own('endsAt')} />
        </div>
        <p className={forms.hint}>{text('tracing.proposal.endHint', { days })}</p>
        <Select id="basis" label={text('tracing.proposal.legalBasis')} value={basis} onChange={setBasis} options={[{ value: 'law', label: text('tracing.proposal.law') }, { value: 'other', label: text('tracing.proposal.otherBasis') }]} />
        {basis === 'other' ? <TextField id="legalBasis" label={text('tracing.proposal.otherBasisLabel')} value={legalBasis} onChange={setLegalBasis} error={own('legalBasis')} maxLength={200} /> : null}
        <TextField id="orderReason" label={text('tracing.proposal.reason')} hint={text('tracing.proposal.reasonHint')} value={reason} onChange={setReason} error={own('orderReason')} maxLength={300} />
        {parts > 1 ? <Notice kind="info">{text('tracing.proposal.willSplit', { most: maxSubjectsPerProposal, parts })}</Notice> : null}
        {progress === null ? null : <Loading label={text('tracing.proposal.progress', { done: progress.done, of: progress.of })} progress={progress.done / progress.of} />}
        <div className={forms.actions}>
          <Button type="submit" busy={progress !== null}>{text('tracing.proposal.submit')}</Button>
          <Button look="secondary" disabled={progress !== null} onClick={onClose}>{text('forms.cancel')}</Button>
        </div>
      </form>
    </Dialog>
  );
}
