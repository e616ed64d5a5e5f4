import { useState } from 'react';
import { Button, Dialog, FailureNotice, type Failure } from '@health-kit/ui';
import { useText } from '../text.ts';
import { endLink, type Guardianship } from './guardianships.ts';

/** Asks before a guardianship is ended, and says whose pass goes with it. Null: closed. */
export function EndDialog({ link, side, onClose, onEnded }: {
  readonly link: Guardianship | null; readonly side: 'dependant' | 'guardian'; readonly onClose: () => void; readonly onEnded: () => void;
}) {
  const text = useText();
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  async function end(linkId: Guardianship['linkId']): Promise<void> {
    setBusy(true);
    const refusal = await endLink(linkId);
    setBusy(false);
    setFailure(refusal);
    if (refusal === null) onEnded();
  }
  const name = link?.holder.name ?? '';
  return (
    <Dialog
      open={link !== null} onClose={onClose} title={text(`guardians.${side}.endTitle`, { name })}
      actions={<><Button look="danger" busy={busy} onClick={() => void (link === null ? undefined : end(link.linkId))}>{text('guardians.end')}</Button><Button look="quiet" onClick={onClose}>{text('cancel')}</Button></>}
    >
      <p>{text(`guardians.${side}.endText`, { name })}</p>
      <FailureNotice failure={failure} />
    </Dialog>
  );
}
