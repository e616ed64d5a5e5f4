import { useState } from 'react';
import { handOverLetters, listLetters, type MaskedHolder, type ResponseOf } from '@health-kit/api';
import { Button, Notice, useTimeFormat } from '@health-kit/ui';
import { FailureNotice } from '../answers/Answered.tsx';
import { ask, askTrust } from '../answers/callAsStaff.ts';
import { useText } from '../text.ts';
import { LetterSheets } from './LetterSheets.tsx';
import forms from '../forms/forms.module.css';
import lists from '../lists/lists.module.css';

type Waiting = ResponseOf<typeof listLetters> & { readonly hotline: string; readonly timeZone: string; readonly city: { readonly zh: string; readonly en: string } };

/** The letters of whoever showed a card: how many there are is on the screen, what they say on paper alone. */
export function Letters({ presentationId, holder }: { readonly presentationId: string; readonly holder: MaskedHolder }) {
  const text = useText();
  const time = useTimeFormat();
  const [waiting, setWaiting] = useState<Waiting | null>(null);
  const [handedOver, setHandedOver] = useState<number | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);

  async function attempt(work: () => Promise<void>): Promise<void> {
    setBusy(true);
    setError(null);
    try {
      await work();
    } catch (reason) {
      setError(reason);
    } finally {
      setBusy(false);
    }
  }
  const look = () => attempt(async () => {
    const { hotline, timeZone, city } = await askTrust();
    setWaiting({ ...(await ask(listLetters, { body: { presentationId } })), hotline, timeZone, city });
  });
  const handOver = (letters: Waiting['letters']) => attempt(async () => {
    const answer = await ask(handOverLetters, { body: { presentationId, letters: letters.map(({ noticeId }) => noticeId) } });
    setHandedOver(answer.handedOver);
    setWaiting(null);
  });

  return (
    <section className={lists.section}>
      <h2>{text('cards.lettersTitle')}</h2>
      {error === null ? null : <FailureNotice error={error} />}
      {handedOver === null ? null : <Notice kind="success" announce>{text('cards.handedOver', { count: handedOver })}</Notice>}
      {waiting === null ? (
        <div className={forms.actions}><Button look="secondary" busy={busy} onClick={() => void look()}>{text('cards.lookForLetters')}</Button></div>
      ) : (
        <>
          <p role="status"><b>{text('cards.letters', { count: waiting.letters.length })}</b></p>
          {waiting.heldBack === null ? null : <Notice kind="info">{text('cards.heldBack', { when: time.dateTime(Date.parse(waiting.heldBack) + 24 * 3_600_000) })}</Notice>}
          {waiting.letters.length === 0 ? null : (
            <>
              <LetterSheets letters={waiting.letters} holder={holder} language={waiting.language} hotline={waiting.hotline} timeZone={waiting.timeZone} city={waiting.city[waiting.language]} />
              <p className={lists.soft}>{text('cards.lettersPrivate')}</p>
              <div className={forms.actions}>
                <Button onClick={() => window.print()}>{text('cards.printLetters')}</Button>
                <Button look="secondary" busy={busy} onClick={() => void handOver(waiting.letters)}>{text('cards.handOver')}</Button>
              </div>
            </>
          )}
        </>
      )}
    </section>
  );
}
