import { useState } from 'react';
import type { LocalVisit } from '@health-kit/client';
import { Button, Page, Select, useTimeFormat } from '@health-kit/ui';
import { useText } from '../text.ts';
import { assumedEndMs, departureChoices, endVisit, keepUsualStay } from './visits.ts';
import styles from './ReceiptPage.module.css';

/** The check-out was forgotten: what is reckoned with meanwhile, and the question when it really was. */
export function ForgottenCheckOut({ visit, nowMs }: { readonly visit: LocalVisit; readonly nowMs: number }) {
  const text = useText();
  const time = useTimeFormat();
  const [left, setLeft] = useState('');
  const [busy, setBusy] = useState(false);
  const [missing, setMissing] = useState(false);
  const choices = departureChoices(visit, nowMs);

  async function answer(job: () => Promise<void>): Promise<void> {
    setBusy(true);
    try {
      await job();
    } finally {
      setBusy(false);
    }
  }
  return (
    <Page title={text('receipt.forgotten.title', { venue: visit.venueName })} lead={text('receipt.forgotten.lead', { arrived: time.dateTime(visit.arrivedAt), assumed: time.time(assumedEndMs(visit)) })}>
      <Select
        id="left" label={text('receipt.forgotten.when')} value={left} error={missing ? text('receipt.forgotten.missing') : null} onChange={setLeft}
        options={[{ value: '', label: text('receipt.forgotten.choose') }, ...choices.map((at) => ({ value: String(at), label: time.dateTime(at) }))]}
      />
      <div className={styles.actions}>
        <Button wide busy={busy} onClick={() => {
          setMissing(left === '');
          if (left !== '') void answer(() => endVisit(visit.visitId, Number(left)));
        }}>{text('receipt.forgotten.save')}</Button>
        <Button wide look="secondary" disabled={busy} onClick={() => void answer(() => keepUsualStay(visit.visitId))}>{text('receipt.forgotten.usual')}</Button>
        <Button wide look="quiet" disabled={busy} onClick={() => void answer(() => endVisit(visit.visitId))}>{text('receipt.forgotten.now')}</Button>
      </div>
    </Page>
  );
}
