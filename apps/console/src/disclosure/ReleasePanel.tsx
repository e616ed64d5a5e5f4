import { useState } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { closeDisclosure, getDisclosure, listDisclosures, releaseDisclosure, ReleasedPeople, type Disclosure } from '@health-kit/api';
import { makeOpeningKey } from '@health-kit/client';
import { Button, Dialog, Notice } from '@health-kit/ui';
import { Check } from 'typebox/value';
import { FailureNotice } from '../answers/Answered.tsx';
import { ask } from '../answers/callAsStaff.ts';
import { outdate, useSend } from '../answers/useAnswer.ts';
import type { Officer } from '../session/session.ts';
import { useText } from '../text.ts';
import { Countdown, useNow } from './Countdown.tsx';
import { RevealedPerson } from './RevealedPerson.tsx';
import forms from '../forms/forms.module.css';
import lists from '../lists/lists.module.css';

/** What was opened: in this component's memory alone, and gone with it. No query keeps it. */
interface Opened {
  readonly people: ReleasedPeople['people'];
  readonly at: number;
  readonly until: string;
  readonly viewsLeft: number;
}

/** Where the officer who asked sees the particulars, one person at a time, and closes them for good. */
export function ReleasePanel({ disclosure, officer }: { readonly disclosure: Disclosure; readonly officer: Officer }) {
  const text = useText();
  const queries = useQueryClient();
  const now = useNow();
  const close = useSend(closeDisclosure, [getDisclosure, listDisclosures]);
  const [opened, setOpened] = useState<Opened | null>(null);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [strange, setStrange] = useState(false);
  const [closing, setClosing] = useState(false);
  const params = { disclosureId: disclosure.disclosureId };
  const running = disclosure.state === 'open' || disclosure.state === 'emergency';
  const visible = running && opened !== null && now < Date.parse(opened.until) ? opened : null;

  async function open(): Promise<void> {
    setBusy(true);
    setError(null);
    setStrange(false);
    setOpened(null);
    try {
      const key = await makeOpeningKey();
      const { sealed, until, viewsLeft } = await ask(releaseDisclosure, { params, body: { publicKey: key.publicKey } });
      const released = await key.open(sealed);
      if (Check(ReleasedPeople, released) && released.disclosureId === disclosure.disclosureId) setOpened({ people: released.people, at: Date.now(), until, viewsLeft });
      else setStrange(true);
    } catch (reason) {
      setError(reason);
    } finally {
      setBusy(false);
      outdate(queries, [getDisclosure, listDisclosures]);
    }
  }

  // Of others' disclosures there is nothing to open here; of an own one that is over, nothing any more.
  if (!running || !disclosure.mayClose) return null;
  return (
    <section className={lists.panel} aria-labelledby="release">
      <h2 id="release">{text('disclosure.release')}</h2>
      {error === null ? null : <FailureNotice error={error} />}
      {strange ? <Notice kind="problem" announce>{text('disclosure.errors.changed')}</Notice> : null}
      {visible === null ? <p>{text('disclosure.openText')}</p> : <RevealedPerson people={visible.people} officer={officer} openedAt={visible.at} />}
      {disclosure.until === null ? null : <Countdown now={now} until={disclosure.until} viewsLeft={visible?.viewsLeft ?? null} />}
      {disclosure.mayOpen || visible !== null ? null : <Notice kind="info">{text('disclosure.otherSession')}</Notice>}
      <p className={lists.soft}>{text('disclosure.closeText')}</p>
      <div className={forms.actions}>
        {disclosure.mayOpen ? <Button look={visible === null ? 'primary' : 'secondary'} busy={busy} onClick={() => void open()}>{text(disclosure.views === 0 && visible === null ? 'disclosure.openIt' : 'disclosure.openAgain')}</Button> : null}
        <Button look="secondary" onClick={() => setClosing(true)}>{text('disclosure.close')}</Button>
      </div>
      <Dialog
        open={closing} onClose={() => setClosing(false)} title={text('disclosure.closeTitle')}
        actions={(
          <>
            <Button busy={close.isPending} onClick={() => close.mutate({ params, body: {} }, { onSuccess: () => setOpened(null) })}>{text('disclosure.close')}</Button>
            <Button look="secondary" onClick={() => setClosing(false)}>{text('disclosure.keepOpen')}</Button>
          </>
        )}
      >
        {close.error === null ? null : <FailureNotice error={close.error} />}
        <p>{text('disclosure.closeSure', { count: disclosure.subjects })}</p>
      </Dialog>
    </section>
  );
}
