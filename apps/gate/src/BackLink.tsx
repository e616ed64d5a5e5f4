import { Link } from 'wouter';
import { Symbol } from '@health-kit/ui';
import { useText } from './text.ts';
import styles from './BackLink.module.css';

/** The way back, above a page's heading. */
export function BackLink({ to }: { readonly to: string }) {
  const text = useText();
  return (
    <Link className={styles.back} href={to}>
      <span className={styles.arrow}><Symbol name="back" /></span>
      {text('back')}
    </Link>
  );
}
