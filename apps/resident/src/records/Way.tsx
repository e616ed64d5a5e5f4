import { Link } from 'wouter';
import { Symbol, type SymbolName } from '@health-kit/ui';
import styles from './records.module.css';

/** A row that leads to a page. */
export function Way({ to, symbol, title, words, badge }: { readonly to: string; readonly symbol: SymbolName; readonly title: string; readonly words: string; readonly badge: string | null }) {
  return (
    <li>
      <Link className={styles.way} href={to}>
        <span className={styles.waySymbol}><Symbol name={symbol} /></span>
        <span className={styles.wayWords}>
          <span className={styles.wayTitle}>{title}{badge === null ? null : <span className={styles.badge}>{badge}</span>}</span>
          <span className={styles.wayText}>{words}</span>
        </span>
        <span className={styles.chevron}><Symbol name="chevron" /></span>
      </Link>
    </li>
  );
}
