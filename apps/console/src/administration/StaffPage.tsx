import { useState } from 'react';
import { listInstitutions, listStaff, listStaffInvitations } from '@health-kit/api';
import { Button, Page } from '@health-kit/ui';
import { Answered } from '../answers/Answered.tsx';
import { useAnswer } from '../answers/useAnswer.ts';
import { Badge } from '../lists/Badge.tsx';
import { FilterField, matchesFilter } from '../lists/FilterField.tsx';
import { Table } from '../lists/Table.tsx';
import type { Officer } from '../session/session.ts';
import { useText } from '../text.ts';
import { DismissDialog, type Leaver } from './DismissDialog.tsx';
import { InviteForm } from './InviteForm.tsx';
import lists from '../lists/lists.module.css';

/** Who works here, and invitations for more. */
export function StaffPage({ officer }: { readonly officer: Officer }) {
  const text = useText();
  const [filter, setFilter] = useState('');
  const [leaver, setLeaver] = useState<Leaver | null>(null);
  const answer = useAnswer(listStaff, {}, { refetchInterval: 30_000 });
  const institutions = useAnswer(listInstitutions, {});
  const invitations = useAnswer(listStaffInvitations, {}, { refetchInterval: 30_000 });
  const waits = (officerId: string) => invitations.data?.invitations.some((each) => each.officer.officerId === officerId && each.waits) === true;
  const nameOf = (institutionId: string) => institutions.data?.institutions.find((each) => each.institutionId === institutionId)?.name ?? '…';
  return (
    <Page title={text('shell.sections.staff.name')}>
      <div className={lists.columns}>
        <section className={lists.section}>
          <div className={lists.toolbar}>
            <FilterField value={filter} onChange={setFilter} label={text('administration.filterStaff')} />
            {answer.data === undefined ? null : <span className={lists.soft}>{text('administration.staffCount', { count: answer.data.officers.length })}</span>}
          </div>
          <Answered answer={answer}>
            {({ officers }) => {
              const shown = officers.filter(({ name, office, unit, roles }) => matchesFilter(filter, [name, office, unit, ...roles.map((role) => text(`session.role.${role}`))]));
              if (shown.length === 0) return <p>{text('lists.filterNone', { text: filter })}</p>;
              return (
                <Table caption={text('shell.sections.staff.name')} columns={[{ label: text('session.name') }, { label: text('session.roles') }, { label: text('session.office') }, { label: text('administration.actions'), quiet: true }]}>
                  {shown.map(({ officerId, name, office, unit, roles, institutionId, enrolled }) => (
                    <tr key={officerId}>
                      <td>{name}{enrolled ? null : <><br /><Badge look={waits(officerId) ? 'warning' : 'plain'}>{text(waits(officerId) ? 'administration.invitedWaits' : 'administration.invitedOnly')}</Badge></>}</td>
                      <td>{roles.map((role) => text(`session.role.${role}`)).join(' · ')}{institutionId === null ? null : <><br /><span className={lists.soft}>{nameOf(institutionId)}</span></>}</td>
                      <td>{office}<br /><span className={lists.soft}>{unit}</span></td>
                      <td>{officerId === officer.officerId ? null : <Button look="quiet" onClick={() => setLeaver({ officerId, name })}>{text('administration.dismiss')}</Button>}</td>
                    </tr>
                  ))}
                </Table>
              );
            }}
          </Answered>
        </section>
        {leaver === null ? null : <DismissDialog leaver={leaver} onClose={() => setLeaver(null)} />}
        <InviteForm institutions={institutions.data?.institutions ?? []} />
      </div>
    </Page>
  );
}
