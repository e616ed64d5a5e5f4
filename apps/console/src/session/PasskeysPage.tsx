import { useState } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { addPasskey, beginPasskeyAddition, listMyPasskeys } from '@health-kit/api';
import { Button, Notice, Page, useTimeFormat } from '@health-kit/ui';
import { Answered, FailureNotice } from '../answers/Answered.tsx';
import { ask } from '../answers/callAsStaff.ts';
import { outdate, useAnswer } from '../answers/useAnswer.ts';
import { Table } from '../lists/Table.tsx';
import { useText } from '../text.ts';
import { approvalOptions, askPasskey, makePasskey } from './passkeys.ts';

/** An officer's own passkeys; a further one is made, and then signed by one that is there. */
export function PasskeysPage() {
  const text = useText();
  const time = useTimeFormat();
  const queries = useQueryClient();
  const answer = useAnswer(listMyPasskeys, {});
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [added, setAdded] = useState(false);

  async function add(): Promise<void> {
    setBusy(true);
    setError(null);
    setAdded(false);
    try {
      const { options } = await ask(beginPasskeyAddition, { body: {} });
      const credential = await makePasskey(options);
      const approval = await approvalOptions(credential, (answer.data?.passkeys ?? []).map(({ passkeyId }) => passkeyId));
      const assertion = await askPasskey(approval.options, approval.challenge);
      await ask(addPasskey, { body: { credential, assertion } });
      setAdded(true);
    } catch (reason) {
      setError(reason);
    } finally {
      setBusy(false);
      outdate(queries, [listMyPasskeys]);
    }
  }
  return (
    <Page title={text('shell.sections.passkeys.name')} lead={text('session.passkeysLead')}>
      {added ? <Notice kind="success" announce>{text('session.passkeyAdded')}</Notice> : null}
      {error === null ? null : <FailureNotice error={error} />}
      <Answered answer={answer}>
        {({ passkeys }) => (
          <Table caption={text('shell.sections.passkeys.name')} columns={[{ label: text('session.passkeyNumber') }, { label: text('session.passkeyMade') }]}>
            {passkeys.map(({ passkeyId, createdAt }, index) => <tr key={passkeyId}><td>{index + 1}</td><td>{time.dateTime(createdAt)}</td></tr>)}
          </Table>
        )}
      </Answered>
      <p>{text('session.passkeyHow')}</p>
      <div><Button busy={busy} onClick={() => void add()}>{text('session.addPasskey')}</Button></div>
    </Page>
  );
}
