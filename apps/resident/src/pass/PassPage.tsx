import { useEffect, useMemo, useState } from 'react';
import { Link, Redirect } from 'wouter';
import type { Refusal } from '@health-kit/client';
import { Button, buttonClass, FailureNotice, Loading, Notice, Page, Symbol, useFailureText, useOnline, useTimeFormat, type Failure } from '@health-kit/ui';
import { CallButton } from '../CallButton.tsx';
import { forgottenVisit, visitInProgress } from '../checkIn/visits.ts';
import { clearDevice, useDevice } from '../device/deviceState.ts';
import { useOwnRecoveries } from '../devices/ownRecoveries.ts';
import { RecoveryBanner } from '../devices/RecoveryBanner.tsx';
import { isProblem } from '../device/session.ts';
import { useGuardianRequests } from '../guardians/guardianships.ts';
import { useUnreadNotices } from '../records/unreadNotices.ts';
import { routes, visitRoute } from '../routes.ts';
import { useText } from '../text.ts';
import { PassCard } from './PassCard.tsx';
import { readKeptPass } from './readKeptPass.ts';
import { refreshPass } from './refreshPass.ts';
import { later } from './later.tsx';
import card from './PassCard.module.css';
import styles from './PassPage.module.css';

const PassWarning = later(() => import('./insight.ts').then((parts) => parts.PassWarning));
const StatusReasons = later(() => import('./insight.ts').then((parts) => parts.StatusReasons));
const TestFreshnessLine = later(() => import('./insight.ts').then((parts) => parts.TestFreshnessLine));

/** How often the status is asked for while the page is looked at, milliseconds. */
const pollMs = 60_000;

/** Refreshes when the page opens, when it is looked at again, when the network returns, and every minute. */
function useFreshPass(): { readonly failure: Failure | null; readonly retry: () => void } {
  const [failure, setFailure] = useState<Failure | null>(null);
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    let over = false;
    const refresh = () => {
      if (document.visibilityState !== 'visible') return;
      refreshPass().then((refusal: Refusal | null) => {
        if (!over) setFailure(refusal);
      }, () => {
        if (!over) setFailure({ reason: 'unexpected' });
      });
    };
    refresh();
    const timer = setInterval(refresh, pollMs);
    document.addEventListener('visibilitychange', refresh);
    window.addEventListener('online', refresh);
    return () => {
      over = true;
      clearInterval(timer);
      document.removeEventListener('visibilitychange', refresh);
      window.removeEventListener('online', refresh);
    };
  }, [attempt]);
  return { failure, retry: () => setAttempt((count) => count + 1) };
}

