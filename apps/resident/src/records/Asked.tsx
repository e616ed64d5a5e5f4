import type { ReactNode } from 'react';
import { Button, Loading, Notice, useFailureText, useUiText } from '@health-kit/ui';
import { useOnline } from '../device/online.ts';
import type { Answer } from '../device/useAnswer.ts';
import { useText } from '../text.ts';

/** What stands where an answer is awaited: loading, what went wrong, or the answer itself. */
export function Asked<Value>({ answer, reload, children }: { readonly answer: Answer<Value>; readonly reload: () => void; readonly children: (value: Value) => ReactNode }) {
  const text = useText();
  const shared = useUiText();
  const failureText = useFailureText();
  const online = useOnline();
  if (answer.state === 'loading') return <Loading />;
  if (answer.state === 'there') return <>{children(answer.value)}</>;
  const failed = failureText(answer.refusal);
  const retry = <Button look="secondary" onClick={reload}>{shared('tryAgain')}</Button>;
  return online && answer.refusal.reason === 'refused'
    ? <Notice kind="problem" announce title={failed.title} action={retry}>{failed.detail}</Notice>
    : <Notice kind="warning" announce title={online ? failed.title : shared('offline')} action={retry}>{text('records.offline')}</Notice>;
}
