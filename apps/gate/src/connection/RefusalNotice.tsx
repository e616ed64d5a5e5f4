import { Button, Notice, useFailureText } from '@health-kit/ui';
import { useText } from '../text.ts';
import type { Refusal } from './useAnswer.ts';

/** What went wrong with a request, and the way to ask again. */
export function RefusalNotice({ refusal, onRetry }: { readonly refusal: Refusal; readonly onRetry?: () => void }) {
  const text = useText();
  const { title, detail } = useFailureText()(refusal);
  return (
    <Notice kind="problem" title={title} announce action={onRetry === undefined ? undefined : <Button look="secondary" onClick={onRetry}>{text('tryAgain')}</Button>}>
      {detail}
    </Notice>
  );
}
