import { useState, type SyntheticEvent } from 'react';
import type { TrustFault } from '@health-kit/client';
import { Button } from './Button.tsx';
import type { Adoption } from './cityTrust.ts';
import { TextField } from './Field.tsx';
import { useUiText } from './i18n.ts';
import { Notice } from './Notice.tsx';
import styles from './TrustNotice.module.css';

export interface TrustNoticeProps {
  readonly fault: TrustFault;
  /** Remembers the root whose fingerprint was typed, if it is the one that answers. */
  readonly adopt: (typed: string) => Promise<Adoption>;
}

/**
 * The service's keys are not believed: what that means, and what to do. Where another root answers, somebody who has
 * its fingerprint from elsewhere types it; the page does not show it, because then nobody would compare anything.
 */
export function TrustNotice({ fault, adopt }: TrustNoticeProps) {
  const text = useUiText();
  return (
    <Notice kind="problem" announce title={text(`trust.${fault}.title`)}>
      <p>{text(`trust.${fault}.detail`)}</p>
      {fault === 'other-root' ? <OtherRoot adopt={adopt} /> : null}
    </Notice>
  );
}

/** The same above every page of an app; nothing where the keys are believed. */
export function TrustBanner({ untrusted, adopt }: { readonly untrusted: { readonly fault: TrustFault } | null; readonly adopt: TrustNoticeProps['adopt'] }) {
  return untrusted === null ? null : <div className={styles.above}><TrustNotice fault={untrusted.fault} adopt={adopt} /></div>;
}

function OtherRoot({ adopt }: Pick<TrustNoticeProps, 'adopt'>) {
  const text = useUiText();
  const [typed, setTyped] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<Exclude<Adoption, 'adopted'> | null>(null);
  async function submit(event: SyntheticEvent): Promise<void> {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    const result = await adopt(typed);
    setBusy(false);
    setError(result === 'adopted' ? null : result);
  }
  return (
    <details className={styles.anew}>
      <summary>{text('trust.anew')}</summary>
      <form className={styles.form} noValidate onSubmit={(event) => void submit(event)}>
        <p>{text('trust.anewText')}</p>
        <TextField
          label={text('trust.typed')} hint={text('trust.typedHint')} error={error === null ? null : text(`trust.errors.${error}`)}
          value={typed} onChange={setTyped} autoComplete="off" autoCapitalize="none" spellCheck={false}
        />
        <div><Button type="submit" look="secondary" busy={busy}>{text('trust.adopt')}</Button></div>
      </form>
    </details>
  );
}

/** A fingerprint in groups, which stay whole where the line breaks. */
export function Fingerprint({ groups }: { readonly groups: string }) {
  return <code className={styles.fingerprint}>{groups}</code>;
}
