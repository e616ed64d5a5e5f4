import { useEffect } from 'react';
import { Link, Route, Switch, useLocation } from 'wouter';
import { AppHeader, buttonClass, CityTimeZone, EmptyState, ErrorBoundary, Page, Symbol, useLanguage, type SymbolName } from '@health-kit/ui';
import { ReceiptPage } from './checkIn/ReceiptPage.tsx';
import { ScanPage, VenueLinkPage } from './checkIn/ScanPage.tsx';
import { useDevice } from './device/deviceState.ts';
import { DevicesPage } from './devices/DevicesPage.tsx';
import { RecoverPage } from './devices/RecoverPage.tsx';
import { PassPage } from './pass/PassPage.tsx';
import { PortraitPage } from './portrait/PortraitPage.tsx';
import { AccessLogPage } from './records/AccessLogPage.tsx';
import { NoticesPage } from './records/NoticesPage.tsx';
import { RecordsPage } from './records/RecordsPage.tsx';
import { ResultsPage } from './records/ResultsPage.tsx';
import { useUnreadNotices } from './records/unreadNotices.ts';
import { VisitsPage } from './records/VisitsPage.tsx';
import { CodePage } from './registration/CodePage.tsx';
import { RegistrationPage } from './registration/RegistrationPage.tsx';
import { routes } from './routes.ts';
import { AboutPage } from './settings/AboutPage.tsx';
import { ErasedPage, ErasePage } from './settings/ErasePage.tsx';
import { ExportPage } from './settings/ExportPage.tsx';
import { SettingsPage } from './settings/SettingsPage.tsx';
import { useText } from './text.ts';
import { WelcomePage } from './WelcomePage.tsx';
import styles from './App.module.css';

/** Head, page, navigation. */
export function App() {
  const text = useText();
  const { language } = useLanguage();
  const { account, trust, pass } = useDevice();
  const [path] = useLocation();
  const manifestName = text('app.name');
  useEffect(() => {
    document.querySelector('meta[name="apple-mobile-web-app-title"]')?.setAttribute('content', manifestName);
  }, [manifestName]);
  // Somebody who has confirmed the phone and has a pass to show is at home; before that there is one way only.
  const atHome = account !== null && pass !== null;
  return (
    <CityTimeZone value={trust?.timeZone ?? 'Asia/Shanghai'}>
      <div className={atHome ? `${styles.app} ${styles.withNav}` : styles.app}>
        <AppHeader owner={trust?.city[language] ?? ''} name={text('app.name')}>{atHome ? <Navigation /> : null}</AppHeader>
        <ErrorBoundary path={path}>
          <Switch>
            <Route path={routes.start}><WelcomePage /></Route>
            <Route path={routes.register}><RegistrationPage /></Route>
            <Route path={routes.code}><CodePage /></Route>
            <Route path={routes.portrait}><PortraitPage /></Route>
            <Route path={routes.pass}><PassPage /></Route>
            <Route path={routes.scan}><ScanPage /></Route>
            <Route path={routes.venue}><VenueLinkPage /></Route>
            <Route path={routes.visit}>{({ visitId }) => <ReceiptPage visitId={visitId} />}</Route>
            <Route path={routes.records}><RecordsPage /></Route>
            <Route path={routes.results}><ResultsPage /></Route>
            <Route path={routes.notices}><NoticesPage /></Route>
            <Route path={routes.access}><AccessLogPage /></Route>
            <Route path={routes.visits}><VisitsPage /></Route>
            <Route path={routes.devices}><DevicesPage /></Route>
            <Route path={routes.recover}><RecoverPage /></Route>
            <Route path={routes.settings}><SettingsPage /></Route>
            <Route path={routes.export}><ExportPage /></Route>
            <Route path={routes.erase}><ErasePage /></Route>
            <Route path={routes.erased}><ErasedPage /></Route>
            <Route path={routes.about}><AboutPage /></Route>
            <Route><NotFoundPage /></Route>
          </Switch>
        </ErrorBoundary>
      </div>
    </CityTimeZone>
  );
}

const destinations = [
  { to: routes.pass, symbol: 'pass', name: 'nav.pass', within: ['/pass'] },
  { to: routes.scan, symbol: 'scan', name: 'nav.scan', within: ['/scan', '/v', '/visit'] },
  { to: routes.records, symbol: 'records', name: 'nav.records', within: ['/records'] },
  { to: routes.settings, symbol: 'settings', name: 'nav.settings', within: ['/settings', '/about', '/portrait'] },
] as const satisfies readonly { to: string; symbol: SymbolName; name: string; within: readonly string[] }[];

function Navigation() {
  const text = useText();
  const [location] = useLocation();
  const unread = useUnreadNotices();
  return (
    <nav className={styles.nav} aria-label={text('nav.label')}>
      {destinations.map(({ to, symbol, name, within }) => {
        const here = within.some((path) => location === path || location.startsWith(`${path}/`));
        return (
          <Link key={to} href={to} className={here ? `${styles.destination} ${styles.here}` : styles.destination} aria-current={here ? 'page' : undefined}>
            <span className={styles.symbol}>
              <Symbol name={symbol} />
              {to === routes.records && unread > 0 ? <span className={styles.dot} /> : null}
            </span>
            {text(name)}
            {to === routes.records && unread > 0 ? <span className="visually-hidden"> ({text('records.unread', { count: unread })})</span> : null}
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
