import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type SyntheticEvent } from 'react';
import { type listInstitutions, listStaff, listStaffInvitations, staffRoles, type InstitutionId, type ResponseOf, type StaffRole } from '@health-kit/api';
import { Button, ErrorSummary, Notice, QrCode, Select, TextField, useTimeFormat, type FieldError } from '@health-kit/ui';
import { FailureNotice } from '../answers/Answered.tsx';
import { problemOf } from '../answers/callAsStaff.ts';
import { outdate } from '../answers/useAnswer.ts';
import { ManyField } from '../forms/ChoiceField.tsx';
import { CopyText } from '../forms/CopyText.tsx';
import { useText } from '../text.ts';
import { invite, type Invited } from './invite.ts';
import { rolesFault } from './roles.ts';
import forms from '../forms/forms.module.css';
import lists from '../lists/lists.module.css';
import styles from './administration.module.css';

type Institution = ResponseOf<typeof listInstitutions>['institutions'][number];

/** Invites somebody to make a passkey; the link is shown once and stored nowhere. */
export function InviteForm({ institutions }: { readonly institutions: readonly Institution[] }) {
  const text = useText();
  const [invited, setInvited] = useState<Invited | null>(null);
  return (
    <section className={lists.panel} aria-labelledby="invite">
      <h2 id="invite">{text('administration.invite')}</h2>
      {invited === null ? <Fields institutions={institutions} onInvited={setInvited} /> : <Invitation invited={invited} onDone={() => setInvited(null)} />}
    </section>
  );
}

function Fields({ institutions, onInvited }: { readonly institutions: readonly Institution[]; readonly onInvited: (invited: Invited) => void }) {
  const text = useText();
  const client = useQueryClient();
  const send = useMutation({ mutationFn: invite, onSettled: () => outdate(client, [listStaff, listStaffInvitations]) });
  const [name, setName] = useState('');
  const [office, setOffice] = useState('');
  const [unit, setUnit] = useState('');
  const [roles, setRoles] = useState<readonly StaffRole[]>([]);
  const [institution, setInstitution] = useState<InstitutionId | ''>('');
  const [errors, setErrors] = useState<readonly FieldError[]>([]);

  // A sampler's specimens and a laboratory's results are those of an institution.
  const needed = roles.includes('laboratory') ? 'laboratory' : roles.includes('sampler') ? 'any' : null;
  const fitting = institutions.filter(({ kind }) => needed === 'any' || kind === needed);
  const chosen = needed === null ? undefined : fitting.find(({ institutionId }) => institutionId === institution);

  function submit(event: SyntheticEvent): void {
    event.preventDefault();
    if (send.isPending) return;
    const wrong: FieldError[] = [];
    if (name.trim() === '') wrong.push({ fieldId: 'name', message: text('administration.errors.name') });
    if (office.trim() === '') wrong.push({ fieldId: 'office', message: text('administration.errors.office') });
    if (unit.trim() === '') wrong.push({ fieldId: 'unit', message: text('administration.errors.unit') });
    const fault = rolesFault(roles);
    if (fault !== null) wrong.push({ fieldId: 'roles', message: text(`administration.errors.roles.${fault}`) });
    if (needed !== null && chosen === undefined) wrong.push({ fieldId: 'institution', message: text('administration.errors.institution') });
    setErrors(wrong);
    if (wrong.length > 0) return;
    send.mutate({ name: name.trim(), office: office.trim(), unit: unit.trim(), roles: [...roles], institutionId: chosen?.institutionId ?? null }, { onSuccess: onInvited });
  }
  const own = (fieldId: string) => errors.find((error) => error.fieldId === fieldId)?.message ?? null;
  return (
    <form className={forms.form} noValidate onSubmit={submit}>
      <ErrorSummary errors={errors} />
      {send.error === null ? null : problemOf(send.error) === 'conflict' ? <FailureNotice error={send.error}>{text('administration.otherDuties')}</FailureNotice> : <FailureNotice error={send.error} />}
      <TextField id="name" label={text('session.name')} value={name} onChange={setName} error={own('name')} maxLength={60} autoComplete="off" />
      <TextField id="office" label={text('session.office')} value={office} onChange={setOffice} error={own('office')} maxLength={60} autoComplete="off" />
      <TextField id="unit" label={text('session.unit')} hint={text('administration.unitHint')} value={unit} onChange={setUnit} error={own('unit')} maxLength={60} autoComplete="off" />
      <ManyField id="roles" label={text('session.roles')} values={roles} onChange={setRoles} error={own('roles')} options={staffRoles.map((value) => ({ value, label: text(`session.role.${value}`) }))} />
      {needed === null ? null : fitting.length === 0 ? <Notice kind="warning">{text('administration.noFittingInstitution')}</Notice> : (
        <Select
          id="institution" label={text('administration.institution')} value={chosen === undefined ? '' : institution} onChange={setInstitution} error={own('institution')}
          options={[{ value: '', label: text('administration.choose') }, ...fitting.map(({ institutionId, name: label }) => ({ value: institutionId, label }))]}
        />
      )}
      <div className={forms.actions}><Button type="submit" busy={send.isPending}>{text('administration.makeInvitation')}</Button></div>
      <p className={forms.hint}>{text('administration.lostPasskey')}</p>
    </form>
  );
}

function Invitation({ invited, onDone }: { readonly invited: Invited; readonly onDone: () => void }) {
  const text = useText();
  const time = useTimeFormat();
  return (
    <div className={lists.section}>
      <Notice kind="success" announce title={text('administration.invited', { name: invited.name })}>{text('administration.invitedText', { time: time.dateTime(invited.expiresAt) })}</Notice>
      {invited.needsConfirmation ? <Notice kind="warning" title={text('administration.mustBeConfirmed')}>{text('administration.mustBeConfirmedText')}</Notice> : null}
      <div className={styles.code}><QrCode text={invited.link} label={text('administration.linkCode', { name: invited.name })} /></div>
      <CopyText label={text('administration.link')} value={invited.link} />
      <p className={forms.hint}>{text('administration.linkWarning')}</p>
      <div className={forms.actions}><Button look="secondary" onClick={onDone}>{text('administration.inviteNext')}</Button></div>
    </div>
  );
}
