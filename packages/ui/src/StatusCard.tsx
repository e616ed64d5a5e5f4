import type { ReactNode } from 'react';
import { statusWords, type Status } from '@health-kit/policy';
import { useLanguage } from './i18n.ts';
import styles from './StatusCard.module.css';

/**
 * `refused`: a code that is not valid, which says nothing about its holder. `recorded`: something was kept, such as a
 * visit; it lets nobody in, so it looks like no status at all. Give either a word.
 */
type CardKind = Status | 'refused' | 'recorded';

/** Each status has a shape of its own, so that it is told apart without colour and from two metres. */
const emblems: Readonly<Record<CardKind, ReactNode>> = {
  unverified: <><rect x="8" y="8" width="84" height="84" rx="8" strokeDasharray="17 9" /><path d="M36 38a14 14 0 1121 12c-5 3-7 6-7 11" /><path d="M50 73v2" /></>,
  clear: <><circle cx="50" cy="50" r="43" /><path d="M29 52l14 15 29-32" /></>,
  caution: <><path d="M50 7l45 82H5z" strokeLinejoin="round" /><path d="M50 36v27M50 75v2" /></>,
  refused: <path d="M18 18l64 64M82 18L18 82" strokeWidth="14" />,
  recorded: <><path d="M50 93S16 62 16 39a34 34 0 0168 0c0 23-34 54-34 54z" strokeLinejoin="round" /><circle cx="50" cy="39" r="10" /></>,
  isolate: <><path d="M32 6h36l26 26v36L68 94H32L6 68V32z" strokeLinejoin="round" /><path d="M28 50h44" strokeWidth="14" /></>,
};

export interface StatusCardProps {
  readonly status: CardKind;
  /** Another word in place of the status's own, e.g. a decision at a gate. */
  readonly word?: string;
  /** A line under the word, e.g. what the status asks for. */
  readonly line?: ReactNode;
  /** As large as its place allows, to be read from two metres. */
  readonly large?: boolean;
  /** Read aloud when the status changes. */
  readonly announce?: boolean;
  /** What stands on the card below the band. */
  readonly children?: ReactNode;
}

/** The one-glance card: colour, word, symbol and pattern, each enough by itself. */
export function StatusCard({ status, word, line, large = false, announce = false, children }: StatusCardProps) {
  const { language } = useLanguage();
  const written = word ?? (status === 'refused' || status === 'recorded' ? '' : statusWords[status][language]);
  const isLong = [...written].length > (language === 'zh' ? 2 : 7);
  // A long word of a status gets a line of its own where it has to be read from two metres.
  const isStacked = large && isLong && word === undefined && language !== 'zh';
  return (
    <section className={large ? `${styles.card} ${styles[status]} ${styles.large}` : `${styles.card} ${styles[status]}`} data-status={status}>
      <div className={isStacked ? `${styles.band} ${styles.stacked}` : styles.band} role={announce ? 'status' : undefined}>
        <svg className={styles.emblem} viewBox="0 0 100 100" fill="none" stroke="currentColor" strokeWidth="9" strokeLinecap="round" aria-hidden="true">
          {emblems[status]}
        </svg>
        <div className={styles.words}>
          <p className={`${styles.word} ${isLong ? styles.long : ''} ${isLong && word === undefined ? styles.ofStatus : ''}`}>{written}</p>
          {line === undefined ? null : <p className={styles.line}>{line}</p>}
        </div>
      </div>
      {children === undefined ? null : <div className={styles.body}>{children}</div>}
    </section>
  );
}

/** A small mark of a status for lists: symbol and word. */
export function StatusTag({ status }: { readonly status: Status }) {
  const { language } = useLanguage();
  return (
    <span className={`${styles.tag} ${styles[status]}`} data-status={status}>
      <svg viewBox="0 0 100 100" fill="none" stroke="currentColor" strokeWidth="11" strokeLinecap="round" aria-hidden="true">{emblems[status]}</svg>
      {statusWords[status][language]}
    </span>
  );
}
