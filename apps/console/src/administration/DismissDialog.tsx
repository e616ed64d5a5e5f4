import { useState } from 'react';
import { dismissStaff, listInstitutionKeys, listStaff, listStaffInvitations, type OfficerId } from '@health-kit/api';
import { Button, Dialog, Notice, TextField } from '@health-kit/ui';
import { FailureNotice } from '../answers/Answered.tsx';
import { useAnswer, useSend } from '../answers/useAnswer.ts';
import { useText } from '../text.ts';

export interface Leaver {
  readonly officerId: OfficerId;
  readonly name: string;
}

/** Dismisses a member of staff; the reason is in the ledger. */
export function DismissDialog({ leaver, onClose }: { readonly leaver: Leaver; readonly onClose: () => void }) {
  const text = useText();
  const send = useSend(dismissStaff, [listStaff, listStaffInvitations, listInstitutionKeys]);
  const keys = useAnswer(listInstitutionKeys, {}).data?.keys.filter((key) => key.registeredBy?.officerId === leaver.officerId && key.revokedAt === null) ?? [];
  const [reason, setReason] = useState('');
  const [fault, setFault] = useState<string | null>(null);

  function dismiss(): void {
    setFault(reason.trim() === '' ? text('administration.errors.reason') : null);
    if (reason.trim() === '' || send.isPending) return;
    send.mutate({ params: { officerId: leaver.officerId }, body: { reason: reason.trim() } }, { onSuccess: onClose });
  }
  return (
    <Dialog
      open onClose={onClose} title={text('administration.dismissTitle', { name: leaver.name })}
      actions={<><Button look="danger" busy={send.isPending} onClick={dismiss}>{text('administration.dismiss')}</Button><Button look="quiet" onClick={onClose}>{text('forms.cancel')}</Button></>}
    >
      <p>{text('administration.dismissText')}</p>
      {keys.length === 0 ? null : <Notice kind="warning" title={text('administration.keys.leaverTitle', { count: keys.length })}>{text('administration.keys.leaver', { names: keys.map(({ name, institution }) => `${name} (${institution})`).join(', ') })}</Notice>}
      {send.error === null ? null : <FailureNotice error={send.error} />}
      <TextField id="dismissal" label={text('administration.reason')} value={reason} onChange={setReason} error={fault} maxLength={200} autoComplete="off" />
    </Dialog>
  );
}
