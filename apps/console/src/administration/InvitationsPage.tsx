import { useState } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { beginInvitationConfirmation, confirmInvitation, listStaffInvitations, type OfficerId, type ResponseOf } from '@health-kit/api';
import { Button, EmptyState, Notice, Page, useTimeFormat } from '@health-kit/ui';
import { Answered, FailureNotice } from '../answers/Answered.tsx';
import { ask } from '../answers/callAsStaff.ts';
import { outdate, useAnswer } from '../answers/useAnswer.ts';
import { Table } from '../lists/Table.tsx';
import { approvalChallenge } from '../session/challenges.ts';
import { askPasskey } from '../session/passkeys.ts';
import { useText } from '../text.ts';
import lists from '../lists/lists.module.css';

type Invited = ResponseOf<typeof listStaffInvitations>['invitations'][number]['officer'];

/** Invitations that were not used yet: another officer than the one who made it confirms each, by passkey. */
export function InvitationsPage() {
  const text = useText();
  const time = useTimeFormat();
  const queries = useQueryClient();
  const answer = useAnswer(listStaffInvitations, {}, { refetchInterval: 30_000 });
  const [busy, setBusy] = useState<OfficerId | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [confirmed, setConfirmed] = useState<string | null>(null);

  async function confirm({ officerId, name, office, unit, roles }: Invited): Promise<void> {
    setBusy(officerId);
    setError(null);
    setConfirmed(null);
    const params = { officerId };
    try {
      const { options, statement } = await ask(beginInvitationConfirmation, { params, body: {} });
      const expected = await approvalChallenge('invitation', statement, { type: 'hk-invitation-1', officer: officerId, name, office, unit, roles });
      await ask(confirmInvitation, { params, body: { assertion: await askPasskey(options, expected) } });
      setConfirmed(name);
    } catch (reason) {
      setError(reason);
    } finally {
      setBusy(null);
      outdate(queries, [listStaffInvitations]);
    }
  }
  return (
    <Page title={text('shell.sections.invitations.name')} lead={text('administration.confirmLead')}>
      {confirmed === null ? null : <Notice kind="success" announce>{text('administration.confirmed', { name: confirmed })}</Notice>}
      {error === null ? null : <FailureNotice error={error} />}
      <Answered answer={answer}>
        {({ invitations }) => (invitations.length === 0 ? <EmptyState title={text('administration.noInvitations')} /> : (
          <Table
            caption={text('shell.sections.invitations.name')}
            columns={[{ label: text('session.name') }, { label: text('session.roles') }, { label: text('session.office') }, { label: text('administration.invitedBy') }, { label: text('administration.state') }]}
          >
            {invitations.map(({ officer, invitedBy, expiresAt, waits, own }) => (
              <tr key={officer.officerId}>
                <td>{officer.name}</td>
                <td>{officer.roles.map((role) => text(`session.role.${role}`)).join(' · ')}</td>
                <td>{officer.office}<br /><span className={lists.soft}>{officer.unit}</span></td>
                <td>{invitedBy ?? text('administration.byOperator')}<br /><span className={lists.soft}>{text('administration.until', { time: time.dateTime(expiresAt) })}</span></td>
                <td>
                  {!waits ? text('administration.good') : own ? text('administration.waitsForOther') : (
                    <Button busy={busy === officer.officerId} disabled={busy !== null} onClick={() => void confirm(officer)}>{text('administration.confirm')}</Button>
                  )}
                </td>
              </tr>
            ))}
          </Table>
        ))}
      </Answered>
    </Page>
  );
}
