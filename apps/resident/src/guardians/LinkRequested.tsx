import { useEffect, useState } from 'react';
import { useLocation } from 'wouter';
import type { LinkId, linkDependant, ResponseOf } from '@health-kit/api';
import { BackLink, Button, Notice, Page } from '@health-kit/ui';
import records from '../records/records.module.css';
import { dependantRoute, routes } from '../routes.ts';
import { useText } from '../text.ts';
import { AskedEntry } from './AskedEntry.tsx';
import { askGuardianships } from './guardianships.ts';

/** What came of a code that was entered. */
export type LinkRequest = ResponseOf<typeof linkDependant>;

/** How often it is looked whether the other phone has confirmed, ms. */
const lookMs = 3_000;

/** What became of a request: it waits, the other side said yes, or it is over without that. */
function useConfirmation(linkId: LinkId): 'waits' | 'confirmed' | 'over' {
  const [state, setState] = useState<'waits' | 'confirmed' | 'over'>('waits');
  useEffect(() => {
    setState('waits');
    const timer = setInterval(() => void askGuardianships().then((answer) => {
      if (!answer.ok) return;
      const { dependants, asked } = answer.value;
      if (dependants.some((link) => link.linkId === linkId)) setState('confirmed');
      else if (!asked.some((link) => link.linkId === linkId)) setState('over');
    }), lookMs);
    return () => clearInterval(timer);
  }, [linkId]);
  return state;
}

/** After the code: the other phone is asked, and the pass comes when it has confirmed; at once where there is none. */
export function LinkRequested({ request, onAgain }: { readonly request: LinkRequest; readonly onAgain: () => void }) {
  const text = useText();
  const [, go] = useLocation();
  const confirmation = useConfirmation(request.linkId);
  const inForce = request.waitsUntil === null || confirmation === 'confirmed';
  useEffect(() => {
    if (inForce) go(dependantRoute(request.linkId), { replace: true });
  }, [inForce, request.linkId, go]);
  return (
    <Page title={text('guardians.dependant.linkTitle')} back={<BackLink to={routes.dependants} />}>
      {confirmation === 'over' ? (
        <>
          <Notice kind="warning" announce title={text('guardians.dependant.notConfirmedTitle')}>{text('guardians.dependant.notConfirmed')}</Notice>
          <Button wide onClick={onAgain}>{text('guardians.dependant.tryAgain')}</Button>
        </>
      ) : request.waitsUntil === null ? null : (
        <div role="status"><ul className={records.list}><AskedEntry request={{ linkId: request.linkId, until: request.waitsUntil }} onEnded={onAgain} /></ul></div>
      )}
    </Page>
  );
}
