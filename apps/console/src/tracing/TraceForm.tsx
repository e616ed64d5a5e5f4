import { useContext, useEffect, useState, type SyntheticEvent } from 'react';
import { getCase, listCaseVisits, listCases, listContacts, traceCase, type Case } from '@health-kit/api';
import { Button, CityTimeZone, ErrorSummary, Loading, Notice, TextField, useTimeFormat, type FieldError } from '@health-kit/ui';
import { FailureNotice, refusedPointers } from '../answers/Answered.tsx';
import { useSend } from '../answers/useAnswer.ts';
import { fromWallTime, toWallTime } from '../forms/cityTime.ts';
import { useText } from '../text.ts';
import { boundFaults, earliestTraceMs, refusedBounds } from './traceBounds.ts';
import forms from '../forms/forms.module.css';
import lists from '../lists/lists.module.css';
import styles from './tracing.module.css';

/** A long window in a large city may take its time. */
const traceDeadlineMs = 180_000;

/** The window and the reason of a trace, and its progress. */
export function TraceForm({ found }: { readonly found: Case }) {
  const text = useText();
  const time = useTimeFormat();
  const zone = useContext(CityTimeZone);
  const [from, setFrom] = useState(() => toWallTime(Date.parse(found.window.from), zone));
  const [to, setTo] = useState(() => toWallTime(Date.parse(found.window.to), zone));
  const [reason, setReason] = useState('');
  const [errors, setErrors] = useState<readonly FieldError[]>([]);
  const trace = useSend(traceCase, [getCase, listCases, listCaseVisits, listContacts], { deadlineMs: traceDeadlineMs });
  const again = found.tracedAt !== null;

  function submit(event: SyntheticEvent): void {
    event.preventDefault();
    if (trace.isPending) return;
    const fromMs = boundOf(from, found.window.from, zone);
    const toMs = boundOf(to, found.window.to, zone);
    // A bound that was not touched is the case's own, and within what may be asked as long as the page is fresh: the server moves it.
    const wrong: FieldError[] = boundFaults(fromMs, toMs, Date.now()).map(({ fieldId, fault }) => (
      { fieldId, message: text(`tracing.errors.${fault}`, { time: time.dateTime(new Date(earliestTraceMs(Date.now())).toISOString()) }) }));
    if (reason.trim().length < 3) wrong.push({ fieldId: 'reason', message: text('tracing.errors.reason') });
    setErrors(wrong);
    if (fromMs === null || toMs === null || wrong.length > 0) return;
    trace.mutate({ params: { caseId: found.caseId }, body: { from: new Date(fromMs).toISOString(), to: new Date(toMs).toISOString(), reason: reason.trim() } });
  }
  const refused = refusedBounds(refusedPointers(trace.error));
  const own = (fieldId: string) => errors.find((error) => error.fieldId === fieldId)?.message ?? (refused.includes(fieldId) ? text('tracing.errors.kept') : null);
  return (
    <section className={lists.panel} aria-labelledby="trace">
      <h2 id="trace">{text(again ? 'tracing.traceAgain' : 'tracing.trace')}</h2>
      <form className={styles.trace} noValidate onSubmit={submit}>
        <div className={styles.wholeRow}><ErrorSummary errors={errors} /></div>
        <TextField id="from" type="datetime-local" label={text('tracing.from')} value={from} onChange={setFrom} error={own('from')} />
        <TextField id="to" type="datetime-local" label={text('tracing.to')} value={to} onChange={setTo} error={own('to')} />
        <TextField id="reason" label={text('tracing.reason')} value={reason} onChange={setReason} error={own('reason')} maxLength={200} list="trace-reasons" autoComplete="off" />
        <datalist id="trace-reasons">{(['first', 'again', 'onset'] as const).map((each) => <option key={each} value={text(`tracing.reasons.${each}`)} />)}</datalist>
        <div className={forms.actions}><Button type="submit" look={again ? 'secondary' : 'primary'} busy={trace.isPending}>{text(again ? 'tracing.startAgain' : 'tracing.start')}</Button></div>
      </form>
      <p className={lists.soft}>{text('tracing.windowHint')}</p>
      {trace.isPending ? <Elapsed /> : null}
      {trace.error === null ? null : <FailureNotice error={trace.error}>{refused.length > 0 ? text('tracing.errors.kept') : undefined}</FailureNotice>}
      {trace.data === undefined ? null : (
        <Notice kind="success" announce title={text('tracing.found', { contacts: trace.data.contacts })}>
          {text('tracing.foundText', { visits: trace.data.visits, exposures: trace.data.exposures, seconds: (trace.data.elapsedMs / 1000).toFixed(1) })}
        </Notice>
      )}
    </section>
  );
}

/** The instant of a bound; one that was not touched keeps its seconds. */
function boundOf(wall: string, original: string, zone: string): number | null {
  return wall === toWallTime(Date.parse(original), zone) ? Date.parse(original) : fromWallTime(wall, zone);
}

function Elapsed() {
  const text = useText();
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setSeconds((before) => before + 1), 1000);
    return () => clearInterval(timer);
  }, []);
  return (
    <div className={styles.elapsed}>
      <Loading label={text('tracing.tracing')} />
      <p className={lists.soft} aria-hidden="true">{text('tracing.elapsed', { seconds })}</p>
    </div>
  );
}
