import { Button } from './Button.tsx';
import { useFailureText, type Failure } from './failure.ts';
import { useUiText } from './i18n.ts';
import { Notice } from './Notice.tsx';

export interface FailureNoticeProps {
  /** Null: nothing went wrong, and nothing is shown. */
  readonly failure: Failure | null;
  /** Asks again. */
  readonly onRetry?: () => void;
}

/** What went wrong with a request, and the way to ask again. */
export function FailureNotice({ failure, onRetry }: FailureNoticeProps) {
  const text = useUiText();
  const failureText = useFailureText();
  if (failure === null) return null;
  const { title, detail } = failureText(failure);
  return (
    <Notice kind="problem" announce title={title} action={onRetry === undefined ? undefined : <Button look="secondary" onClick={onRetry}>{text('tryAgain')}</Button>}>
      {detail}
    </Notice>
  );
}
