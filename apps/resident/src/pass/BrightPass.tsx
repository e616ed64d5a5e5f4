import { useLayoutEffect, useRef, type ReactNode } from 'react';
import { statusWords, type Status } from '@health-kit/policy';
import { Button, QrCode, StatusCard, useLanguage, useTimeFormat, useUiText } from '@health-kit/ui';
import { useNow } from '../device/useNow.ts';
import { useWakeLock } from '../device/useWakeLock.ts';
import { useText } from '../text.ts';
import styles from './BrightPass.module.css';

export interface BrightPassProps {
  readonly status: Status;
  readonly name: string;
  /** Text of the code at this moment; null while it is made. */
  readonly code: string | null;
  readonly label: string;
  readonly note: ReactNode;
  readonly onClose: () => void;
}

/** Marks the entry of the browser's history that "back" takes away. */
const openMark = 'bright-pass';

/** The pass over the whole screen, on white in dark mode too, with a screen that stays awake: for a guard two metres away. */
export function BrightPass({ status, name, code, label, note, onClose }: BrightPassProps) {
  const text = useText();
  const shared = useUiText();
  const time = useTimeFormat();
  const now = useNow();
  const { language } = useLanguage();
  const element = useRef<HTMLDialogElement>(null);
  useWakeLock();
  useLayoutEffect(() => {
    const dialog = element.current;
    dialog?.showModal();
    history.pushState(openMark, '');
    window.addEventListener('popstate', onClose);
    return () => {
      // Gives the focus back to where it came from, which only closing does, while it is still on the page.
      dialog?.close();
      window.removeEventListener('popstate', onClose);
      if (history.state === openMark) history.back();
    };
  }, [onClose]);
  return (
    <dialog
      ref={element} className={styles.bright} aria-label={text('pass.brightTitle', { status: statusWords[status][language] })}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      <div className={styles.inside}>
        <StatusCard status={status} large />
        <div className={styles.room}>
          <div className={styles.square}>{code === null ? null : <QrCode text={code} label={label} />}</div>
        </div>
        <div className={styles.note}>{note}</div>
        <p className={styles.line}><span>{name}</span><span>{time.weekday(now)}</span><strong>{time.timeWithSeconds(now)}</strong></p>
        <Button look="secondary" wide onClick={onClose}>{shared('close')}</Button>
      </div>
    </dialog>
  );
}
