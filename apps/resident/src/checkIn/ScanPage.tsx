import { useCallback, useEffect, useState } from 'react';
import { Redirect, useLocation } from 'wouter';
import { isTrustInForce } from '@health-kit/client';
import { isVenueKind, venueKinds } from '@health-kit/policy';
import { Button, FailureNotice, Loading, Notice, Page, Scanner, Symbol, useLanguage, useTimeFormat, type Failure } from '@health-kit/ui';
import { deviceState, forget, keep, useDevice } from '../device/deviceState.ts';
import { refreshTrust } from '../device/trust.ts';
import { useNow } from '../device/useNow.ts';
import { routes, visitRoute } from '../routes.ts';
import { useText } from '../text.ts';
import { waitingVenueCode } from './pendingVenue.ts';
import { issuerName, readVenue, trustListOf, type VenueReading } from './readVenue.ts';
import { beginVisit } from './visits.ts';
import styles from './ScanPage.module.css';

type Step =
  | { readonly kind: 'scanning' | 'reading' | 'no-trust' }
  | { readonly kind: 'read'; readonly reading: VenueReading };

/** Reads a code with the keys that are kept; where those do not know it, once more with fresh ones. */
async function readWithFreshKeys(code: string): Promise<VenueReading | null> {
  const kept = deviceState().trust;
  const keptList = kept === null || !isTrustInForce(kept, Date.now()) ? null : trustListOf(kept);
  const first = kept === null || keptList === null ? null : await readVenue(code, keptList, kept.issuer, Date.now());
  if (first !== null && !mayKeysHelp.has(first.kind)) return first;
  const fresh = await refreshTrust();
  const freshList = fresh.ok ? trustListOf(fresh.value) : null;
  return !fresh.ok || freshList === null ? first : readVenue(code, freshList, fresh.value.issuer, Date.now());
}

/** Readings that a newer list of keys may turn into another. */
const mayKeysHelp: ReadonlySet<VenueReading['kind']> = new Set(['forged', 'unknown-city', 'old']);

/** Check-in by the poster: scan, see whose code it is, confirm. `opened` is a code that came by the poster's link. */
export function ScanPage({ opened = null }: { readonly opened?: string | null }) {
  const text = useText();
  const { account } = useDevice();
  const [step, setStep] = useState<Step>({ kind: opened === null ? 'scanning' : 'reading' });

  const read = useCallback((code: string) => {
    setStep({ kind: 'reading' });
    readWithFreshKeys(code).then(
      (reading) => setStep(reading === null ? { kind: 'no-trust' } : { kind: 'read', reading }),
      () => setStep({ kind: 'read', reading: { kind: 'damaged' } }),
    );
  }, []);
  useEffect(() => {
    if (opened !== null) read(opened);
  }, [opened, read]);
  if (account === null) return <Redirect to={routes.start} replace />;
  const again = () => setStep({ kind: 'scanning' });

  switch (step.kind) {
    case 'scanning':
      return (
        <Page title={text('scan.title')} lead={text('scan.lead')}>
          <Scanner onResult={read} formats={posterFormats} prompt={text('scan.prompt')} />
        </Page>
      );
    case 'reading':
      return <Page title={text('scan.title')}><Loading label={text('scan.reading')} /></Page>;
    case 'no-trust':
      return <Refused title={text('scan.noTrustTitle')} words={text('scan.noTrust')} kind="warning" again={again} />;
    case 'read':
      return step.reading.kind === 'genuine' ? <Confirm reading={step.reading} again={again} /> : <NotGenuine reading={step.reading} again={again} />;
  }
}

const posterFormats = ['QRCode'] as const;

