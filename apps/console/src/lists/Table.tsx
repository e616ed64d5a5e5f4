import type { ReactNode } from 'react';
import styles from './lists.module.css';

export interface Column {
  readonly label: string;
  /** Figures stand at the right, under each other. */
  readonly figures?: boolean;
  /** The heading is for screen readers only. */
  readonly quiet?: boolean;
}

/** A dense table that scrolls inside itself where the screen is narrow; rows are `<tr>`. */
export function Table({ caption, columns, children }: { readonly caption: string; readonly columns: readonly Column[]; readonly children: ReactNode }) {
  return (
    <div className={styles.scroll} tabIndex={0} role="region" aria-label={caption}>
      <table className={styles.table}>
        <caption className="visually-hidden">{caption}</caption>
        <thead>
          <tr>
            {columns.map(({ label, figures, quiet }) => (
              <th key={label} scope="col" className={figures === true ? styles.figures : undefined}>{quiet === true ? <span className="visually-hidden">{label}</span> : label}</th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}
