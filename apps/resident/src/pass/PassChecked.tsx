import { Symbol } from '@health-kit/ui';
import { useText } from '../text.ts';
import { checkNames } from './checkPass.ts';
import { usePassChecks } from './usePassChecks.ts';
import styles from './PassChecked.module.css';

/** Says quietly what of the pass this device checked itself; where something does not agree, that is said elsewhere and loudly. */
export function PassChecked() {
  const text = useText();
  const checks = usePassChecks();
  if (checks === null || checkNames.some((name) => checks[name] === 'bad')) return null;
  const good = checkNames.filter((name) => checks[name] === 'good');
  // Who has no portrait here misses nothing that could be checked.
  const open = checkNames.filter((name) => checks[name] === 'open' && name !== 'portrait');
  return (
    <details className={styles.checked}>
      <summary><span className={styles.symbol}><Symbol name={open.length === 0 ? 'tick' : 'info'} /></span>{open.length === 0 ? text('insight.checked.title') : text('insight.checked.partly')}</summary>
      <ul className={styles.list}>
        {good.map((name) => <li key={name}>{text(`insight.checked.good.${name}`)}</li>)}
        {open.map((name) => <li key={name}>{text('insight.checked.open', { what: text(`insight.checked.good.${name}`) })}</li>)}
      </ul>
      <p>{text('insight.checked.how')}</p>
    </details>
  );
}
