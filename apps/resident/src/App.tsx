import { Route, Switch, useLocation } from 'wouter';
import { AppFrame, CityTimeZone, ErrorBoundary, Navigation, NotFoundPage, TrustBanner, useLanguage } from '@health-kit/ui';
import { ReceiptPage } from './checkIn/ReceiptPage.tsx';
import { ScanPage, VenueLinkPage } from './checkIn/ScanPage.tsx';
import { useDevice } from './device/deviceState.ts';
import { adoptTyped, useTrust } from './device/trust.ts';
import { DevicesPage } from './devices/DevicesPage.tsx';
import { RecoverPage } from './devices/RecoverPage.tsx';
import { DependantPassPage } from './guardians/DependantPassPage.tsx';
import { DependantsPage } from './guardians/DependantsPage.tsx';
import { GuardiansPage } from './guardians/GuardiansPage.tsx';
import { LookAfterPage } from './guardians/LookAfterPage.tsx';
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

/** Head, page, navigation. */
export function App() {
  const text = useText();
  const { language } = useLanguage();
  const { account, trust, pass } = useDevice();
  const { untrusted } = useTrust();
  const [path] = useLocation();
  // Somebody who has confirmed the phone and has a pass to show is at home; before that there is one way only.
  const atHome = account !== null && pass !== null;
  return (
    <CityTimeZone value={trust?.timeZone ?? 'Asia/Shanghai'}>
      <AppFrame owner={trust?.city[language] ?? ''} name={text('app.name')} navigation={atHome ? <ResidentNavigation /> : null}>
        <TrustBanner untrusted={untrusted} adopt={adoptTyped} />
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
            <Route path={routes.dependants}><DependantsPage /></Route>
            <Route path={routes.lookAfter}><LookAfterPage /></Route>
            <Route path={routes.dependant}>{({ linkId }) => <DependantPassPage linkId={linkId} />}</Route>
            <Route path={routes.guardians}><GuardiansPage /></Route>
            <Route path={routes.settings}><SettingsPage /></Route>
            <Route path={routes.export}><ExportPage /></Route>
            <Route path={routes.erase}><ErasePage /></Route>
            <Route path={routes.erased}><ErasedPage /></Route>
            <Route path={routes.about}><AboutPage /></Route>
            <Route><NotFoundPage /></Route>
          </Switch>
        </ErrorBoundary>
      </AppFrame>
    </CityTimeZone>
  );
}

function ResidentNavigation() {
  const text = useText();
  const unread = useUnreadNotices();
  return (
    <Navigation label={text('nav.label')} destinations={[
      { to: routes.pass, symbol: 'pass', name: text('nav.pass') },
      { to: routes.scan, symbol: 'scan', name: text('nav.scan'), within: ['/v', '/visit'] },
      { to: routes.records, symbol: 'records', name: text('nav.records'), waiting: unread > 0 ? text('records.unread', { count: unread }) : null },
      { to: routes.settings, symbol: 'settings', name: text('nav.settings'), within: ['/about', '/portrait'] },
    ]} />
  );
}
