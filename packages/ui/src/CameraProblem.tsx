import { Button } from './Button.tsx';
import { useUiText } from './i18n.ts';
import { Notice } from './Notice.tsx';
import type { CameraFailure } from './useCamera.ts';

/** Why there is no camera picture, or no reader for it, and the way out; `alone` where nothing below it does without a camera. */
export function CameraProblem({ failure, alone = false, onRetry }: { readonly failure: CameraFailure | 'decoder'; readonly alone?: boolean; readonly onRetry: () => void }) {
  const text = useUiText();
  return (
    <Notice
      kind="warning"
      announce
      title={text(`scanner.${failure}Title`)}
      action={failure === 'insecure' ? undefined : <Button look="secondary" onClick={onRetry}>{text('tryAgain')}</Button>}
    >
      {text(failure === 'missing' && alone ? 'scanner.missingAlone' : `scanner.${failure}`)}
    </Notice>
  );
}
