import type { CSSProperties, ReactNode } from 'react';
import { useLanguage } from '@health-kit/ui';
import styles from './lists.module.css';

export interface Column {
  readonly label: string;
  /** Figures stand at the right, under each other. */
  readonly figures?: boolean;
  /** The heading is for screen readers only. */
  readonly quiet?: boolean;
}

/** The style sheet writes what a column is called beside each of its cells, for as many columns as it names. */
interface ColumnNames extends CSSProperties {
  readonly [name: `--column-${number}`]: string;
}

/**
 * A dense table; rows are `<tr>`. On a narrow screen each row is a card of its own, every value beside the name of its
 * column, so that nothing one can press lies beyond the edge.
 */
export function Table({ caption, columns, children }: { readonly caption: string; readonly columns: readonly Column[]; readonly children: ReactNode }) {
  const { language } = useLanguage();
  const mark = language === 'zh' ? '：' : ':';
  const names: ColumnNames = Object.fromEntries(columns.map(({ label, quiet }, index) => [`--column-${index + 1}`, quiet === true ? 'none' : JSON.stringify(label + mark)]));
  return (
    <div className={styles.scroll} tabIndex={0} role="region" aria-label={caption}>
      <table className={styles.table} style={names}>
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
