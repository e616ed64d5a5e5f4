import { useEffect, useState } from 'react';
import { getPoster, type VenueId } from '@health-kit/api';
import { Button, buttonClass, FailureNotice } from '@health-kit/ui';
import type { Refusal } from '@health-kit/client';
import { useText } from '../text.ts';
import { callAsHost } from './hostSession.ts';
import styles from './host.module.css';

/** Fetches the poster with the host's proof, which no plain link could carry, and offers it as a file. */
export function Poster({ venueId, name }: { readonly venueId: VenueId; readonly name: string }) {
  const text = useText();
  const [file, setFile] = useState<Uint8Array<ArrayBuffer> | null>(null);
  const [address, setAddress] = useState<string | null>(null);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    if (file === null) return;
    const made = URL.createObjectURL(new Blob([file], { type: 'application/pdf' }));
    setAddress(made);
    return () => URL.revokeObjectURL(made);
  }, [file]);

  async function fetchPoster(): Promise<void> {
    setBusy(true);
    setRefusal(null);
    const answer = await callAsHost(getPoster, { params: { venueId } });
    setBusy(false);
    if (answer.ok) setFile(answer.value);
    else setRefusal(answer);
  }
  return (
    <div className={styles.row} role="status">
      {address === null ? <Button look="secondary" busy={busy} onClick={() => void fetchPoster()}>{text('venue.makePoster')}</Button> : (
        <>
          <a className={buttonClass()} href={address} download={text('venue.fileName', { name })}>{text('venue.download')}</a>
          <a className={buttonClass('secondary')} href={address} target="_blank" rel="noreferrer">{text('venue.print')}</a>
        </>
      )}
      <FailureNotice failure={refusal} />
    </div>
  );
}
