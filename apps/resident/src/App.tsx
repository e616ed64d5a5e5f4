import { Route, Switch, useLocation } from 'wouter';
import { AppFrame, CityTimeZone, ErrorBoundary, lazyPage, Navigation, NotFoundPage, TrustBanner, useLanguage } from '@health-kit/ui';
import { useDevice } from './device/deviceState.ts';
import { adoptTyped, useTrust } from './device/trust.ts';
import { PassPage } from './pass/PassPage.tsx';
import { useUnreadNotices } from './records/unreadNotices.ts';
import { routes } from './routes.ts';
import { useText } from './text.ts';

// The pass comes with the app; every other page is fetched when somebody goes there.
const ReceiptPage = lazyPage(() => import('./checkIn/ReceiptPage.tsx'), 'ReceiptPage');
const ScanPage = lazyPage(() => import('./checkIn/ScanPage.tsx'), 'ScanPage');
const VenueLinkPage = lazyPage(() => import('./checkIn/ScanPage.tsx'), 'VenueLinkPage');
const AppealsPage = lazyPage(() => import('./appeals/AppealsPage.tsx'), 'AppealsPage');
const NewAppealPage = lazyPage(() => import('./appeals/NewAppealPage.tsx'), 'NewAppealPage');
const DevicesPage = lazyPage(() => import('./devices/DevicesPage.tsx'), 'DevicesPage');
const RecoverPage = lazyPage(() => import('./devices/RecoverPage.tsx'), 'RecoverPage');
const ByPhonePage = lazyPage(() => import('./guardians/ByPhonePage.tsx'), 'ByPhonePage');
const DependantPassPage = lazyPage(() => import('./guardians/DependantPassPage.tsx'), 'DependantPassPage');
const DependantsPage = lazyPage(() => import('./guardians/DependantsPage.tsx'), 'DependantsPage');
const GuardiansPage = lazyPage(() => import('./guardians/GuardiansPage.tsx'), 'GuardiansPage');
const IdentityPage = lazyPage(() => import('./identity/IdentityPage.tsx'), 'IdentityPage');
const IdentityReturnPage = lazyPage(() => import('./identity/IdentityPage.tsx'), 'IdentityReturnPage');
const LookAfterPage = lazyPage(() => import('./guardians/LookAfterPage.tsx'), 'LookAfterPage');
const PortraitPage = lazyPage(() => import('./portrait/PortraitPage.tsx'), 'PortraitPage');
const AccessLogPage = lazyPage(() => import('./records/AccessLogPage.tsx'), 'AccessLogPage');
const NoticesPage = lazyPage(() => import('./records/NoticesPage.tsx'), 'NoticesPage');
const OrdersPage = lazyPage(() => import('./records/OrdersPage.tsx'), 'OrdersPage');
const RecordsPage = lazyPage(() => import('./records/RecordsPage.tsx'), 'RecordsPage');
const ResultsPage = lazyPage(() => import('./records/ResultsPage.tsx'), 'ResultsPage');
const VisitsPage = lazyPage(() => import('./records/VisitsPage.tsx'), 'VisitsPage');
const CodePage = lazyPage(() => import('./registration/CodePage.tsx'), 'CodePage');
const RegistrationPage = lazyPage(() => import('./registration/RegistrationPage.tsx'), 'RegistrationPage');
const AboutPage = lazyPage(() => import('./settings/AboutPage.tsx'), 'AboutPage');
const ErasedPage = lazyPage(() => import('./settings/ErasePage.tsx'), 'ErasedPage');
const ErasePage = lazyPage(() => import('./settings/ErasePage.tsx'), 'ErasePage');
const ExportPage = lazyPage(() => import('./settings/ExportPage.tsx'), 'ExportPage');
const RulesPage = lazyPage(() => import('./settings/RulesPage.tsx'), 'RulesPage');
const SettingsPage = lazyPage(() => import('./settings/SettingsPage.tsx'), 'SettingsPage');
const WelcomePage = lazyPage(() => import('./WelcomePage.tsx'), 'WelcomePage');

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
            <Route path={routes.orders}><OrdersPage /></Route>
            <Route path={routes.access}><AccessLogPage /></Route>
            <Route path={routes.appeals}><AppealsPage /></Route>
            <Route path={routes.newAppeal}><NewAppealPage /></Route>
            <Route path={routes.visits}><VisitsPage /></Route>
            <Route path={routes.devices}><DevicesPage /></Route>
            <Route path={routes.recover}><RecoverPage /></Route>
            <Route path={routes.dependants}><DependantsPage /></Route>
            <Route path={routes.lookAfter}><LookAfterPage /></Route>
            <Route path={routes.lookAfterByPhone}><ByPhonePage /></Route>
            <Route path={routes.dependant}>{({ linkId }) => <DependantPassPage linkId={linkId} />}</Route>
            <Route path={routes.guardians}><GuardiansPage /></Route>
            <Route path={routes.settings}><SettingsPage /></Route>
            <Route path={routes.export}><ExportPage /></Route>
            <Route path={routes.identity}><IdentityPage /></Route>
            <Route path={routes.identityReturn}><IdentityReturnPage /></Route>
            <Route path={routes.erase}><ErasePage /></Route>
            <Route path={routes.erased}><ErasedPage /></Route>
            <Route path={routes.rules}><RulesPage /></Route>
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
