import { useEffect, useRef, useState } from 'react';
import { Link, Redirect, useLocation } from 'wouter';
import { beginIdentityProof, finishIdentityProof } from '@health-kit/api';
import { BackLink, Button, buttonClass, FailureNotice, Loading, Notice, Page, useOnline, type Failure } from '@health-kit/ui';
import { forget, useDevice } from '../device/deviceState.ts';
import { callAsResident, isProblem } from '../device/session.ts';
import { fetchPass } from '../pass/refreshPass.ts';
import { routes } from '../routes.ts';
import { useText } from '../text.ts';
import { beginPending, takePending } from './pendingProof.ts';

/** Goes to the city's identity provider, which says who somebody is to the vault alone. */
export function IdentityPage() {
  const text = useText();
  const { account, trust } = useDevice();
  const online = useOnline();
  const [failure, setFailure] = useState<Failure | null>(null);
  const [busy, setBusy] = useState(false);
  if (account === null) return <Redirect to={routes.start} replace />;
  const provider = trust?.identityProvider;
  if (provider === undefined) return <Redirect to={routes.pass} replace />;

  async function go(): Promise<void> {
    setFailure(null);
    setBusy(true);
    try {
      const { state, codeChallenge } = await beginPending();
      const answer = await callAsResident(beginIdentityProof, { body: { state, codeChallenge } });
      if (answer.ok) location.assign(answer.value.authorizationUrl);
      else setFailure(answer);
    } catch {
      setFailure({ reason: 'unexpected' });
    } finally {
      setBusy(false);
    }
  }
  return (
    <Page title={text('identity.title')} lead={text('identity.lead', { provider })} back={<BackLink to={routes.pass} />}>
      <FailureNotice failure={failure} />
      {online ? null : <Notice kind="warning">{text('records.offline')}</Notice>}
      <p>{text('identity.how')}</p>
      <p>{text('identity.sealed')}</p>
      <div><Button wide busy={busy} disabled={!online} onClick={() => void go()}>{text('identity.go', { provider })}</Button></div>
      <p>{text('identity.desk')}</p>
    </Page>
  );
}

type Finish = { readonly at: 'working' | 'cancelled' } | { readonly at: 'failed'; readonly failure: Failure };

/** Where the provider sends the browser back. */
export function IdentityReturnPage() {
  const text = useText();
  const [, navigate] = useLocation();
  const [finish, setFinish] = useState<Finish>({ at: 'working' });
  const begun = useRef(false);
  useEffect(() => {
    // Once: neither code nor state works a second time.
    if (begun.current) return;
    begun.current = true;
    const query = new URLSearchParams(location.search);
    // Out of the address before anything else happens to it.
    history.replaceState(null, '', location.pathname);
    const [code, issuer] = [query.get('code'), query.get('iss')];
    const pending = takePending(query.get('state'));
    if (code === null || issuer === null || pending === null) {
      setFinish({ at: 'cancelled' });
      return;
    }
    const prove = async () => {
      const answer = await callAsResident(finishIdentityProof, { body: { code, issuer, ...pending } });
      if (!answer.ok) {
        setFinish({ at: 'failed', failure: answer });
        return;
      }
      // The ticket of before says that the identity is not proven.
      await forget('ticket');
      await fetchPass();
      navigate(routes.pass, { replace: true });
    };
    prove().catch(() => setFinish({ at: 'failed', failure: { reason: 'unexpected' } }));
  }, [navigate]);
  const disagrees = finish.at === 'failed' && isProblem(finish.failure, 'document-mismatch');
  const incomplete = finish.at === 'cancelled' || finish.at === 'failed' && isProblem(finish.failure, 'invalid-request');
  return (
    <Page title={text('identity.title')}>
      {finish.at === 'working' ? <Loading label={text('identity.checking')} /> : null}
      {disagrees ? <Notice kind="problem" announce title={text('identity.disagreesTitle')}>{text('identity.disagrees')}</Notice> : null}
      {finish.at === 'failed' && !disagrees && !incomplete ? <FailureNotice failure={finish.failure} /> : null}
      {incomplete ? <Notice kind="warning" announce>{text('identity.cancelled')}</Notice> : null}
      {finish.at === 'working' ? null : (
        <>
          <p>{text('identity.desk')}</p>
          <div><Link className={buttonClass('primary', true)} href={routes.identity}>{text('identity.again')}</Link></div>
        </>
      )}
    </Page>
  );
}
