import { useEffect, useState } from 'react';
import { enrolmentKey, invitationNumber, proveInvitation, readCodeWithRoot } from '@health-kit/client';
import { beginStaffEnrolment, finishStaffEnrolment } from '@health-kit/api';
import { Button, LanguageSwitch, LargeTypeSwitch, Loading, Notice, buttonClass } from '@health-kit/ui';
import { Type } from 'typebox';
import { Check } from 'typebox/value';
import { Link, useLocation } from 'wouter';
import { FailureNotice } from '../answers/Answered.tsx';
import { ask, askTrust, problemOf } from '../answers/callAsStaff.ts';
import { Facts } from '../lists/Facts.tsx';
import { useText } from '../text.ts';
import { askPasskey, makePasskey, PasskeyError } from './passkeys.ts';
import { signIn, type Officer } from './session.ts';
import styles from './session.module.css';

/** What the history says of the page after enrolment. */
export const justEnrolled = 'enrolled';

type Begun = { readonly officer: Officer; readonly options: Record<string, unknown> };

const NewCredential = Type.Object({ response: Type.Object({ clientDataJSON: Type.String(), attestationObject: Type.String() }) });

/** Asks by the invitation's number: the code itself is told to nobody. */
async function begin(code: string): Promise<Begun> {
  return ask(beginStaffEnrolment, { body: { invitation: await invitationNumber(code) } });
}

/** Proves the code over the very passkey, so that nobody on the way puts another in its place. */
async function finish(code: string, credential: Record<string, unknown>): Promise<void> {
  if (!Check(NewCredential, credential)) throw new PasskeyError('failed');
  const proof = await proveInvitation(await enrolmentKey(code), credential.response);
  await ask(finishStaffEnrolment, { body: { invitation: await invitationNumber(code), credential, proof } });
}

/** Makes a passkey with an invitation. Code and trust root stand after the # of the link: they reach no server's log. */
export function EnrolPage() {
  const text = useText();
  const [invitation] = useState(() => readCodeWithRoot(window.location.hash.slice(1)));
  const code = invitation?.code ?? null;
  const [begun, setBegun] = useState<Begun | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const [, navigate] = useLocation();
  const title = text('session.enrolTitle');
  useEffect(() => {
    document.title = title;
  }, [title]);
  useEffect(() => {
    if (invitation === null) return;
    let over = false;
    // The system is the one whose trust root came with the invitation, whatever answers here.
    askTrust(invitation.root).then(() => begin(invitation.code)).then((answer) => {
      if (!over) setBegun(answer);
    }, (reason: unknown) => {
      if (!over) setError(reason);
    });
    return () => {
      over = true;
    };
  }, [invitation]);

  async function enrol(): Promise<void> {
    if (code === null) return;
    setBusy(true);
    setError(null);
    try {
      // Options are good once: after a cancelled attempt the vault expects a fresh challenge.
      const { options } = error === null && begun !== null ? begun : await begin(code);
      const credential = await makePasskey(options);
      await finish(code, credential);
      // Whatever keeps the new passkey from being used at once is told on the sign-in page, if it happens there again.
      await signIn(askPasskey).catch(() => null);
      navigate('/', { replace: true, state: justEnrolled });
    } catch (reason) {
      setError(reason);
    } finally {
      setBusy(false);
    }
  }

  const used = problemOf(error) === 'code-refused';
  return (
    <div className={styles.backdrop}>
      <div className={styles.switches}><LargeTypeSwitch /><LanguageSwitch /></div>
      <main className={styles.card}>
        <p className={styles.product}>{text('shell.name')}</p>
        <h1>{title}</h1>
        {code === null ? <Notice kind="problem" title={text('session.noCodeTitle')}>{text('session.noCode')}</Notice> : null}
        {error === null ? null : used ? <FailureNotice error={error}>{text('session.codeRefused')}</FailureNotice> : <FailureNotice error={error} />}
        {code !== null && begun === null && error === null ? <Loading /> : null}
        {begun === null || used ? <Link className={buttonClass('quiet')} href="/">{text('session.toSignIn')}</Link> : (
          <>
            <p className={styles.soft}>{text('session.enrolLead')}</p>
            <h2>{text('session.enrolCheck')}</h2>
            <Facts facts={[
              [text('session.name'), begun.officer.name], [text('session.office'), begun.officer.office],
              [text('session.unit'), begun.officer.unit], [text('session.roles'), begun.officer.roles.map((role) => text(`session.role.${role}`)).join(' · ')],
            ]} />
            <Button wide busy={busy} onClick={() => void enrol()}>{text('session.enrol')}</Button>
            <p className={styles.soft}>{text('session.enrolNotMe')}</p>
          </>
        )}
      </main>
    </div>
  );
}
