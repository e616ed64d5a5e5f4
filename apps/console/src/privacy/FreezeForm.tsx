import { useState } from 'react';
import { freezeStaff, readOversight, type WatchedOfficer } from '@health-kit/api';
import { Button, Select } from '@health-kit/ui';
import { FailureNotice } from '../answers/Answered.tsx';
import { useSend } from '../answers/useAnswer.ts';
import { TextArea } from '../forms/TextArea.tsx';
import { useText } from '../text.ts';
import forms from '../forms/forms.module.css';
import lists from '../lists/lists.module.css';

/** Stopping an officer by hand, with a reason. */
export function FreezeForm({ officers }: { readonly officers: readonly WatchedOfficer[] }) {
  const text = useText();
  const freeze = useSend(freezeStaff, [readOversight]);
  const [chosen, setChosen] = useState('');
  const [reason, setReason] = useState('');
  const [tried, setTried] = useState(false);
  const officer = officers.find(({ officerId }) => officerId === chosen);
  const given = reason.replaceAll(/\s+/g, ' ').trim();

  function submit(): void {
    setTried(true);
    if (officer === undefined || given.length < 3) return;
    freeze.mutate({ params: { officerId: officer.officerId }, body: { reason: given } }, { onSuccess: () => {
      setChosen('');
      setReason('');
      setTried(false);
    } });
  }

  return (
    <section className={lists.panel} aria-labelledby="freeze">
      <h2 id="freeze">{text('privacy.freezeTitle')}</h2>
      <p>{text('privacy.freezeText')}</p>
      {freeze.error === null ? null : <FailureNotice error={freeze.error} />}
      <Select
        id="freeze-officer" label={text('privacy.officer')} value={chosen} onChange={setChosen} error={tried && officer === undefined ? text('privacy.officerFault') : null}
        options={[{ value: '', label: text('privacy.choose') }, ...officers.map(({ officerId, name, office, unit }) => ({ value: String(officerId), label: `${name} · ${office} · ${unit}` }))]}
      />
      <TextArea id="freeze-reason" rows={2} label={text('privacy.reason')} value={reason} onChange={setReason} error={tried && given.length < 3 ? text('privacy.reasonFault') : null} maxLength={300} />
      <div className={forms.actions}><Button look="danger" busy={freeze.isPending} onClick={submit}>{text('privacy.freeze')}</Button></div>
    </section>
  );
}
