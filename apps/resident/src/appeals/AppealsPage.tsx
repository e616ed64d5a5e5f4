import { useState } from 'react';
import { Link } from 'wouter';
import { withdrawAppeal, type OwnAppeals } from '@health-kit/api';
import { statusWords, type Status } from '@health-kit/policy';
import { BackLink, Button, Dialog, EmptyState, FailureNotice, Notice, Page, buttonClass, useLanguage, useTimeFormat, type Failure } from '@health-kit/ui';
import { CallButton } from '../CallButton.tsx';
import { callAsResident } from '../device/session.ts';
import { useNow } from '../device/useNow.ts';
import { Kept } from '../records/Kept.tsx';
import { useKept } from '../records/keptRecords.ts';
import { routes } from '../routes.ts';
import { useText } from '../text.ts';
import { askOwnAppeals } from './ownAppeals.ts';
import records from '../records/records.module.css';
import styles from './appeals.module.css';

type Appeal = OwnAppeals['appeals'][number];

/** The own appeals with their clock and their answers. */
export function AppealsPage() {
  const text = useText();
  const time = useTimeFormat();
  const knowledge = useKept('appeals', askOwnAppeals);
  // Read once: the page keeps saying it for as long as it is open.
  const [filedUntil] = useState(() => filedUntilOf(window.history.state));
  return (
    <Page title={text('appeals.title')} lead={text('appeals.lead')} back={<BackLink to={routes.records} />}>
      {filedUntil === null ? null : <Notice kind="success" announce title={text('appeals.filedTitle')}>{text('appeals.filed', { time: time.dateTime(filedUntil) })}</Notice>}
      <Kept knowledge={knowledge}>
        {({ appeals }) => (appeals.length === 0 ? (
          <EmptyState symbol="speech" title={text('appeals.empty')} action={<Link className={buttonClass('secondary')} href={routes.pass}>{text('appeals.toPass')}</Link>}>{text('appeals.emptyText')}</EmptyState>
        ) : (
          <ul className={records.list}>{appeals.map((appeal) => <AppealEntry key={appeal.appealId} appeal={appeal} onChanged={knowledge.reload} />)}</ul>
        ))}
      </Kept>
    </Page>
  );
}

function AppealEntry({ appeal, onChanged }: { readonly appeal: Appeal; readonly onChanged: () => void }) {
  const text = useText();
  const time = useTimeFormat();
  const { language } = useLanguage();
  const now = useNow();
  const late = appeal.state === 'open' && Date.parse(appeal.dueAt) < now;
  return (
    <li className={records.entry}>
      <div className={records.head}>
        <h2>{isStatus(appeal.status) ? statusWords[appeal.status][language] : appeal.status}</h2>
        <span className={styles.state}>{text(`appeals.states.${appeal.state}`)}</span>
      </div>
      {late ? <Notice kind="warning" title={text('appeals.overdueTitle')} action={<CallButton />}>{text('appeals.overdue', { time: time.dateTime(appeal.dueAt) })}</Notice> : null}
      <dl className={records.facts}>
        <div><dt>{text('appeals.evidence')}</dt><dd>{[...new Set(appeal.evidence.map(({ kind }) => text(`appeals.evidenceKinds.${kind}`)))].join(' · ')}</dd></div>
        <div><dt>{text('appeals.ground')}</dt><dd>{text(`appeals.groundNames.${appeal.grounds}`)}</dd></div>
        <div><dt>{text('appeals.filedAt')}</dt><dd>{time.dateTime(appeal.filedAt)}</dd></div>
        {appeal.state === 'open' || appeal.endedAt === null
          ? <div><dt>{text('appeals.due')}</dt><dd>{time.dateTime(appeal.dueAt)}</dd></div>
          : <div><dt>{text(`appeals.endedAt.${appeal.state}`)}</dt><dd>{time.dateTime(appeal.endedAt)}</dd></div>}
      </dl>
      {appeal.words === '' ? null : <div><h3 className={records.soft}>{text('appeals.wrote')}</h3><p className={styles.words}>{appeal.words}</p></div>}
      {appeal.answer === null ? null : (
        <div className={styles.answer}>
          <h3>{text('appeals.answer', { office: appeal.answer.office })}</h3>
          <p className={styles.words}>{appeal.answer.reason}</p>
          <p className={records.soft}>{text(appeal.state === 'upheld' ? 'appeals.upheldText' : 'appeals.rejectedText')}</p>
        </div>
      )}
      {appeal.state === 'open' ? <Withdrawal appeal={appeal} onDone={onChanged} /> : null}
    </li>
  );
}

function Withdrawal({ appeal, onDone }: { readonly appeal: Appeal; readonly onDone: () => void }) {
  const text = useText();
  const [asking, setAsking] = useState(false);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  async function withdraw(): Promise<void> {
    setBusy(true);
    const outcome = await callAsResident(withdrawAppeal, { params: { appealId: appeal.appealId }, body: {} });
    setBusy(false);
    setFailure(outcome.ok ? null : outcome);
    if (!outcome.ok) return;
    setAsking(false);
    onDone();
  }
  return (
    <div>
      <Button look="secondary" onClick={() => setAsking(true)}>{text('appeals.withdraw')}</Button>
      <Dialog
        open={asking} onClose={() => setAsking(false)} title={text('appeals.withdrawTitle')}
        actions={<><Button busy={busy} onClick={() => void withdraw()}>{text('appeals.withdrawConfirm')}</Button><Button look="quiet" disabled={busy} onClick={() => setAsking(false)}>{text('appeals.keepIt')}</Button></>}
      >
        <FailureNotice failure={failure} />
        <p>{text('appeals.withdrawText')}</p>
      </Dialog>
    </div>
  );
}

function isStatus(status: string): status is Status {
  return Object.hasOwn(statusWords, status);
}
/** By when an appeal that was just filed has to be answered, as the page before noted it. */
function filedUntilOf(state: unknown): string | null {
  return typeof state === 'object' && state !== null && 'filedUntil' in state && typeof state.filedUntil === 'string' ? state.filedUntil : null;
}
