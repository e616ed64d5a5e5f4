import { useState } from 'react';
import { revokeGate, type Venue } from '@health-kit/api';
import { Button, Dialog, FailureNotice, type Failure } from '@health-kit/ui';
import { useText } from '../text.ts';
import { callAsHost } from './hostSession.ts';

/** Revokes a gate, as when its device is lost or sold, after asking: its key and its tickets are worth nothing from then on. */
export function RevokeGate({ venueId, gate, onRevoked }: { readonly venueId: Venue['venueId']; readonly gate: Venue['gates'][number]; readonly onRevoked: () => void }) {
  const text = useText();
  const [asking, setAsking] = useState(false);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  function close(): void {
    setAsking(false);
    setFailure(null);
  }
  async function revoke(): Promise<void> {
    setBusy(true);
    setFailure(null);
    const answer = await callAsHost(revokeGate, { params: { venueId, gateId: gate.gateId } });
    setBusy(false);
    if (!answer.ok) {
      setFailure(answer);
      return;
    }
    close();
    onRevoked();
  }
  return (
    <>
      <Button look="quiet" aria-label={text('venue.revokeNamed', { name: gate.name })} onClick={() => setAsking(true)}>{text('venue.revoke')}</Button>
      <Dialog
        open={asking} onClose={close} title={text('venue.revokeTitle', { name: gate.name })}
        actions={<><Button look="danger" busy={busy} onClick={() => void revoke()}>{text('venue.revoke')}</Button><Button look="quiet" onClick={close}>{text('venue.keep')}</Button></>}
      >
        <p>{text('venue.revokeText')}</p>
        <FailureNotice failure={failure} />
      </Dialog>
    </>
  );
}
