import { useState } from 'react';
import type { Guardianships } from '@health-kit/api';
import { Button, FailureNotice, useTimeFormat, type Failure } from '@health-kit/ui';
import styles from '../records/records.module.css';
import { useText } from '../text.ts';
import { endLink } from './guardianships.ts';

/** A request of this person's that the other phone has not confirmed yet: whose it is, is not said before. */
export function AskedEntry({ request, onEnded }: { readonly request: Guardianships['asked'][number]; readonly onEnded: () => void }) {
  const text = useText();
  const time = useTimeFormat();
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  async function withdraw(): Promise<void> {
    setBusy(true);
    const refusal = await endLink(request.linkId);
    setBusy(false);
    setFailure(refusal);
    if (refusal === null) onEnded();
  }
  return (
    <li className={styles.entry}>
      <div className={styles.head}><h2>{text('guardians.dependant.waitsTitle')}</h2></div>
      <p>{text('guardians.dependant.waits')}</p>
      <p className={styles.soft}>{text('guardians.dependant.waitsUntil', { time: time.dateTime(request.until) })}</p>
      <FailureNotice failure={failure} />
      <div className={styles.actions}><Button look="secondary" busy={busy} onClick={() => void withdraw()}>{text('guardians.dependant.withdraw')}</Button></div>
    </li>
  );
}
