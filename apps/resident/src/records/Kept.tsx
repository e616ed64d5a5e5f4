import type { ReactNode } from 'react';
import { Button, FailureNotice, Loading, Notice, useFailureText, useOnline, useTimeFormat, useUiText } from '@health-kit/ui';
import { useText } from '../text.ts';
import type { Knowledge } from './keptRecords.ts';
import styles from './records.module.css';

/** What stands where own records are shown: what the device knows with its age, loading where it knows nothing yet, or why there is nothing. */
export function Kept<Value>({ knowledge: { known, asking, refusal, reload }, children }: { readonly knowledge: Knowledge<Value>; readonly children: (value: Value) => ReactNode }) {
  const text = useText();
  const shared = useUiText();
  const failureText = useFailureText();
  const time = useTimeFormat();
  const online = useOnline();
  const again = <Button look="secondary" onClick={reload}>{shared('tryAgain')}</Button>;
  if (known === null) {
    if (asking) return <Loading />;
    if (refusal === null) return null;
    if (online && refusal.reason !== 'unreachable') return <FailureNotice failure={refusal} onRetry={reload} />;
    return <Notice kind="warning" announce title={online ? failureText(refusal).title : shared('offline')} action={again}>{text('records.offline')}</Notice>;
  }
  return (
    <>
      {refusal === null || asking ? null : (
        <Notice kind="warning" title={online ? failureText(refusal).title : shared('offline')} action={again}>{text('records.asKnown', { time: time.dateTime(known.atMs) })}</Notice>
      )}
      {children(known.value)}
      <p className={styles.soft}>{text('records.known', { time: time.dateTime(known.atMs) })}</p>
    </>
  );
}
