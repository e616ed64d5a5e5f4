import { useEffect, useRef } from 'react';
import { Redirect } from 'wouter';
import { isTrustInForce } from '@health-kit/client';
import { Notice, Page, Scanner, Symbol, useTimeFormat } from '@health-kit/ui';
import { useServerContact } from '../connection/serverContact.ts';
import { EndedNotice } from '../gate/EndedNotice.tsx';
import { keepRecord, useGate, usualSettings } from '../gate/gateStore.ts';
import { routes } from '../routes.ts';
import { useText } from '../text.ts';
import { cityDay } from './cityDay.ts';
import { tallyOf } from './decide.ts';
import { DecisionActions, DecisionCard, DecisionNotes, Person } from './DecisionView.tsx';
import { FacePicture } from './FacePicture.tsx';
import { wakeSound } from './signals.ts';
import { useEncounter, type Remark } from './useEncounter.ts';
import { useWakeLock } from './useWakeLock.ts';
import styles from './ScanPage.module.css';

const qrOnly = ['QRCode'] as const;

/** The gate's one page at work: the camera, then the decision, then the camera again. */
export function ScanPage() {
  const { session, ended } = useGate();
  if (session === null) return <Redirect to={routes.start} />;
  return ended === null ? <Gate /> : <EndedPage />;
}

/** In place of the camera: a gate that was ended admits nobody. */
function EndedPage() {
  const text = useText();
  return <Page title={text('scan.title')} quietTitle><EndedNotice /></Page>;
}

function Gate() {
  const text = useText();
  const { session, trust } = useGate();
  const { encounter, remark, onCode, admit, putAway } = useEncounter();
  const stage = useRef<HTMLDivElement>(null);
  const deciding = encounter.phase === 'deciding';
  useWakeLock();

  useEffect(() => {
    window.addEventListener('pointerdown', wakeSound);
    window.addEventListener('keydown', wakeSound);
    wakeSound();
    return () => {
      window.removeEventListener('pointerdown', wakeSound);
      window.removeEventListener('keydown', wakeSound);
    };
  }, []);
  // The decision takes the focus, so that it is read aloud; no button does, because a hand scanner ends with Enter.
  const wasDeciding = useRef(false);
  useEffect(() => {
    if (deciding !== wasDeciding.current) stage.current?.focus({ preventScroll: true });
    if (deciding) window.scrollTo(0, 0);
    wasDeciding.current = deciding;
  }, [deciding]);
  useEffect(() => {
    if (!deciding) return;
    const onKey = (event: KeyboardEvent) => {
      if (event.key === 'Escape') putAway(true);
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [deciding, putAway]);

  const face = deciding ? encounter.face : null;
  const reading = face?.state === 'reading' || face?.state === 'other';
  const phase = !deciding ? 'searching' : reading ? 'reading' : face?.state === 'shown' ? 'shown' : 'plain';
  return (
    <Page title={text('scan.title')} quietTitle wide>
      {trust === null ? <Notice kind="warning" title={text('scan.trustTitle')}>{text('scan.trust')}</Notice>
        : isTrustInForce(trust, Date.now()) ? null : <Notice kind="problem" title={text('scan.trustOverTitle')}>{text('scan.trustOver')}</Notice>}
      <div ref={stage} className={`${styles.stage} ${styles[phase]}`} tabIndex={-1} data-phase={phase}>
        {deciding ? (
          <div className={styles.card}>
            <DecisionCard decision={encounter.decision} face={encounter.face} />
          </div>
        ) : null}
        <div className={styles.scanner}>
          <Scanner onResult={onCode} formats={qrOnly} paused={deciding && !reading} repeatAfterMs={1000} prompt={text('scan.prompt')} bare={deciding} />
        </div>
        {face?.state === 'shown' ? <div className={styles.face}><FacePicture mediaType={face.mediaType} image={face.image} /></div> : null}
        {deciding ? (
          <>
            <div className={styles.person}><Person decision={encounter.decision} face={encounter.face} /></div>
            <div className={styles.notes}><DecisionNotes decision={encounter.decision} face={encounter.face} /></div>
            <div className={styles.actions}><DecisionActions decision={encounter.decision} face={encounter.face} onAdmit={admit} onPutAway={putAway} /></div>
          </>
        ) : (
          <>
            <div className={styles.counts}>
              <p className={styles.place}>{session?.venueName}<span className={styles.gate}>{session?.gateName}</span></p>
              <Counts />
            </div>
            <div className={styles.tools}><SoundSwitch /></div>
          </>
        )}
        <div className={styles.remark} role="status">{remark === null ? null : <RemarkLine remark={remark} />}</div>
      </div>
    </Page>
  );
}

function Counts() {
  const text = useText();
  const { tally, waiting } = useGate();
  const { reachable } = useServerContact();
  const today = tallyOf(tally, cityDay(Date.now()));
  return (
    <dl className={styles.numbers} aria-label={text('scan.counts')}>
      <div><dt>{text('scan.admitted')}</dt><dd data-count="admitted">{today.admitted}</dd></div>
      <div><dt>{text('scan.refused')}</dt><dd data-count="refused">{today.refused}</dd></div>
      <div className={waiting > 0 && !reachable ? styles.pending : undefined}><dt>{text('scan.waiting')}</dt><dd data-count="waiting">{waiting}</dd></div>
    </dl>
  );
}

function SoundSwitch() {
  const text = useText();
  const { settings } = useGate();
  const { muted, ...others } = settings ?? usualSettings;
  return (
    <button type="button" className={muted ? `${styles.tool} ${styles.muted}` : styles.tool} aria-pressed={!muted} onClick={() => void keepRecord('settings', { ...others, muted: !muted })}>
      <span className={styles.toolSymbol}><Symbol name="bell" /></span>
      {text(muted ? 'scan.soundOff' : 'scan.soundOn')}
    </button>
  );
}

function RemarkLine({ remark }: { readonly remark: Remark }) {
  const text = useText();
  const time = useTimeFormat();
  switch (remark.kind) {
    case 'admitted':
      return <Notice kind="success" title={text('scan.remark.admitted', { name: remark.maskedName })}>{time.timeWithSeconds(remark.atMs)}</Notice>;
    case 'already-admitted':
      return <Notice kind="info">{text('scan.remark.alreadyAdmitted', { name: remark.maskedName })}</Notice>;
    case 'not-admitted':
      return <Notice kind="info">{text('scan.remark.notAdmitted')}</Notice>;
    case 'not-a-pass':
      return <Notice kind="warning">{text('scan.remark.notAPass')}</Notice>;
    case 'no-trust':
      return <Notice kind="warning">{text('scan.remark.noTrust')}</Notice>;
    case 'storage':
      return <Notice kind="problem">{text('scan.remark.storage')}</Notice>;
  }
}
