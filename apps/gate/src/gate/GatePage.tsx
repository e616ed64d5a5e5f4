import { useState, type ReactNode } from 'react';
import { Link } from 'wouter';
import { rootFingerprint } from '@health-kit/client';
import { Button, buttonClass, Dialog, EmptyState, Fingerprint, Notice, Page, useTimeFormat } from '@health-kit/ui';
import { routes } from '../routes.ts';
import { signal, wakeSound } from '../scan/signals.ts';
import { useText } from '../text.ts';
import { EndedNotice } from './EndedNotice.tsx';
import { giveUpGate, keepRecord, useGate, usualSettings, type Settings } from './gateStore.ts';
import styles from './gate.module.css';

/** What this gate is, how current it is, and the rules of its venue. */
export function GatePage() {
  const text = useText();
  const time = useTimeFormat();
  const { session, trust, lists, notTaken, ended, settings: kept, waiting } = useGate();
  const [givingUp, setGivingUp] = useState(false);
  if (session === null) {
    return (
      <Page title={text('gate.title')}>
        <EmptyState symbol="scan" title={text('gate.noneTitle')} action={<Link className={buttonClass()} href={routes.enrol}>{text('start.gateAction')}</Link>}>{text('gate.none')}</EmptyState>
      </Page>
    );
  }
  const settings = kept ?? usualSettings;
  const change = (part: Partial<Settings>) => void keepRecord('settings', { ...settings, ...part });
  const listsAtMs = (lists ?? []).reduce((latest, { fetchedAtMs }) => Math.max(latest, fetchedAtMs), 0);
  const ticketServes = Date.now() < Date.parse(session.expiresAt);
  return (
    <Page title={text('gate.title')}>
      {ended === null ? null : <EndedNotice />}
      <dl className={styles.facts}>
        <div><dt>{text('gate.venue')}</dt><dd>{session.venueName}</dd></div>
        <div><dt>{text('gate.name')}</dt><dd>{session.gateName}</dd></div>
        {ended === null ? <div><dt>{text('scan.waiting')}</dt><dd>{waiting}</dd></div> : null}
        <div><dt>{text('gate.ticket')}</dt><dd>{ended !== null ? text('gate.ticketEnded') : ticketServes ? text('gate.ticketUntil', { time: time.dateTime(session.expiresAt) }) : text('gate.ticketMissing')}</dd></div>
        <div><dt>{text('gate.lists')}</dt><dd>{listsAtMs === 0 ? text('gate.listsNone') : text('gate.listsFrom', { time: time.dateTime(listsAtMs) })}</dd></div>
        {trust === null ? null : (
          <div>
            <dt>{text('gate.root')}</dt>
            <dd><Fingerprint groups={rootFingerprint(trust.root)} /></dd>
            <dd className={styles.note}>{text('gate.rootText', { time: time.dateTime(trust.exp * 1000) })}</dd>
          </div>
        )}
      </dl>
      {notTaken === null ? null : <Notice kind="warning" title={text('gate.notTaken', { count: notTaken })}>{text('gate.notTakenText')}</Notice>}
      <section className={styles.rules} aria-labelledby="rules">
        <h2 id="rules">{text('gate.rules')}</h2>
        <Choice label={text('gate.admitCaution')} hint={text('gate.admitCautionHint')} checked={settings.admitCaution} onChange={(admitCaution) => change({ admitCaution })} />
        <Choice label={text('gate.sound')} hint={text('gate.soundHint')} checked={!settings.muted} onChange={(on) => change({ muted: !on })}>
          <Button
            look="quiet"
            onClick={() => {
              wakeSound();
              setTimeout(() => signal('admit', false), 150);
              setTimeout(() => signal('stop', false), 1100);
            }}
          >
            {text('gate.trySounds')}
          </Button>
        </Choice>
      </section>
      <div className={styles.ends}>
        <Link className={buttonClass('secondary')} href={routes.enrol}>{text('gate.replace')}</Link>
        <Button look="quiet" onClick={() => setGivingUp(true)}>{text('gate.giveUp')}</Button>
      </div>
      <Dialog
        open={givingUp}
        onClose={() => setGivingUp(false)}
        title={text('gate.giveUpTitle')}
        actions={(
          <>
            <Button look="secondary" onClick={() => setGivingUp(false)}>{text('gate.keep')}</Button>
            {waiting > 0 ? null : <Button look="danger" onClick={() => void giveUpGate()}>{text('gate.giveUp')}</Button>}
          </>
        )}
      >
        <p>{text(waiting > 0 ? 'gate.giveUpWaiting' : 'gate.giveUpText')}</p>
      </Dialog>
    </Page>
  );
}

function Choice({ label, hint, checked, onChange, children }: {
  readonly label: string; readonly hint: string; readonly checked: boolean; readonly onChange: (checked: boolean) => void; readonly children?: ReactNode;
}) {
  return (
    <div className={styles.choice}>
      <label className={styles.choiceLabel}>
        <input type="checkbox" className={styles.box} checked={checked} onChange={(event) => onChange(event.target.checked)} />
        <span>
          {label}
          <span className={styles.hint}>{hint}</span>
        </span>
      </label>
      {children}
    </div>
  );
}
