import { useEffect, useRef, useState } from 'react';
import { endCard, type presentAtDesk, type ResponseOf } from '@health-kit/api';
import { Button, Dialog, Notice } from '@health-kit/ui';
import { FailureNotice } from '../answers/Answered.tsx';
import { ask } from '../answers/callAsStaff.ts';
import { Holder } from '../desk/Holder.tsx';
import { useText } from '../text.ts';
import { CardMaker } from './CardMaker.tsx';
import { Letters } from './Letters.tsx';
import forms from '../forms/forms.module.css';
import lists from '../lists/lists.module.css';

/** What a desk does for somebody without a phone who is before it: a card, letters, the end of a card. `shown`: they have shown their card, and not a document alone. */
export function CardDesk({ presentation, shown, onNext }: { readonly presentation: ResponseOf<typeof presentAtDesk>; readonly shown: boolean; readonly onNext: () => void }) {
  const text = useText();
  const { presentationId, holder } = presentation;
  const [making, setMaking] = useState(false);
  const [asking, setAsking] = useState(false);
  const [ended, setEnded] = useState<boolean | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    heading.current?.focus();
  }, []);

  async function end(): Promise<void> {
    setBusy(true);
    setError(null);
    try {
      setEnded((await ask(endCard, { body: { presentationId } })).ended);
    } catch (reason) {
      setError(reason);
    } finally {
      setBusy(false);
      setAsking(false);
    }
  }

  return (
    <section className={lists.section}>
      <h2 ref={heading} tabIndex={-1}>{text(shown ? 'cards.shownTitle' : 'cards.foundTitle')}</h2>
      <div className={lists.panel}><Holder holder={holder} /></div>
      {shown ? <Notice kind="warning">{text('cards.compare')}</Notice> : null}
      {error === null ? null : <FailureNotice error={error} />}
      {ended === null ? null : <Notice kind="success" announce>{text(ended ? 'cards.ended' : 'cards.noneToEnd')}</Notice>}
      {making ? <CardMaker presentationId={presentationId} onDone={onNext} /> : (
        <>
          {shown ? <Letters presentationId={presentationId} holder={holder} /> : null}
          <div className={forms.actions}>
            <Button look={shown ? 'secondary' : 'primary'} onClick={() => setMaking(true)}>{text(shown ? 'cards.makeAnother' : 'cards.makeOne')}</Button>
            <Button look="secondary" busy={busy} onClick={() => setAsking(true)}>{text('cards.end')}</Button>
            <Button look="quiet" onClick={onNext}>{text('desk.next')}</Button>
          </div>
        </>
      )}
      <Dialog
        open={asking} onClose={() => setAsking(false)} title={text('cards.endTitle')}
        actions={<><Button look="danger" busy={busy} onClick={() => void end()}>{text('cards.end')}</Button><Button look="secondary" onClick={() => setAsking(false)}>{text('cards.keep')}</Button></>}
      >
        <p>{text('cards.endText')}</p>
      </Dialog>
    </section>
  );
}
