import type { ReactNode } from 'react';
import { Button, buttonClass, EmptyState, FailureNotice, Loading, Page, useAnswer } from '@health-kit/ui';
import { BackToStart } from '../BackToStart.tsx';
import { useText } from '../text.ts';
import { findHost } from './hostSession.ts';

/** Shows `children` to hosts, and to everybody else what is missing and where to get it. */
export function HostOnly({ children }: { readonly children: ReactNode }) {
  const text = useText();
  const { answer, reload } = useAnswer(findHost);
  if (answer.state === 'there' && answer.value.kind === 'host') return children;
  // The resident's app is another app of this origin: an ordinary link, no route of ours.
  const resident = <a className={buttonClass()} href="/">{text('host.openResident')}</a>;
  return (
    <Page title={text('host.title')} lead={text('host.lead')} back={<BackToStart />}>
      {answer.state === 'loading' ? <Loading /> : null}
      {answer.state === 'failed' ? <FailureNotice failure={answer.refusal} onRetry={reload} /> : null}
      {answer.state === 'there' && answer.value.kind === 'unregistered' ? (
        <EmptyState symbol="pass" title={text('host.unregisteredTitle')} action={resident}>{text('host.unregistered')}</EmptyState>
      ) : null}
      {answer.state === 'there' && answer.value.kind === 'unproven' ? (
        <>
          <EmptyState symbol="lock" title={text('host.unprovenTitle')} action={resident}>{text('host.unproven')}</EmptyState>
          <Button look="quiet" onClick={reload}>{text('host.checkAgain')}</Button>
        </>
      ) : null}
    </Page>
  );
}
