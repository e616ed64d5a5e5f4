import { Link } from 'wouter';
import { Symbol } from '@health-kit/ui';
import { useGate } from './gate/gateStore.ts';
import { routes } from './routes.ts';
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

/** The way back to the start page, where no navigation shows it: a device that is a gate has one. */
export function BackToStart() {
  const { session } = useGate();
  return session === null ? <BackLink to={routes.start} /> : null;
}
