import type { KeyKind } from '@health-kit/api';
import { Button, Dialog } from '@health-kit/ui';
import { CopyText } from '../forms/CopyText.tsx';
import { useText } from '../text.ts';
import { reasonAgainst, rotateCommand } from './inventory.ts';

export interface Rotatable {
  readonly kind: KeyKind;
  /** What it is for, in the reader's words. */
  readonly name: string;
}

/** How a kind of key is rotated: by the operator, at the machine, and by nobody here; or why it is not. */
export function RotateDialog({ rotatable: { kind, name }, onClose }: { readonly rotatable: Rotatable; readonly onClose: () => void }) {
  const text = useText();
  const command = rotateCommand(kind);
  return (
    <Dialog open onClose={onClose} title={text(command === null ? 'keys.whyNotNamed' : 'keys.rotateNamed', { name })} actions={<Button look="secondary" onClick={onClose}>{text('forms.close')}</Button>}>
      {command === null ? <p>{text(`keys.never.${reasonAgainst(kind) ?? 'other'}`)}</p> : (
        <>
          <p>{text('keys.rotateText')}</p>
          <CopyText label={text('keys.command')} value={command} />
          <p>{text('keys.rotateWhere')}</p>
        </>
      )}
    </Dialog>
  );
}
