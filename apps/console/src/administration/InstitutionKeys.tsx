import { useState } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { beginInstitutionKeyConfirmation, confirmInstitutionKey, listInstitutionKeys, revokeInstitutionKey, type ResponseOf } from '@health-kit/api';
import { Button, Dialog, EmptyState, Notice, TextField, useTimeFormat } from '@health-kit/ui';
import { Answered, FailureNotice } from '../answers/Answered.tsx';
import { ask } from '../answers/callAsStaff.ts';
import { outdate, useAnswer, useSend } from '../answers/useAnswer.ts';
import { Badge } from '../lists/Badge.tsx';
import { Table } from '../lists/Table.tsx';
import { approvalChallenge } from '../session/challenges.ts';
import { askPasskey } from '../session/passkeys.ts';
import { useText } from '../text.ts';
import lists from '../lists/lists.module.css';
import styles from './administration.module.css';

type Key = ResponseOf<typeof listInstitutionKeys>['keys'][number];
const nameOf = (key: Key) => `${key.institutionId}/${key.kid}`;

/** The keys of institutions' own systems: a second officer confirms each, and an administrator alone revokes one. */
export function InstitutionKeys() {
  const text = useText();
  const queries = useQueryClient();
  const answer = useAnswer(listInstitutionKeys, {}, { refetchInterval: 30_000 });
  const [busy, setBusy] = useState<string | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [confirmed, setConfirmed] = useState<string | null>(null);
  const [revoking, setRevoking] = useState<Key | null>(null);

  async function confirm(key: Key): Promise<void> {
    const { institutionId, kid, name, fingerprint } = key;
    setBusy(nameOf(key));
    setError(null);
    setConfirmed(null);
    try {
      const { options, statement } = await ask(beginInstitutionKeyConfirmation, { body: { institutionId, kid } });
      const expected = await approvalChallenge('institution key', statement, { type: 'hk-institution-key-1', institution: institutionId, kid, name, key: fingerprint });
      await ask(confirmInstitutionKey, { body: { institutionId, kid, assertion: await askPasskey(options, expected) } });
      setConfirmed(name);
    } catch (reason) {
      setError(reason);
    } finally {
      setBusy(null);
      outdate(queries, [listInstitutionKeys]);
    }
  }
  return (
    <section className={lists.section} aria-labelledby="institution-keys">
      <h2 id="institution-keys">{text('administration.keys.title')}</h2>
      <p>{text('administration.keys.lead')}</p>
      {confirmed === null ? null : <Notice kind="success" announce>{text('administration.keys.confirmed', { name: confirmed })}</Notice>}
      {error === null ? null : <FailureNotice error={error} />}
      <Answered answer={answer}>
        {({ keys }) => (keys.length === 0 ? <EmptyState symbol="key" title={text('administration.keys.none')}>{text('administration.keys.noneText')}</EmptyState> : (
          <Table
            caption={text('administration.keys.title')}
            columns={[{ label: text('administration.keys.system') }, { label: text('administration.state') }]}
          >
            {keys.map((key) => (
              <KeyRow key={nameOf(key)} entry={key} busy={busy === nameOf(key)} disabled={busy !== null} onConfirm={() => void confirm(key)} onRevoke={() => setRevoking(key)} />
            ))}
          </Table>
        ))}
      </Answered>
      {revoking === null ? null : <RevokeDialog entry={revoking} onClose={() => setRevoking(null)} />}
    </section>
  );
}

function KeyRow({ entry, busy, disabled, onConfirm, onRevoke }: {
  readonly entry: Key; readonly busy: boolean; readonly disabled: boolean; readonly onConfirm: () => void; readonly onRevoke: () => void;
}) {
  const text = useText();
  const time = useTimeFormat();
  const { registeredBy, revokedAt, confirmedAt, confirmedBy, own } = entry;
  return (
    <tr>
      <td>{entry.name}<br /><span className={lists.soft}>{entry.institution}</span><br /><code className={styles.fingerprint}>{entry.fingerprint}</code>
        <br /><span className={lists.soft}>{registeredBy === null ? text('administration.keys.unknown') : text('administration.keys.registeredBy', { name: registeredBy.name, unit: registeredBy.unit })} · {time.dateTime(entry.registeredAt)}</span>
        {registeredBy?.dismissed === true && revokedAt === null ? <><br /><Badge look="warning">{text('administration.keys.review')}</Badge></> : null}
      </td>
      <td>
        {revokedAt !== null ? <><Badge>{text('administration.keys.revoked')}</Badge><br /><span className={lists.soft}>{time.dateTime(revokedAt)}</span></>
          : confirmedAt === null ? <Badge look="warning">{text('administration.keys.waits')}</Badge>
            : <><Badge look="success">{text('administration.good')}</Badge>{confirmedBy === null ? null : <><br /><span className={lists.soft}>{text('administration.keys.confirmedBy', { name: confirmedBy })}</span></>}</>}
        {revokedAt !== null ? null : (
          <div className={styles.keyActions}>
            {confirmedAt !== null ? null : own ? <span>{text('administration.waitsForOther')}</span> : <Button busy={busy} disabled={disabled} onClick={onConfirm}>{text('administration.confirm')}</Button>}
            <Button look="secondary" disabled={disabled} onClick={onRevoke}>{text('administration.keys.revoke')}</Button>
          </div>
        )}
      </td>
    </tr>
  );
}

function RevokeDialog({ entry, onClose }: { readonly entry: Key; readonly onClose: () => void }) {
  const text = useText();
  const send = useSend(revokeInstitutionKey, [listInstitutionKeys]);
  const [reason, setReason] = useState('');
  const [fault, setFault] = useState<string | null>(null);
  function revoke(): void {
    setFault(reason.trim() === '' ? text('administration.errors.reason') : null);
    if (reason.trim() === '' || send.isPending) return;
    send.mutate({ body: { institutionId: entry.institutionId, kid: entry.kid, reason: reason.trim() } }, { onSuccess: onClose });
  }
  return (
    <Dialog
      open onClose={onClose} title={text('administration.keys.revokeTitle', { name: entry.name })}
      actions={<><Button look="danger" busy={send.isPending} onClick={revoke}>{text('administration.keys.revoke')}</Button><Button look="quiet" onClick={onClose}>{text('forms.cancel')}</Button></>}
    >
      <p>{text('administration.keys.revokeText')}</p>
      {send.error === null ? null : <FailureNotice error={send.error} />}
      <TextField id="revocation" label={text('administration.reason')} value={reason} onChange={setReason} error={fault} maxLength={200} autoComplete="off" />
    </Dialog>
  );
}
