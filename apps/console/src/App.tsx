import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { useContext, useEffect, useRef, useState, type ReactNode } from 'react';
import type { StaffRole } from '@health-kit/api';
import { CityTimeZone, ErrorBoundary, TrustNotice, useLanguage } from '@health-kit/ui';
import { Route, Router, Switch, useLocation } from 'wouter';
import { useHistoryState } from 'wouter/use-browser-location';
import { InstitutionsPage } from './administration/InstitutionsPage.tsx';
import { InvitationsPage } from './administration/InvitationsPage.tsx';
import { StaffPage } from './administration/StaffPage.tsx';
import { AppealPage } from './appeals/AppealPage.tsx';
import { AppealsPage } from './appeals/AppealsPage.tsx';
import { WithoutPhonePage } from './cards/WithoutPhonePage.tsx';
import { DeskPage } from './desk/DeskPage.tsx';
import { DisclosurePage } from './disclosure/DisclosurePage.tsx';
import { DisclosuresPage } from './disclosure/DisclosuresPage.tsx';
import { KeysPage } from './keys/KeysPage.tsx';
import { LaboratoryPage } from './laboratory/LaboratoryPage.tsx';
import { SystemPage } from './laboratory/SystemPage.tsx';
import { CountsPage } from './orders/CountsPage.tsx';
import { OrdersPage } from './orders/OrdersPage.tsx';
import { ProposalPage } from './orders/ProposalPage.tsx';
import { PrivacyPage } from './privacy/PrivacyPage.tsx';
import { SamplingPage } from './sampling/SamplingPage.tsx';
import { EnrolPage, justEnrolled } from './session/EnrolPage.tsx';
import { PasskeysPage } from './session/PasskeysPage.tsx';
import { useSession, type Officer } from './session/session.ts';
import { SignInPage } from './session/SignInPage.tsx';
import { adoptTyped, refreshTrust, useTrust } from './session/trust.ts';
import { HomePage } from './shell/HomePage.tsx';
import { NotHere } from './shell/NotHere.tsx';
import { Shell } from './shell/Shell.tsx';
import { SunsetPage } from './sunset/SunsetPage.tsx';
import { CasePage } from './tracing/CasePage.tsx';
import { CasesPage } from './tracing/CasesPage.tsx';

export function App() {
  return <Router base="/console"><AtPath><Signed /></AtPath></Router>;
}

/** A page that throws leaves the frame around it standing; what throws outside the pages is caught by the outermost. */
function AtPath({ children }: { readonly children: ReactNode }) {
  const [path] = useLocation();
  return <ErrorBoundary path={path}>{children}</ErrorBoundary>;
}

function Signed() {
  const state = useSession();
  const [location] = useLocation();
  const history: unknown = useHistoryState();
  if (location === '/enrol') return <EnrolPage />;
  if (state.kind === 'signed-out') return <SignInPage enrolled={history === justEnrolled} />;
  const expired = state.kind === 'expired';
  const { officer, expiresAt } = expired ? state : state.session;
  return (
    <>
      {expired ? <SignInPage expired={officer} /> : null}
      {/* Hidden, the page keeps its selection and what was typed while its officer signs in again. Another officer gets a page and answers of their own. */}
      <div hidden={expired}><Workplace key={officer.officerId} officer={officer} expiresAt={expiresAt} paused={expired} /></div>
    </>
  );
}

/** Calls have their own attempts and deadlines (packages/client); offline, a page says so instead of waiting. */
function newQueries(): QueryClient {
  return new QueryClient({ defaultOptions: { queries: { retry: false, networkMode: 'always', staleTime: 5_000 }, mutations: { retry: false, networkMode: 'always' } } });
}

/** `paused`: the officer has to sign in again first; then everything is asked anew, as nothing was answered meanwhile. */
function Workplace({ paused, ...props }: { readonly officer: Officer; readonly expiresAt: string; readonly paused: boolean }) {
  const [queries] = useState(newQueries);
  const wasPaused = useRef(paused);
  useEffect(() => {
    if (wasPaused.current && !paused) void queries.invalidateQueries();
    wasPaused.current = paused;
  }, [paused, queries]);
  return <QueryClientProvider client={queries}><InCity {...props} /></QueryClientProvider>;
}

