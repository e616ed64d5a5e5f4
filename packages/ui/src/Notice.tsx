import type { ReactNode } from 'react';
import { useUiText } from './i18n.ts';
import { Symbol } from './Symbol.tsx';
import styles from './Notice.module.css';

export type NoticeKind = 'info' | 'success' | 'warning' | 'problem';

export interface NoticeProps {
  readonly kind?: NoticeKind;
  readonly title?: string;
  readonly children?: ReactNode;
  /** What can be done about it: a button or a link. */
  readonly action?: ReactNode;
  /** Read aloud as soon as it appears; for answers to what the person just did. */
  readonly announce?: boolean;
}

const symbols = { info: 'info', success: 'tick', warning: 'alert', problem: 'cross' } as const;

/** A message on the page: word and symbol before colour. */
export function Notice({ kind = 'info', title, children, action, announce = false }: NoticeProps) {
  const text = useUiText();
  return (
    <div className={`${styles.notice} ${styles[kind]}`} role={announce ? (kind === 'problem' ? 'alert' : 'status') : undefined}>
      <span className={styles.symbol}><Symbol name={symbols[kind]} label={text(`noticeKind.${kind}`)} /></span>
      <div className={styles.words}>
        {title === undefined ? null : <p className={styles.title}>{title}</p>}
        {children === undefined ? null : <div className={styles.text}>{children}</div>}
        {action === undefined ? null : <div className={styles.action}>{action}</div>}
      </div>
    </div>
  );
}
