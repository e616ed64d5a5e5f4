import type { ReactNode } from 'react';
import { useUiText } from './i18n.ts';
import { Progress } from './Progress.tsx';
import { Symbol, type SymbolName } from './Symbol.tsx';
import styles from './States.module.css';

export interface EmptyStateProps {
  readonly symbol?: SymbolName;
  readonly title: string;
  /** Why it is empty, and what will appear here when. */
  readonly children?: ReactNode;
  readonly action?: ReactNode;
}

/** A place with nothing in it, which says so and says why. */
export function EmptyState({ symbol = 'records', title, children, action }: EmptyStateProps) {
  return (
    <div className={styles.empty}>
      <span className={styles.symbol}><Symbol name={symbol} /></span>
      <p className={styles.title}>{title}</p>
      {children === undefined ? null : <div className={styles.words}>{children}</div>}
      {action}
    </div>
  );
}

export interface LoadingProps {
  /** What is being loaded; "Loading…" unless said. */
  readonly label?: string;
  /** Share done, 0 to 1; absent where it is not known. */
  readonly progress?: number;
}

/** Waiting, announced once; with a bar where the share done is known. */
export function Loading({ label, progress }: LoadingProps) {
  const text = useUiText();
  const words = label ?? text('loading');
  return (
    <div className={styles.loading} role="status">
      <p>{words}</p>
      <Progress label={words} {...(progress === undefined ? {} : { share: progress })} />
    </div>
  );
}
