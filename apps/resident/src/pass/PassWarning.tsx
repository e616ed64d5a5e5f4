import { useState } from 'react';
import { Link } from 'wouter';
import { Button, Notice } from '@health-kit/ui';
import { CallButton } from '../CallButton.tsx';
import { routes } from '../routes.ts';
import { useText } from '../text.ts';
import { checkNames } from './checkPass.ts';
import { fetchPass } from './refreshPass.ts';
import { usePassChecks } from './usePassChecks.ts';
import styles from './PassChecked.module.css';

/** Says what of the pass does not agree with what this device knows, and what to do; nothing where all does. */
export function PassWarning() {
  const text = useText();
  const checks = usePassChecks();
  const [busy, setBusy] = useState(false);
  const failed = checks === null ? [] : checkNames.filter((name) => checks[name] === 'bad');
  if (failed.length === 0) return null;
  const fetchAgain = () => {
    setBusy(true);
    void fetchPass().finally(() => setBusy(false));
  };
  const actions = <div className={styles.actions}><Button look="secondary" busy={busy} onClick={fetchAgain}>{text('insight.checked.again')}</Button><CallButton /></div>;
  return (
    <Notice kind="problem" announce title={text('insight.checked.badTitle')} action={actions}>
      <ul className={styles.list}>
        {failed.map((name) => <li key={name}>{text(`insight.checked.bad.${name}`)}</li>)}
      </ul>
      <p>{text('insight.checked.todo')}</p>
      {failed.includes('portrait') ? <p><Link href={routes.portrait}>{text('insight.checked.portrait')}</Link></p> : null}
    </Notice>
  );
}
