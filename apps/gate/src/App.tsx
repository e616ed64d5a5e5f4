import type { ReactNode } from 'react';
import { Route, Router, Switch, useLocation } from 'wouter';
import { AppFrame, CityTimeZone, ErrorBoundary, lazyPage, Navigation, NotFoundPage, Symbol, TrustBanner, useLanguage, type SymbolName } from '@health-kit/ui';
import { isClockWrong } from './connection/clockOffset.ts';
import { useServerContact } from './connection/serverContact.ts';
import { useGate } from './gate/gateStore.ts';
import { HostOnly } from './host/HostOnly.tsx';
import { routes } from './routes.ts';
import { ScanPage } from './scan/ScanPage.tsx';
import { adoptTyped, useTrust } from './scan/trust.ts';
import { useText } from './text.ts';
import styles from './App.module.css';

// The scanner comes with the app; every other page is fetched when somebody goes there.
const EnrolPage = lazyPage(() => import('./gate/EnrolPage.tsx'), 'EnrolPage');
const GatePage = lazyPage(() => import('./gate/GatePage.tsx'), 'GatePage');
const RegisterVenuePage = lazyPage(() => import('./host/RegisterVenuePage.tsx'), 'RegisterVenuePage');
const VenuePage = lazyPage(() => import('./host/VenuePage.tsx'), 'VenuePage');
const VenuesPage = lazyPage(() => import('./host/VenuesPage.tsx'), 'VenuesPage');
const StartPage = lazyPage(() => import('./StartPage.tsx'), 'StartPage');

/** Head, state of network and clock, page, navigation. */
export function App() {
  const text = useText();
  const { language } = useLanguage();
  const { trust, session } = useGate();
  return (
    <CityTimeZone value={trust?.timeZone ?? 'Asia/Shanghai'}>
      <Router base="/gate">
        <AppFrame owner={trust?.city[language] ?? ''} name={text('app.name')} navigation={session === null ? null : <GateNavigation />}>
          <Banners />
          <Pages />
        </AppFrame>
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
  const { untrusted } = useTrust();
  const seconds = Math.round(Math.abs(clockAheadMs ?? 0) / 1000);
  return (
    <div role="status">
      {reachable ? null : <Banner symbol="cloudOff">{text(navigator.onLine ? 'offline.unreachable' : 'offline.banner')}</Banner>}
      <TrustBanner untrusted={untrusted} adopt={adoptTyped} />
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

function GateNavigation() {
  const text = useText();
  return (
    <Navigation label={text('nav.label')} destinations={[
      { to: routes.scan, symbol: 'scan', name: text('nav.scan') },
      { to: routes.gate, symbol: 'settings', name: text('nav.gate') },
      { to: routes.venues, symbol: 'place', name: text('nav.venues') },
    ]} />
  );
}
