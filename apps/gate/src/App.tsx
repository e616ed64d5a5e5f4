import { useEffect, type ReactNode } from 'react';
import { Link, Route, Router, Switch, useLocation } from 'wouter';
import { AppHeader, buttonClass, CityTimeZone, EmptyState, ErrorBoundary, Page, Symbol, useLanguage, type SymbolName } from '@health-kit/ui';
import { isClockWrong } from './connection/clockOffset.ts';
import { useServerContact } from './connection/serverContact.ts';
import { EnrolPage } from './gate/EnrolPage.tsx';
import { GatePage } from './gate/GatePage.tsx';
import { useGate } from './gate/gateStore.ts';
import { HostOnly } from './host/HostOnly.tsx';
import { RegisterVenuePage } from './host/RegisterVenuePage.tsx';
import { VenuePage } from './host/VenuePage.tsx';
import { VenuesPage } from './host/VenuesPage.tsx';
import { routes } from './routes.ts';
import { ScanPage } from './scan/ScanPage.tsx';
import { StartPage } from './StartPage.tsx';
import { useText } from './text.ts';
import styles from './App.module.css';

/** Head, state of network and clock, page, navigation. */
export function App() {
  const text = useText();
  const { language } = useLanguage();
  const { trust, session } = useGate();
  const name = text('app.name');
  useEffect(() => {
    document.querySelector('meta[name="apple-mobile-web-app-title"]')?.setAttribute('content', name);
  }, [name]);
  return (
    <CityTimeZone value={trust?.timeZone ?? 'Asia/Shanghai'}>
      <Router base="/gate">
        <div className={session === null ? styles.app : `${styles.app} ${styles.withNav}`}>
          <AppHeader owner={trust?.city[language] ?? ''} name={name}>{session === null ? null : <Navigation />}</AppHeader>
          <Banners />
          <Pages />
        </div>
      </Router>
    </CityTimeZone>
  );
}

function Pages() {
  const [path] = useLocation();
  return (
    <ErrorBoundary path={path}>
      <Switch>
        <Route path={routes.start}><StartPage /></Route>
        <Route path={routes.scan}><ScanPage /></Route>
        <Route path={routes.enrol}><EnrolPage /></Route>
        <Route path={routes.gate}><GatePage /></Route>
        <Route path={routes.venues}><HostOnly><VenuesPage /></HostOnly></Route>
        <Route path={routes.registerVenue}><HostOnly><RegisterVenuePage /></HostOnly></Route>
        <Route path={routes.venue}>{({ venueId }) => <HostOnly><VenuePage venueId={venueId} /></HostOnly>}</Route>
        <Route><NotFoundPage /></Route>
      </Switch>
    </ErrorBoundary>
  );
}

function Banners() {
  const text = useText();
  const { reachable, clockAheadMs } = useServerContact();
  const seconds = Math.round(Math.abs(clockAheadMs ?? 0) / 1000);
  return (
    <div role="status">
      {reachable ? null : <Banner symbol="cloudOff">{text(navigator.onLine ? 'offline.unreachable' : 'offline.banner')}</Banner>}
      {isClockWrong(clockAheadMs)
        ? <Banner symbol="clock"><strong>{text('clock.title')}</strong>{' '}{text((clockAheadMs ?? 0) > 0 ? 'clock.ahead' : 'clock.behind', { seconds })}</Banner> : null}
    </div>
  );
}

function Banner({ symbol, children }: { readonly symbol: SymbolName; readonly children: ReactNode }) {
  return (
    <div className={styles.banner}>
      <span className={styles.bannerSymbol}><Symbol name={symbol} /></span>
      <p>{children}</p>
    </div>
  );
}

const destinations = [
  { to: routes.scan, symbol: 'scan', name: 'nav.scan' },
  { to: routes.gate, symbol: 'settings', name: 'nav.gate' },
  { to: routes.venues, symbol: 'place', name: 'nav.venues' },
] as const satisfies readonly { to: string; symbol: SymbolName; name: string }[];

function Navigation() {
  const text = useText();
  const [location] = useLocation();
  return (
    <nav className={styles.nav} aria-label={text('nav.label')}>
      {destinations.map(({ to, symbol, name }) => {
        const here = location === to || location.startsWith(`${to}/`);
        return (
          <Link key={to} href={to} className={here ? `${styles.destination} ${styles.here}` : styles.destination} aria-current={here ? 'page' : undefined}>
            <span className={styles.symbol}><Symbol name={symbol} /></span>
            {text(name)}
          </Link>
        );
      })}
    </nav>
  );
}

function NotFoundPage() {
  const text = useText();
  return (
    <Page title={text('notFound.title')} quietTitle>
      <EmptyState title={text('notFound.title')} action={<Link className={buttonClass()} href={routes.start}>{text('notFound.action')}</Link>}>{text('notFound.text')}</EmptyState>
    </Page>
  );
}
