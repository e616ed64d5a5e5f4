import { useEffect, useId, useRef, type ReactNode } from 'react';
import { useUiText } from './i18n.ts';
import { Symbol } from './Symbol.tsx';
import styles from './Dialog.module.css';

export interface DialogProps {
  readonly open: boolean;
  /** Called for Escape, the close button and a press outside. */
  readonly onClose: () => void;
  readonly title: string;
  readonly children: ReactNode;
  /** Buttons at the foot; the first is what most people want. */
  readonly actions?: ReactNode;
}

/** A modal dialog: the browser's own, which keeps the focus inside, hides the rest and gives the focus back. */
export function Dialog({ open, onClose, title, children, actions }: DialogProps) {
  const text = useUiText();
  const element = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  useEffect(() => {
    const dialog = element.current;
    if (dialog === null) return;
    if (open && !dialog.open) dialog.showModal();
    if (!open && dialog.open) dialog.close();
  }, [open]);
  return (
    <dialog
      ref={element}
      className={styles.dialog}
      aria-labelledby={titleId}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => {
        if (event.target === element.current) onClose();
      }}
    >
      {open ? (
        <div className={styles.inside}>
          <div className={styles.head}>
            <h2 id={titleId}>{title}</h2>
            <button type="button" className={styles.close} aria-label={text('close')} onClick={onClose}><Symbol name="cross" /></button>
          </div>
          <div className={styles.body}>{children}</div>
          {actions === undefined ? null : <div className={styles.actions}>{actions}</div>}
        </div>
      ) : null}
    </dialog>
  );
}
