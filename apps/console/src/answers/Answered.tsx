import type { ReactNode } from 'react';
import { Button, Loading, Notice, useFailureText, useUiText, type Failure } from '@health-kit/ui';
import { PasskeyError } from '../session/passkeys.ts';
import { useSession } from '../session/session.ts';
import { useText } from '../text.ts';
import { problemOf, RefusedError } from './callAsStaff.ts';
import type { Answer } from './useAnswer.ts';

/** Shows an answer when it is there; says so while it is awaited, and says what to do when it does not come. */
export function Answered<Value>({ answer, children }: { readonly answer: Answer<Value>; readonly children: (value: Value) => ReactNode }) {
  const text = useText();
  if (answer.data === undefined) {
    return answer.error !== null ? <FailureNotice error={answer.error} onRetry={() => void answer.refetch()} /> : <Loading />;
  }
  return (
    <>
      {answer.error !== null ? <Notice kind="warning" announce title={text('answers.staleTitle')} action={<TryAgain onRetry={() => void answer.refetch()} />}>{text('answers.stale')}</Notice> : null}
      {children(answer.data)}
    </>
  );
}

export interface FailureNoticeProps {
  readonly error: unknown;
  readonly onRetry?: () => void;
  /** What it means here, in place of the general sentence. */
  readonly children?: ReactNode;
}

/** What went wrong, as a sentence to act on. */
export function FailureNotice({ error, onRetry, children }: FailureNoticeProps) {
  const failureText = useFailureText();
  const text = useText();
  const session = useSession();
  // A session that was over is the sign-in page's matter; whoever has signed in again is not told to.
  if (session.kind === 'signed-in' && problemOf(error) === 'not-authorized') return null;
  const action = onRetry === undefined ? undefined : <TryAgain onRetry={onRetry} />;
  if (error instanceof PasskeyError) {
    return <Notice kind="problem" announce title={text(`session.passkey.${error.fault}Title`)} action={action}>{text(`session.passkey.${error.fault}`)}</Notice>;
  }
  if (problemOf(error) === 'invalid-request' && children === undefined) {
    // "The fields that are named" are named by forms that have them; a scanned code has none.
    const what = refusedPointers(error).includes('/body/pass') ? 'notAPass' : 'notTaken';
    return <Notice kind="problem" announce title={text(`answers.${what}Title`)} action={action}>{text(`answers.${what}`)}</Notice>;
  }
  const { title, detail } = failureText(failureOf(error));
  return <Notice kind="problem" announce title={title} action={action}>{children ?? detail}</Notice>;
}

function TryAgain({ onRetry }: { readonly onRetry: () => void }) {
  const text = useUiText();
  return <Button look="secondary" onClick={onRetry}>{text('tryAgain')}</Button>;
}

function failureOf(error: unknown): Failure {
  return error instanceof RefusedError ? error.refusal : { reason: 'unexpected' };
}

/** JSON Pointers of what was refused in a request. */
export function refusedPointers(error: unknown): readonly string[] {
  return error instanceof RefusedError && error.refusal.reason === 'refused' ? (error.refusal.problem.errors ?? []).map(({ pointer }) => pointer) : [];
}
