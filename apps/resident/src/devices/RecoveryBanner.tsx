import { useState } from 'react';
import { Button, FailureNotice, Notice, useTimeFormat, type Failure } from '@health-kit/ui';
import { useText } from '../text.ts';
import { stopRecoveries, useOwnRecoveries } from './ownRecoveries.ts';

/** Another device asks for this account: when it would get it, and how to stop that. Nothing where none does. */
export function RecoveryBanner() {
  const text = useText();
  const time = useTimeFormat();
  const { recoveries } = useOwnRecoveries();
  const [stopping, setStopping] = useState(false);
  const [stopped, setStopped] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [first] = recoveries;
  if (first === undefined) return stopped ? <Notice kind="success" announce title={text('devices.stopped')}>{text('devices.stoppedText')}</Notice> : null;

  async function stop(): Promise<void> {
    setStopping(true);
    const refusal = await stopRecoveries();
    setFailure(refusal);
    setStopped(refusal === null);
    setStopping(false);
  }
  return (
    <>
      <Notice kind="problem" title={text(first.atDesk ? 'devices.askedAtDesk' : 'devices.asked')} action={<Button look="danger" disabled={stopping} onClick={() => void stop()}>{text('devices.stop')}</Button>}>
        {text(first.atDesk ? 'devices.askedAtDeskText' : 'devices.askedText', { when: time.dateTime(first.completesAt) })}
      </Notice>
      <FailureNotice failure={failure} />
    </>
  );
}
