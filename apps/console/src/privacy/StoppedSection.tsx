import { useState } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { beginRelease, readOversight, releaseStaff, type Oversight } from '@health-kit/api';
import { Button, Dialog, useTimeFormat } from '@health-kit/ui';
import { FailureNotice } from '../answers/Answered.tsx';
import { ask } from '../answers/callAsStaff.ts';
import { outdate } from '../answers/useAnswer.ts';
import { TextArea } from '../forms/TextArea.tsx';
import { Table } from '../lists/Table.tsx';
import { approvalChallenge } from '../session/challenges.ts';
import { askPasskey } from '../session/passkeys.ts';
import { useText } from '../text.ts';
import lists from '../lists/lists.module.css';

type Stopped = Oversight['stopped'][number];

/** Frozen accounts, and letting one go on by passkey over the reason. */
export function StoppedSection({ stopped }: { readonly stopped: readonly Stopped[] }) {
  const text = useText();
  const time = useTimeFormat();
  const [chosen, setChosen] = useState<Stopped | null>(null);
  return (
    <section className={lists.section} aria-labelledby="stopped">
      <h2 id="stopped">{text('privacy.stopped')}</h2>
      {stopped.length === 0 ? <p>{text('privacy.noStopped')}</p> : (
        <Table caption={text('privacy.stopped')} columns={[{ label: text('privacy.officer') }, { label: text('privacy.since') }, { label: text('privacy.frozenBy') }, { label: text('privacy.reason') }, { label: text('privacy.release'), quiet: true }]}>
          {stopped.map((each) => (
            <tr key={each.officerId}>
              <td>{each.name}<br /><span className={lists.soft}>{each.office} · {each.unit}</span></td>
              <td className={lists.nowrap}>{time.dateTime(each.frozenAt)}</td>
              <td>{each.alarm === null ? each.by ?? '–' : text('privacy.byItself')}</td>
              <td>{each.alarm === null ? each.reason ?? '–' : text(`privacy.kinds.${each.alarm}`)}</td>
              <td><Button look="secondary" onClick={() => setChosen(each)}>{text('privacy.release')}</Button></td>
            </tr>
          ))}
        </Table>
      )}
      {chosen === null ? null : <ReleaseDialog key={chosen.officerId} officer={chosen} onClose={() => setChosen(null)} />}
    </section>
  );
}

function ReleaseDialog({ officer, onClose }: { readonly officer: Stopped; readonly onClose: () => void }) {
  const text = useText();
  const queries = useQueryClient();
  const [reason, setReason] = useState('');
  const [fault, setFault] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);

  async function release(): Promise<void> {
    // The reason is one line, however it was typed.
    const given = reason.replaceAll(/\s+/g, ' ').trim();
    setFault(given.length < 3 ? text('privacy.reasonFault') : null);
    if (given.length < 3) return;
    setBusy(true);
    setError(null);
    const params = { officerId: officer.officerId };
    try {
      const { options, statement } = await ask(beginRelease, { params, body: { reason: given } });
      const expected = await approvalChallenge('officer release', statement, { type: 'officer-release', officer: officer.officerId, reason: given });
      await ask(releaseStaff, { params, body: { reason: given, assertion: await askPasskey(options, expected) } });
      onClose();
    } catch (failure) {
      setError(failure);
    } finally {
      setBusy(false);
      outdate(queries, [readOversight]);
    }
  }

  return (
    <Dialog
      open onClose={onClose} title={text('privacy.releaseTitle', { name: officer.name })}
      actions={<><Button busy={busy} onClick={() => void release()}>{text('privacy.release')}</Button><Button look="secondary" onClick={onClose}>{text('forms.cancel')}</Button></>}
    >
      {error === null ? null : <FailureNotice error={error} />}
      <p>{text('privacy.releaseText')}</p>
      <TextArea id="release-reason" rows={3} label={text('privacy.reason')} value={reason} onChange={setReason} error={fault} maxLength={300} />
    </Dialog>
  );
}
