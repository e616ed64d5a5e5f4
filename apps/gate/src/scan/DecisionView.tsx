import { statusWords } from '@health-kit/policy';
import { Button, Notice, StatusCard, useLanguage, useTimeFormat } from '@health-kit/ui';
import { isClockWrong } from '../connection/clockOffset.ts';
import { useServerContact } from '../connection/serverContact.ts';
import { useGate } from '../gate/gateStore.ts';
import { useText } from '../text.ts';
import { recognitionOf, type Decision, type FaceState } from './decide.ts';
import styles from './DecisionView.module.css';

/** What to do, in one word, with the status it comes from. "Admit" stands there only beside a face; a document must be checked first, and the card says so. */
export function DecisionCard({ decision, face }: { readonly decision: Decision; readonly face: FaceState }) {
  const text = useText();
  const { language } = useLanguage();
  switch (decision.kind) {
    case 'admit': {
      const status = statusWords[decision.status][language];
      const recognition = recognitionOf(face);
      if (recognition === null) return <StatusCard large status={decision.status} word={status} line={text('decision.lineWait')} />;
      const granted = { status: decision.byRule ? text('decision.byRule', { status }) : status };
      return recognition === 'by-face'
        ? <StatusCard large status={decision.status} word={text('decision.admit')} line={text('decision.lineFace', granted)} />
        : <StatusCard large status="caution" word={text('decision.checkDocument')} line={text('decision.lineDocument', granted)} />;
    }
    case 'stop':
      return <StatusCard large status={decision.status} word={text('decision.stop')} line={text('decision.lineStop', { status: statusWords[decision.status][language] })} />;
    case 'refuse':
      return <StatusCard large status="refused" word={text('decision.invalid')} line={text(`decision.refusal.${decision.reason}`)} />;
  }
}

/** Whom the pass is about, as far as a guard may know, and how to recognise them. */
export function Person({ decision, face }: { readonly decision: Decision; readonly face: FaceState }) {
  const text = useText();
  const { visitor } = decision;
  if (visitor === null) return null;
  const digits = visitor.documentLastTwo;
  return (
    <div className={styles.person}>
      <p className={styles.name}><span className="visually-hidden">{text('decision.name')} </span>{visitor.maskedName}</p>
      <p className={styles.document}>{text('decision.document')} <strong>{digits}</strong></p>
      <p className={face.state === 'other' ? styles.wrong : styles.recognise} role="status">{recogniseText()}</p>
    </div>
  );

  function recogniseText(): string | null {
    switch (face.state) {
      case 'reading':
        return face.late ? text('decision.late', { digits }) : text('decision.reading');
      case 'other':
        return text('decision.other');
      case 'shown':
        return text('decision.compare');
      case 'none':
        return text('decision.none', { digits });
      case 'not-needed':
        return null;
    }
  }
}

/** What to say, and what was not checked. */
export function DecisionNotes({ decision, face }: { readonly decision: Decision; readonly face: FaceState }) {
  const text = useText();
  const time = useTimeFormat();
  const { trust } = useGate();
  const { clockAheadMs } = useServerContact();
  const hotline = trust?.hotline ?? '';
  const spoken = decision.kind === 'stop' ? text(`decision.${decision.visitor.printed ? 'sayCard' : 'sayStatus'}.${decision.status}`, { hotline }) : decision.kind === 'refuse' ? text(`decision.refusalSay.${decision.reason}`, { hotline }) : null;
  const printed = decision.visitor?.printed === true && face.state !== 'not-needed';
  const { listCheck } = decision.kind === 'refuse' ? { listCheck: null } : decision;
  return (
    <div className={styles.notes}>
      {spoken === null ? null : (
        <div className={styles.say}>
          <h2>{text('decision.say')}</h2>
          <p>{spoken}</p>
        </div>
      )}
      {decision.kind === 'refuse' && (decision.reason === 'stale' || decision.reason === 'early') && isClockWrong(clockAheadMs)
        ? <Notice kind="warning">{text('decision.staleClock')}</Notice> : null}
      {printed ? <Notice kind="warning">{text('decision.printed')}</Notice> : null}
      {listCheck?.state === 'old' ? <Notice kind="warning">{text(decision.visitor?.printed === true ? 'decision.cardListOld' : 'decision.listOld', { time: time.dateTime(listCheck.issuedAtMs) })}</Notice> : null}
      {listCheck?.state === 'unchecked' ? <Notice kind="warning">{text('decision.listUnchecked')}</Notice> : null}
    </div>
  );
}

/** The buttons under the thumb. */
export function DecisionActions({ decision, face, onAdmit, onPutAway }: {
  readonly decision: Decision; readonly face: FaceState; readonly onAdmit: () => void; readonly onPutAway: (refused: boolean) => void;
}) {
  const text = useText();
  if (decision.kind !== 'admit') {
    // A code that was only half read is nobody's refusal.
    const counts = decision.kind === 'stop' || decision.reason !== 'damaged';
    return <div className={styles.actions}><Button wide onClick={() => onPutAway(counts)}>{text('decision.next')}</Button></div>;
  }
  const recognition = recognitionOf(face);
  const label = recognition === 'by-face' ? 'decision.admitByFace' : recognition === 'by-document' ? 'decision.admitByDocument' : 'decision.admitWaiting';
  return (
    <div className={styles.actions}>
      <Button wide disabled={recognition === null} onClick={onAdmit}>{text(label)}</Button>
      <Button wide look="secondary" onClick={() => onPutAway(true)}>{text('decision.faceDiffers')}</Button>
    </div>
  );
}