/** The pass: one glance for the guard, and below it what the holder is owed about it. */
export function PassPage() {
  const text = useText();
  const failureText = useFailureText();
  const device = useDevice();
  const online = useOnline();
  const unread = useUnreadNotices();
  const asking = useGuardianRequests();
  const { failure, retry } = useFreshPass();
  const { recoveries, requestedHere, requestedAtDesk } = useOwnRecoveries();
  const kept = useMemo(() => readKeptPass(device.pass?.pass), [device.pass]);
  if (device.account === null) return <Redirect to={routes.start} replace />;
  if (device.lost !== null) return <LostPass at={device.lost.at} />;
  const visit = visitInProgress(device.visits ?? [], Date.now());
  const forgotten = forgottenVisit(device.visits ?? [], Date.now());
  // Below the code, which must be seen whole without scrolling at an entrance.
  const offline = online ? null : <Notice kind="info">{text('offline.banner')}</Notice>;
  const bars = (
    <>
      {asking.length > 0 ? (
        <Link className={styles.bar} href={routes.guardians}>
          <span className={styles.barSymbol}><Symbol name="people" /></span>
          <span className={styles.barWords}>{text('guardians.guardian.bar')}</span>
          <span className={styles.barAction}>{text('guardians.guardian.see')}</span>
        </Link>
      ) : null}
      {unread > 0 ? (
        <Link className={styles.bar} href={routes.notices}>
          <span className={styles.barSymbol}><Symbol name="bell" /></span>
          <span className={styles.barWords}>{text('pass.notices', { count: unread })}</span>
          <span className={styles.barAction}>{text('pass.readNotices')}</span>
        </Link>
      ) : null}
      {forgotten === null ? null : (
        <Link className={styles.bar} href={visitRoute(forgotten.visitId)}>
          <span className={styles.barSymbol}><Symbol name="place" /></span>
          <span className={styles.barWords}>{text('receipt.forgotten.title', { venue: forgotten.venueName })}</span>
          <span className={styles.barAction}>{text('receipt.forgotten.say')}</span>
        </Link>
      )}
      {visit === null ? null : (
        <Link className={styles.bar} href={visitRoute(visit.visitId)}>
          <span className={styles.barSymbol}><Symbol name="place" /></span>
          <span className={styles.barWords}>{text('pass.present', { venue: visit.venueName })}</span>
          <span className={styles.barAction}>{text('pass.toReceipt')}</span>
        </Link>
      )}
    </>
  );
  const isolated = kept?.claims.status === 'isolate';
  // Its reasons would send somebody to the desk who has just been there.
  const deskAsked = kept?.claims.status === 'unverified' && requestedAtDesk && requestedHere !== null;
  const checkIn = <Link className={buttonClass(isolated ? 'secondary' : 'primary', true)} href={routes.scan}>{text('pass.checkIn')}</Link>;

  return (
    <Page title={text('pass.title')} quietTitle wide>
      {failure !== null && isProblem(failure, 'not-authorized') ? (
        <Notice kind="problem" announce title={text('expired.title')} action={<Button look="secondary" onClick={() => void clearDevice()}>{text('expired.action')}</Button>}>
          {text('expired.text')}
        </Notice>
      ) : null}
      {kept === null ? <RecoveryBanner /> : recoveries.length === 0 ? null : (
        <a className={styles.bar} href="#asked">
          <span className={styles.barSymbol}><Symbol name="bell" /></span>
          <span className={styles.barWords}>{text('devices.short')}</span>
          <span className={styles.barAction}>{text('devices.see')}</span>
        </a>
      )}
      {kept === null || device.pass === null ? (
        <>
          {offline}
          {failure === null ? <Loading label={text('pass.getting')} /> : <FailureNotice failure={failure} onRetry={retry} />}
          {bars}
        </>
      ) : (
        <div className={styles.columns}>
          <PassCard pass={device.pass} bytes={kept.bytes} claims={kept.claims} portrait={device.portrait} label={text('pass.code')} note={<TestFreshnessLine />} noPicture={<Link className={card.noPortrait} href={routes.portrait}>{text('pass.addPortrait')}</Link>} />
          <div className={styles.side}>
            {offline}
            <PassWarning />
            <div id="asked" className={styles.asked}><RecoveryBanner /></div>
            {kept.claims.status === 'unverified' ? <Unverified /> : null}
            {isolated ? null : checkIn}
            {bars}
            {failure !== null && failure.reason !== 'unreachable' && failure.reason !== 'malformed' && !isProblem(failure, 'not-authorized') ? (
              <Notice kind="problem" title={failureText(failure).title}>{failureText(failure).detail}</Notice>
            ) : null}
            {device.status === null || deskAsked ? null : <StatusReasons explanation={device.status.explanation} checkedAtMs={device.status.checkedAtMs} />}
            {isolated ? checkIn : null}
          </div>
        </div>
      )}
    </Page>
  );
}

/** In the pass's place: it is on another device, and what to do if that was not its owner. */
function LostPass({ at }: { readonly at: string }) {
  const text = useText();
  const time = useTimeFormat();
  return (
    <Page title={text('pass.title')} quietTitle>
      <Notice kind="problem" announce title={text('lost.title', { when: time.dateTime(at) })} action={<CallButton />}>
        <p>{text('lost.text')}</p>
        <p>{text('lost.notYou')}</p>
      </Notice>
      <p>{text('lost.here')}</p>
      <div><Link className={buttonClass('secondary')} href={routes.settings}>{text('lost.toSettings')}</Link></div>
    </Page>
  );
}

/** What makes it a pass of somebody: the desk, or an account that comes from another device and, once asked for, when. */
function Unverified() {
  const text = useText();
  const { trust } = useDevice();
  const time = useTimeFormat();
  const { requestedHere, requestedAtDesk, stoppedAtDesk } = useOwnRecoveries();
  // The desk has seen the document: going there again for that is no advice.
  if (requestedHere !== null && requestedAtDesk) {
    return (
      <Notice kind="info" title={text('recover.deskAsked')} action={<Link href={routes.recover}>{text('recover.more')}</Link>}>{text('recover.deskAskedText', { when: time.dateTime(requestedHere) })}</Notice>
    );
  }
  return (
    <>
      {requestedHere === null ? null : (
        <Notice kind="info" title={text('recover.asked')} action={<Link href={routes.recover}>{text('recover.more')}</Link>}>
          {text('recover.askedText', { when: time.dateTime(requestedHere) })}
        </Notice>
      )}
      {stoppedAtDesk ? <Notice kind="warning" title={text('recover.stoppedAtDesk')}>{text('recover.stoppedAtDeskText')}</Notice> : null}
      <Notice kind="warning" title={text('pass.unverifiedTitle')} action={requestedHere === null ? <Link href={routes.recover}>{text('recover.way')}</Link> : undefined}>{text('pass.unverified')}</Notice>
      {trust?.identityProvider === undefined ? null : <Link href={routes.identity}>{text('identity.link', { provider: trust.identityProvider })}</Link>}
    </>
  );
}
