import { useState, type SyntheticEvent } from 'react';
import { inviteGate, type ResponseOf, type VenueId } from '@health-kit/api';
import { Button, Dialog, FailureNotice, QrCode, TextField, useTimeFormat, type Failure } from '@health-kit/ui';
import { enrolLink } from '../gate/enrolCode.ts';
import { refreshTrust } from '../scan/trust.ts';
import { useText } from '../text.ts';
import { callAsHost } from './hostSession.ts';
import styles from './host.module.css';

const nameMaximum = 40;
type Invitation = ResponseOf<typeof inviteGate> & { readonly name: string; readonly root: string };

/** Asks for a gate's name, then shows the one-time code with which a device becomes that gate. */
export function AddGate({ venueId, onAdded }: { readonly venueId: VenueId; readonly onAdded: () => void }) {
  const text = useText();
  const [name, setName] = useState('');
  const [wrong, setWrong] = useState(false);
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<Failure | null>(null);
  const [invitation, setInvitation] = useState<Invitation | null>(null);

  async function send(): Promise<void> {
    const wanted = name.trim();
    const fits = wanted !== '' && [...wanted].length <= nameMaximum;
    setWrong(!fits);
    setRefusal(null);
    if (!fits) {
      document.getElementById('gate-name')?.focus();
      return;
    }
    setBusy(true);
    // The gate knows the system by what this device knows it by.
    const trust = await refreshTrust();
    if (!trust.ok) {
      setBusy(false);
      setRefusal(trust);
      return;
    }
    const answer = await callAsHost(inviteGate, { params: { venueId }, body: { name: wanted } });
    setBusy(false);
    if (answer.ok) {
      setName('');
      setInvitation({ ...answer.value, name: wanted, root: trust.value.root });
    } else setRefusal(answer);
  }
  return (
    <form
      className={styles.form}
      noValidate
      onSubmit={(event: SyntheticEvent) => {
        event.preventDefault();
        if (!busy) void send();
      }}
    >
      <h3>{text('venue.addGate')}</h3>
      <TextField
        id="gate-name" label={text('venue.gateName')} hint={text('venue.gateNameHint')} autoComplete="off"
        error={wrong ? text('venue.gateNameError') : null} value={name} onChange={setName}
      />
      <FailureNotice failure={refusal} />
      <div><Button type="submit" look="secondary" busy={busy}>{text('venue.makeCode')}</Button></div>
      {invitation === null ? null : (
        <InvitationDialog
          invitation={invitation}
          onClose={() => {
            setInvitation(null);
            onAdded();
          }}
        />
      )}
    </form>
  );
}

function InvitationDialog({ invitation, onClose }: { readonly invitation: Invitation; readonly onClose: () => void }) {
  const text = useText();
  const time = useTimeFormat();
  const [copied, setCopied] = useState(false);
  const link = enrolLink(window.location.origin, invitation);
  return (
    <Dialog
      open
      onClose={onClose}
      title={text('venue.codeTitle', { name: invitation.name })}
      actions={<Button onClick={onClose}>{text('venue.done')}</Button>}
    >
      <p>{text('venue.codeText')}</p>
      <div className={styles.code}><QrCode text={link} label={text('venue.codeTitle', { name: invitation.name })} /></div>
      <p className={styles.ends}>{text('venue.codeEnds', { time: time.dateTime(invitation.expiresAt) })}</p>
      <p>{text('venue.codeLink')}</p>
      <p className={styles.link}>{link}</p>
      <div role="status">
        <Button
          look="secondary"
          onClick={() => {
            navigator.clipboard.writeText(link).then(() => setCopied(true), () => setCopied(false));
          }}
        >
          {text(copied ? 'venue.copied' : 'venue.copy')}
        </Button>
      </div>
    </Dialog>
  );
}