function NotGenuine({ reading, again }: { readonly reading: Exclude<VenueReading, { kind: 'genuine' }>; readonly again: () => void }) {
  const text = useText();
  switch (reading.kind) {
    case 'elsewhere': return <Refused title={text('scan.elsewhereTitle', { issuer: reading.issuer })} words={text('scan.elsewhere')} kind="warning" again={again} />;
    case 'unknown-city': return <Refused title={text('scan.unknownCityTitle')} words={text('scan.unknownCity')} kind="warning" again={again} />;
    case 'old': return <Refused title={text('scan.oldTitle')} words={text('scan.old')} kind="warning" again={again} />;
    case 'forged': return <Refused title={text('scan.forgedTitle')} words={text('scan.forged')} kind="problem" again={again} />;
    case 'damaged': return <Refused title={text('scan.damagedTitle')} words={text('scan.damaged')} kind="warning" again={again} />;
    case 'clock': return <Refused title={text('pass.clockTitle')} words={text('pass.clock')} kind="warning" again={again} />;
    case 'other': return <Refused title={text(`scan.other.${reading.what}`)} words={text('scan.otherCode')} kind="warning" again={again} />;
  }
}

function Refused({ title, words, kind, again }: { readonly title: string; readonly words: string; readonly kind: 'problem' | 'warning'; readonly again: () => void }) {
  const text = useText();
  const [, navigate] = useLocation();
  return (
    <Page title={title}>
      <Notice kind={kind} announce>{words}</Notice>
      <div className={styles.actions}>
        <Button wide onClick={again}>{text('scan.again')}</Button>
        <Button wide look="secondary" onClick={() => navigate(routes.pass)}>{text('receipt.toPass')}</Button>
      </div>
    </Page>
  );
}

function Confirm({ reading, again }: { readonly reading: Extract<VenueReading, { kind: 'genuine' }>; readonly again: () => void }) {
  const text = useText();
  const { language } = useLanguage();
  const time = useTimeFormat();
  const now = useNow();
  const [, navigate] = useLocation();
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const { trust } = useDevice();
  const { venue } = reading;
  const issuer = issuerName(reading.issuer, trust?.city ?? null, language);

  async function confirm(): Promise<void> {
    setBusy(true);
    try {
      const visit = await beginVisit(reading);
      await forget('pendingVenue');
      navigate(visitRoute(visit.visitId), { replace: true });
    } catch {
      setFailure({ reason: 'unexpected' });
      setBusy(false);
    }
  }
  return (
    <Page title={text('scan.confirmTitle')}>
      <FailureNotice failure={failure} />
      <div className={styles.venue}>
        <span className={styles.symbol}><Symbol name="place" /></span>
        <p className={styles.name}>{venue.venueName}</p>
        <p>{isVenueKind(venue.venueKind) ? venueKinds[venue.venueKind].name[language] : null}</p>
        <p className={styles.time}>{time.time(now)}</p>
        <p className={styles.genuine}><span className={styles.tick}><Symbol name="tick" /></span>{text('scan.genuine', { issuer })}</p>
      </div>
      <div className={styles.actions}>
        <Button wide busy={busy} onClick={() => void confirm()}>{busy ? text('scan.confirming') : text('scan.confirm')}</Button>
        <Button wide look="secondary" onClick={again}>{text('cancel')}</Button>
      </div>
      <div className={styles.small}>
        <p>{text('scan.stay', { minutes: venue.usualStayMinutes })}</p>
        <p>{text('scan.kept')}</p>
      </div>
    </Page>
  );
}

/** /v: a poster's link opened with any camera. The code is in the fragment, which no server sees. */
export function VenueLinkPage() {
  const { account, pendingVenue } = useDevice();
  const [, navigate] = useLocation();
  const [code, setCode] = useState(codeInAddress);
  useEffect(() => {
    // Another poster's link, opened while this page is there, changes the fragment alone.
    const change = () => setCode((current) => codeInAddress() ?? current);
    window.addEventListener('hashchange', change);
    return () => window.removeEventListener('hashchange', change);
  }, []);
  const isResident = account !== null;
  useEffect(() => {
    if (!isResident) {
      if (code !== null) void keep({ pendingVenue: { text: code, atMs: Date.now() } });
      navigate(routes.start, { replace: true });
    } else if (code !== null) {
      // A reload must not check in a second time by itself, nor the history keep the place.
      window.history.replaceState(null, '', routes.venue);
    }
  }, [isResident, code, navigate]);
  if (!isResident) return null;
  return <ScanPage opened={code ?? waitingVenueCode(pendingVenue, Date.now())} />;
}

/** The address with the code in its fragment; null where there is none. */
function codeInAddress(): string | null {
  return window.location.hash.length > 1 ? window.location.href : null;
}
