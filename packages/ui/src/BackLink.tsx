import { Link } from 'wouter';
import { useUiText } from './i18n.ts';
import { Symbol } from './Symbol.tsx';
import styles from './BackLink.module.css';

/** The way back, above a page's heading. */
export function BackLink({ to }: { readonly to: string }) {
  const text = useUiText();
  return (
    <Link className={styles.back} href={to}>
      <span className={styles.arrow}><Symbol name="back" /></span>
      {text('back')}
    </Link>
  );
}
