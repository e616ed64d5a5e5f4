import type { ReactNode } from 'react';
import { Button, FailureNotice, Loading, Notice, useFailureText, useOnline, useUiText, type Answer } from '@health-kit/ui';
import { useText } from '../text.ts';

/** What stands where an answer is awaited: loading, what went wrong, or the answer itself. */
export function Asked<Value>({ answer, reload, children }: { readonly answer: Answer<Value>; readonly reload: () => void; readonly children: (value: Value) => ReactNode }) {
  const text = useText();
  const shared = useUiText();
  const failureText = useFailureText();
  const online = useOnline();
  if (answer.state === 'loading') return <Loading />;
  if (answer.state === 'there') return <>{children(answer.value)}</>;
  if (online && answer.refusal.reason !== 'unreachable') return <FailureNotice failure={answer.refusal} onRetry={reload} />;
  return (
    <Notice kind="warning" announce title={online ? failureText(answer.refusal).title : shared('offline')} action={<Button look="secondary" onClick={reload}>{shared('tryAgain')}</Button>}>
      {text('records.offline')}
    </Notice>
  );
}
