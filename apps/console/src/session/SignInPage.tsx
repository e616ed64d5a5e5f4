import { useEffect, useRef, useState } from 'react';
import { finishStaffSignIn } from '@health-kit/api';
import { Button, LanguageSwitch, LargeTypeSwitch, Notice } from '@health-kit/ui';
import { FailureNotice } from '../answers/Answered.tsx';
import { problemOf, RefusedError } from '../answers/callAsStaff.ts';
import { useText } from '../text.ts';
import { askPasskey } from './passkeys.ts';
import { signIn, signOut, type Officer } from './session.ts';
import styles from './session.module.css';

/** Signs in with a passkey. After a session ended it stands over the page that is kept; `expired` is who worked there. */
export function SignInPage({ expired, enrolled = false }: { readonly expired?: Officer; readonly enrolled?: boolean }) {
  const text = useText();
  const heading = useRef<HTMLHeadingElement>(null);
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const title = text(expired === undefined ? 'session.title' : 'session.expiredTitle');
  useEffect(() => {
    const before = document.title;
    document.title = title;
    // The page that was kept is there again, under its own title.
    return () => {
      document.title = before;
    };
  }, [title]);
  useEffect(() => {
    if (expired !== undefined) heading.current?.focus();
  }, [expired]);

  async function submit(): Promise<void> {
    setBusy(true);
    setError(null);
    try {
      const refusal = await signIn(askPasskey);
      if (refusal !== null) setError(new RefusedError(finishStaffSignIn, refusal));
    } catch (reason) {
      setError(reason);
    } finally {
      setBusy(false);
    }
  }

  const refused = problemOf(error);
  return (
    <div className={styles.backdrop}>
      <div className={styles.switches}><LargeTypeSwitch /><LanguageSwitch /></div>
      <main className={styles.card}>
        <p className={styles.product}>{text('shell.name')}</p>
        <h1 ref={heading} tabIndex={-1}>{title}</h1>
        {enrolled ? <Notice kind="success" announce>{text('session.enrolled')}</Notice> : null}
        <p className={styles.soft}>{expired === undefined ? text('session.lead') : text('session.expired', { name: expired.name })}</p>
        {error === null ? null : refused === 'not-authorized' ? <FailureNotice error={error}>{text('session.notKnown')}</FailureNotice>
          : refused === 'account-stopped' ? <FailureNotice error={error}>{text('session.stopped')}</FailureNotice> : <FailureNotice error={error} />}
        <Button wide busy={busy} onClick={() => void submit()}>{text('session.signIn')}</Button>
        {expired === undefined
          ? (
            <details className={styles.more}>
              <summary>{text('session.noPasskeyTitle')}</summary>
              <p>{text('session.noPasskey', { address: `${window.location.host}/console/enrol` })}</p>
            </details>
          )
          : <Button look="quiet" onClick={() => void signOut()}>{text('session.other', { name: expired.name })}</Button>}
      </main>
    </div>
  );
}
