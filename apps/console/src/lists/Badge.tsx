import styles from './lists.module.css';

export type BadgeLook = 'plain' | 'action' | 'success' | 'warning' | 'danger';

/** A word for the state of a row; the colour only repeats it. */
export function Badge({ look = 'plain', children }: { readonly look?: BadgeLook; readonly children: string }) {
  return <span className={`${styles.badge} ${styles[look]}`}>{children}</span>;
}

/** First eight characters of an identifier, enough to tell rows apart; the whole one is at hand. */
export function ShortId({ id }: { readonly id: string }) {
  return <span className={styles.id} title={id}>{id.slice(0, 8)}</span>;
}