/** How often the city's keys are asked for while somebody works, ms. */
const trustEveryMs = 10 * 60_000;

/** Everything is written in the city's own time zone. */
function InCity({ officer, expiresAt }: { readonly officer: Officer; readonly expiresAt: string }) {
  const { language } = useLanguage();
  const { trust, untrusted } = useTrust();
  useEffect(() => {
    const refresh = () => void refreshTrust();
    refresh();
    const timer = setInterval(refresh, trustEveryMs);
    return () => clearInterval(timer);
  }, []);
  const defaultZone = useContext(CityTimeZone);
  return (
    <CityTimeZone value={trust?.timeZone ?? defaultZone}>
      <Shell city={trust?.city[language] ?? null} officer={officer} expiresAt={expiresAt} notice={untrusted === null ? null : <TrustNotice fault={untrusted.fault} adopt={adoptTyped} />}>
        <AtPath><Pages officer={officer} /></AtPath>
      </Shell>
    </CityTimeZone>
  );
}

function Pages({ officer }: { readonly officer: Officer }) {
  const only = (roles: readonly StaffRole[], page: ReactNode) => (roles.some((role) => officer.roles.includes(role)) ? page : <NotHere why="notPermitted" />);
  const isTracer = officer.roles.includes('tracer');
  return (
    <Switch>
      <Route path="/"><HomePage officer={officer} /></Route>
      <Route path="/desk/without-phone">{only(['registrar'], <WithoutPhonePage />)}</Route>
      <Route path="/desk">{only(['registrar'], <DeskPage />)}</Route>
      <Route path="/sampling">{only(['sampler'], <SamplingPage />)}</Route>
      <Route path="/laboratory">{only(['laboratory'], <LaboratoryPage />)}</Route>
      <Route path="/system">{only(['laboratory'], <SystemPage />)}</Route>
      <Route path="/cases">{only(['tracer', 'medical-officer'], <CasesPage />)}</Route>
      <Route path="/cases/:caseId">{({ caseId }) => only(['tracer', 'medical-officer'], <CasePage key={caseId} caseId={caseId} mayTrace={isTracer} />)}</Route>
      <Route path="/orders">{only(['tracer', 'medical-officer'], <OrdersPage officer={officer} />)}</Route>
      <Route path="/orders/:proposalId">{({ proposalId }) => only(['tracer', 'medical-officer'], <ProposalPage key={proposalId} proposalId={proposalId} officer={officer} />)}</Route>
      <Route path="/appeals">{only(['medical-officer'], <AppealsPage />)}</Route>
      <Route path="/appeals/:appealId">{({ appealId }) => only(['medical-officer'], <AppealPage key={appealId} appealId={appealId} />)}</Route>
      <Route path="/disclosures">{only(['tracer', 'medical-officer', 'privacy-officer'], <DisclosuresPage officer={officer} />)}</Route>
      <Route path="/disclosures/:disclosureId">{({ disclosureId }) => only(['tracer', 'medical-officer', 'privacy-officer'], <DisclosurePage key={disclosureId} disclosureId={disclosureId} officer={officer} />)}</Route>
      <Route path="/counts"><CountsPage /></Route>
      <Route path="/privacy">{only(['privacy-officer'], <PrivacyPage officerId={officer.officerId} />)}</Route>
      <Route path="/staff">{only(['administrator'], <StaffPage officer={officer} />)}</Route>
      <Route path="/invitations">{only(['administrator', 'privacy-officer'], <InvitationsPage />)}</Route>
      <Route path="/keys">{only(['administrator'], <KeysPage />)}</Route>
      <Route path="/passkeys"><PasskeysPage /></Route>
      <Route path="/institutions">{only(['administrator'], <InstitutionsPage />)}</Route>
      <Route path="/sunset">{only(['administrator', 'privacy-officer'], <SunsetPage />)}</Route>
      <Route><NotHere why="notFound" /></Route>
    </Switch>
  );
}
