import { useEffect, useRef, useState } from 'react';
import { beginDeskMoveConfirmation, confirmDeskMove, type DeskMove, type MaskedHolder } from '@health-kit/api';
import { Button, Notice, useTimeFormat } from '@health-kit/ui';
import { FailureNotice } from '../answers/Answered.tsx';
import { ask, problemOf } from '../answers/callAsStaff.ts';
import { approvalChallenge } from '../session/challenges.ts';
import { askPasskey } from '../session/passkeys.ts';
import { KeyHint } from '../shell/KeyHint.tsx';
import { useText } from '../text.ts';
import { Holder } from './Holder.tsx';
import forms from '../forms/forms.module.css';
import lists from '../lists/lists.module.css';
import styles from './desk.module.css';

/** The account is on another device: it moves after the delay, or now by the passkey of a second registrar, who has seen the document too. */
export function MoveStep({ holder, move, onMoved, onNext }: {
  readonly holder: MaskedHolder; readonly move: DeskMove; readonly onMoved: (holder: MaskedHolder) => void; readonly onNext: () => void;
}) {
  const text = useText();
  const time = useTimeFormat();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    heading.current?.focus();
  }, []);
  const when = time.dateTime(move.movesAt);
  const who = { name: move.askedBy.name, unit: move.askedBy.unit };

  // What was there a moment ago: stopped by its owner, moved meanwhile, or seen too long ago.
  const gone = problemOf(error) === 'not-found';

  async function confirm(): Promise<void> {
    setBusy(true);
    setError(null);
    try {
      const params = { moveId: move.moveId };
      const { options, statement } = await ask(beginDeskMoveConfirmation, { params, body: {} });
      const { name, documentType, documentLastTwo, phone } = holder;
      const expected = await approvalChallenge('desk move', statement, { type: 'hk-desk-move-1', move: move.moveId, name, documentType, documentLastTwo, phone, askedBy: move.askedBy.name });
      const answer = await ask(confirmDeskMove, { params, body: { assertion: await askPasskey(options, expected) } });
      onMoved(answer.holder);
    } catch (reason) {
      setError(reason);
    } finally {
      setBusy(false);
    }
  }
  return (
    <section className={lists.section}>
      <h2 ref={heading} tabIndex={-1}>{text('desk.move.title')}</h2>
      {gone ? null : <Notice kind="warning" announce title={text('desk.move.when', { when })}>{text('desk.move.told')}</Notice>}
      <div className={lists.panel}><Holder holder={holder} /></div>
      {move.ownerObjected ? <Notice kind="warning" title={text('desk.move.objected')}>{text('desk.move.objectedText')}</Notice> : null}
      {gone ? <Notice kind="problem" announce title={text('desk.move.gone')}>{text('desk.move.goneText')}</Notice> : null}
      {gone ? null : move.own ? (
        <>
          <h3>{text('desk.move.atOnce')}</h3>
          <ol className={styles.reasons}>
            <li>{text('desk.move.ownFetch')}</li>
            <li>{text('desk.move.ownScan')}</li>
            <li>{text('desk.move.ownConfirm')}</li>
          </ol>
        </>
      ) : (
        <>
          <h3>{text('desk.move.secondTitle')}</h3>
          <p>{text('desk.move.second', who)}</p>
        </>
      )}
      {error === null || gone ? null : <FailureNotice error={error} />}
      <div className={forms.actions}>
        {move.own || gone ? null : <Button busy={busy} onClick={() => void confirm()}>{text('desk.move.confirm')}</Button>}
        <Button look={move.own || gone ? 'primary' : 'secondary'} data-shortcut="n" aria-keyshortcuts="n" disabled={busy} onClick={onNext}>{text(move.own || gone ? 'desk.next' : 'desk.move.leave')}<KeyHint name="n" /></Button>
      </div>
    </section>
  );
}
