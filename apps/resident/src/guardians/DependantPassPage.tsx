import { useCallback, useEffect, useMemo, useState } from 'react';
import { Link, Redirect } from 'wouter';
import { LinkId, matches } from '@health-kit/api';
import { BackLink, Button, buttonClass, EmptyState, FailureNotice, Loading, Notice, Page, useOnline, useTimeFormat, type Failure } from '@health-kit/ui';
import { useDevice } from '../device/deviceState.ts';
import { isProblem } from '../device/session.ts';
import card from '../pass/PassCard.module.css';
import { PassCard } from '../pass/PassCard.tsx';
import { readKeptPass } from '../pass/readKeptPass.ts';
import { routes } from '../routes.ts';
import { useText } from '../text.ts';
import { askGuardianships, refreshDependantPass, type Guardianship } from './guardianships.ts';
import styles from './guardians.module.css';

/** How often it is asked whether the guardianship is still one, while the page is looked at, ms. */
const lookMs = 20_000;

/** The pass of somebody who is looked after: for the entrance, and nothing else of theirs. */
export function DependantPassPage({ linkId }: { readonly linkId: string }) {
  return matches(LinkId, linkId) ? <KnownLink linkId={linkId} /> : <Ended />;
}

/** The kept pass of a link and what went wrong with it; `over` once the other side, or a birthday, has ended the link. */
function useDependantPass(linkId: Guardianship['linkId']) {
  const kept = useDevice().dependantPasses?.find((each) => each.linkId === linkId) ?? null;
  const [failure, setFailure] = useState<Failure | null>(null);
  const [over, setOver] = useState(false);
  const refresh = useCallback(async (anew: boolean): Promise<void> => {
    const links = await askGuardianships();
    const ended = links.ok && !links.value.dependants.some((link) => link.linkId === linkId);
    const refusal = ended ? null : await refreshDependantPass(linkId, anew);
    setOver(ended || (refusal !== null && isProblem(refusal, 'not-found')));
    setFailure(refusal ?? (links.ok ? null : links));
  }, [linkId]);
  useEffect(() => {
    const look = () => {
      if (document.visibilityState === 'visible') void refresh(false);
    };
    look();
    const timer = setInterval(look, lookMs);
    document.addEventListener('visibilitychange', look);
    window.addEventListener('online', look);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', look);
      window.removeEventListener('online', look);
    };
  }, [refresh]);
  return { kept, failure, over, refresh };
}

function KnownLink({ linkId }: { readonly linkId: Guardianship['linkId'] }) {
  const text = useText();
  const time = useTimeFormat();
  const online = useOnline();
  const { account } = useDevice();
  const { kept, failure, over, refresh } = useDependantPass(linkId);
  const pass = useMemo(() => readKeptPass(kept?.pass.pass), [kept]);
  const [busy, setBusy] = useState(false);
  if (account === null) return <Redirect to={routes.start} replace />;
  if (over) return <Ended />;
  const back = <BackLink to={routes.dependants} />;
  const retry = () => void refresh(true);
  if (kept === null || pass === null) {
    return <Page title={text('guardians.dependant.passTitle')} back={back}>{failure === null ? <Loading label={text('pass.getting')} /> : <FailureNotice failure={failure} onRetry={retry} />}</Page>;
  }
  const { name } = kept.pass.holder;
  return (
    <Page title={text('guardians.dependant.passOf', { name })} back={back} quietTitle>
      <PassCard
        pass={kept.pass} bytes={pass.bytes} claims={pass.claims} portrait={null} label={text('guardians.dependant.passCode', { name })}
        noPicture={<p className={card.noPortrait}>{text('guardians.dependant.noPortrait')}</p>}
      />
      {online ? <FailureNotice failure={failure?.reason === 'unreachable' ? null : failure} /> : <Notice kind="info">{text('guardians.dependant.offline')}</Notice>}
      <p className={styles.soft}>{text('guardians.dependant.document')}</p>
      <div className={styles.fresh}>
        <p className={styles.soft}>{text('guardians.dependant.fetched', { time: time.dateTime(kept.fetchedAtMs) })}</p>
        <Button look="secondary" busy={busy} onClick={() => {
          setBusy(true);
          void refresh(true).finally(() => setBusy(false));
        }}>{text('guardians.dependant.fetch')}</Button>
      </div>
    </Page>
  );
}

function Ended() {
  const text = useText();
  return (
    <Page title={text('guardians.dependant.overTitle')} back={<BackLink to={routes.dependants} />} quietTitle>
      <EmptyState symbol="people" title={text('guardians.dependant.overTitle')} action={<Link className={buttonClass()} href={routes.dependants}>{text('guardians.dependant.title')}</Link>}>{text('guardians.dependant.over')}</EmptyState>
    </Page>
  );
}
