import { useState } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { approveSunset, beginSunsetApproval, getSunset, withdrawSunsetApproval, type Sunset } from '@health-kit/api';
import { Button, Dialog, EmptyState, Notice, Page, TextField, useTimeFormat } from '@health-kit/ui';
import { Answered, FailureNotice } from '../answers/Answered.tsx';
import { ask } from '../answers/callAsStaff.ts';
import { outdate, useAnswer, useSend } from '../answers/useAnswer.ts';
import { Badge, type BadgeLook } from '../lists/Badge.tsx';
import { Facts } from '../lists/Facts.tsx';
import { Table } from '../lists/Table.tsx';
import { sunsetChallenge } from '../session/challenges.ts';
import { askPasskey } from '../session/passkeys.ts';
import { useText } from '../text.ts';
import forms from '../forms/forms.module.css';
import lists from '../lists/lists.module.css';
import styles from './sunset.module.css';

const looks: Readonly<Record<Sunset['state'], BadgeLook>> = { 'waiting-for-approvals': 'warning', 'waiting-for-time': 'warning', approved: 'danger' };

/** The request to end the system for good, and the officer's own say in it. */
export function SunsetPage() {
  const text = useText();
  const answer = useAnswer(getSunset, {}, { refetchInterval: 30_000 });
  return (
    <Page wide title={text('shell.sections.sunset.name')}>
      <Answered answer={answer}>
        {({ sunset }) => (sunset === null ? <EmptyState symbol="info" title={text('sunset.none')}>{text('sunset.noneText')}</EmptyState> : <Request sunset={sunset} />)}
      </Answered>
    </Page>
  );
}

function Request({ sunset }: { readonly sunset: Sunset }) {
  const text = useText();
  const time = useTimeFormat();
  return (
    <div className={lists.columns}>
      <div className={lists.section}>
        <Notice kind="warning" title={text('sunset.whatTitle')}>{text('sunset.what')}</Notice>
        <section className={lists.panel} aria-label={text('sunset.request')}>
          <Facts facts={[
            [text('sunset.state'), <Badge key="state" look={looks[sunset.state]}>{text(`sunset.states.${sunset.state}`)}</Badge>],
            [text('sunset.reason'), sunset.reason],
            [text('sunset.copies'), sunset.copies ?? text('sunset.copiesUnsaid')],
            [text('sunset.begun'), time.dateTime(sunset.begunAt)],
            [text('sunset.earliest'), time.dateTime(sunset.earliestAt)],
            [text('sunset.approvals'), text('sunset.approvalsOf', { count: sunset.approvals.length, needed: sunset.approvalsNeeded })],
          ]} />
        </section>
        <section className={lists.section} aria-labelledby="approved">
          <h2 id="approved">{text('sunset.who')}</h2>
          {sunset.approvals.length === 0 ? <p>{text('sunset.nobody')}</p> : (
            <Table caption={text('sunset.who')} columns={[{ label: text('session.name') }, { label: text('session.office') }, { label: text('sunset.at') }]}>
              {sunset.approvals.map(({ name, office, unit, approvedAt, own }) => (
                <tr key={unit}>
                  <td>{name}{own ? <span className={lists.soft}> · {text('sunset.you')}</span> : null}</td>
                  <td>{office}<br /><span className={lists.soft}>{unit}</span></td>
                  <td>{time.dateTime(approvedAt)}</td>
                </tr>
              ))}
            </Table>
          )}
        </section>
        <details className={lists.fold}>
          <summary className={styles.summary}>{text('sunset.statement')}</summary>
          <p className={styles.statement} lang="en" tabIndex={0}>{sunset.statement}</p>
          <p className={styles.statement}>SHA-256 {sunset.digest}</p>
        </details>
      </div>
      <Decision sunset={sunset} />
    </div>
  );
}

function Decision({ sunset }: { readonly sunset: Sunset }) {
  const text = useText();
  const queries = useQueryClient();
  const [asking, setAsking] = useState(false);
  const [typed, setTyped] = useState('');
  const [fault, setFault] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const withdraw = useSend(withdrawSunsetApproval, [getSunset]);
  const word = text('sunset.word');

  async function approve(): Promise<void> {
    if (typed.trim() !== word) {
      setFault(text('sunset.wordWrong', { word }));
      return;
    }
    setFault(null);
    setBusy(true);
    setError(null);
    try {
      const { options } = await ask(beginSunsetApproval, { body: { digest: sunset.digest } });
      await ask(approveSunset, { body: { assertion: await askPasskey(options, await sunsetChallenge(sunset.statement)) } });
      leave();
    } catch (reason) {
      setError(reason);
    } finally {
      setBusy(false);
      outdate(queries, [getSunset]);
    }
  }
  function leave(): void {
    setAsking(false);
    setTyped('');
    setFault(null);
    setError(null);
  }

  return (
    <section className={lists.panel} aria-labelledby="decision">
      <h2 id="decision">{text('sunset.decision')}</h2>
      {withdraw.error === null ? null : <FailureNotice error={withdraw.error} />}
      {sunset.mayNot === 'approved' ? (
        <>
          <Notice kind="info">{text('sunset.youApproved')}</Notice>
          <div className={forms.actions}><Button look="secondary" busy={withdraw.isPending} onClick={() => withdraw.mutate({ body: {} })}>{text('sunset.withdraw')}</Button></div>
        </>
      ) : sunset.mayNot === 'same-unit' ? <Notice kind="info">{text('sunset.sameUnit')}</Notice> : (
        <>
          <p>{text('sunset.ask', { needed: sunset.approvalsNeeded })}</p>
          <div className={forms.actions}><Button look="danger" onClick={() => setAsking(true)}>{text('sunset.approve')}</Button></div>
        </>
      )}
      <Dialog
        open={asking} onClose={busy ? () => undefined : leave} title={text('sunset.sure')}
        actions={<>
          <Button look="secondary" disabled={busy} onClick={leave}>{text('forms.cancel')}</Button>
          <Button look="danger" busy={busy} onClick={() => void approve()}>{text('sunset.sign')}</Button>
        </>}
      >
        {error === null ? null : <FailureNotice error={error} />}
        <p>{text('sunset.what')}</p>
        <p>{text('sunset.untilThen')}</p>
        <TextField id="word" label={text('sunset.type', { word })} value={typed} onChange={setTyped} error={fault} maxLength={60} autoComplete="off" />
      </Dialog>
    </section>
  );
}
