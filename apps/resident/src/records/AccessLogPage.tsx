import { useCallback, useEffect, useRef, useState } from 'react';
import { accessFields } from '@health-kit/api';
import { BackLink, Button, EmptyState, Notice, Page, Symbol, useAnswer, useTimeFormat } from '@health-kit/ui';
import { routes } from '../routes.ts';
import { useText } from '../text.ts';
import { askPage, nextPage } from './accessLogPages.ts';
import { Asked } from './Asked.tsx';
import type { AccessLog } from './checkAccessLog.ts';
import styles from './records.module.css';
import { useLogCheck, type CheckState } from './useLogCheck.ts';

/** Who looked at what of the resident, when and why, each entry checked against the signed ledger on this device. */
export function AccessLogPage() {
  const text = useText();
  return (
    <Page title={text('records.access')} lead={text('records.accessText')} back={<BackLink to={routes.records} />}>
      <LogPage before={null} />
      <p className={styles.soft}>{text('access.delay')}</p>
    </Page>
  );
}

/** The entries before a leaf, or the newest, and below them what leads to earlier ones. */
function LogPage({ before }: { readonly before: number | null }) {
  const ask = useCallback(() => askPage(before), [before]);
  const { answer, reload } = useAnswer(ask);
  return <Asked answer={answer} reload={reload}>{(log) => <CheckedLog log={log} before={before} />}</Asked>;
}

function CheckedLog({ log, before }: { readonly log: AccessLog; readonly before: number | null }) {
  const text = useText();
  const check = useLogCheck(log, before);
  const list = useRef<HTMLUListElement>(null);
  // The button that asked for this page is gone: who reads on by keyboard goes on here.
  useEffect(() => {
    if (before !== null) list.current?.focus({ preventScroll: true });
  }, [before]);
  return (
    <>
      {check.state === 'broken'
        ? <Notice kind="problem" announce title={text('access.broken.title')}><p>{text(`access.broken.${check.problem}`)}</p><p>{text('access.broken.todo')}</p></Notice>
        : null}
      {check.state === 'away' ? <Notice kind="info">{text('access.away')}</Notice> : null}
      {log.entries.length === 0 && before === null
        ? <EmptyState symbol="eye" title={text('access.empty')}>{text('access.emptyText')}</EmptyState>
        : (
          <ul ref={list} tabIndex={-1} aria-label={text(before === null ? 'records.access' : 'access.earlierTitle')} className={styles.list}>
            {log.entries.map((entry) => <AccessEntry key={entry.leaf.index} entry={entry} mark={markOf(check, entry.leaf.index)} />)}
          </ul>
        )}
      <EarlierEntries next={nextPage(log)} />
    </>
  );
}

function EarlierEntries({ next }: { readonly next: number | null }) {
  const text = useText();
  const [shown, setShown] = useState(false);
  if (next === null) return null;
  return shown ? <LogPage before={next} /> : <Button look="secondary" onClick={() => setShown(true)}>{text('access.earlier')}</Button>;
}

type Mark = 'checked' | 'open' | 'failed';
const symbols = { checked: 'tick', open: 'clock', failed: 'cross' } as const;

function markOf(check: CheckState, index: number): Mark {
  if (check.state === 'checked' && check.checked.has(index)) return 'checked';
  return check.state === 'broken' && check.failed.has(index) ? 'failed' : 'open';
}

function AccessEntry({ entry, mark }: { readonly entry: AccessLog['entries'][number]; readonly mark: Mark }) {
  const text = useText();
  const time = useTimeFormat();
  const nameOf = (field: string) => {
    const known = accessFields.find((name) => name === field);
    return known === undefined ? field : text(`access.fieldNames.${known}`);
  };
  return (
    <li className={styles.entry}>
      <div className={styles.head}>
        <h2>{text(`access.purposes.${entry.purpose}`)}</h2>
        <span className={styles.soft}>{time.day(entry.day)}</span>
      </div>
      <p>{entry.office}</p>
      {entry.fields.length === 0 ? null : (
        <dl className={styles.facts}>
          <div><dt>{text('access.fields')}</dt><dd>{entry.fields.map(nameOf).join(' · ')}</dd></div>
        </dl>
      )}
      <p className={`${styles.check} ${styles[mark]}`}>
        <span className={styles.checkSymbol}><Symbol name={symbols[mark]} /></span>
        <strong>{text(`access.checks.${mark}`)}</strong>
      </p>
      <details className={styles.how}>
        <summary>{text('access.how')}</summary>
        {mark === 'checked' ? <p>{text('access.checkedText')}</p> : null}
        <p>{text('access.leaf', { index: entry.leaf.index })}</p>
      </details>
    </li>
  );
}
