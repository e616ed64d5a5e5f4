import { useState } from 'react';
import { Button } from '@health-kit/ui';
import { useText } from '../text.ts';
import styles from './forms.module.css';

/** A text to take away: shown whole, copied by one press. */
export function CopyText({ label, value, block = false }: { readonly label: string; readonly value: string; readonly block?: boolean }) {
  const text = useText();
  const [state, setState] = useState<'waiting' | 'copied' | 'refused'>('waiting');
  return (
    <div className={styles.copy}>
      <p className={styles.copyLabel}>{label}</p>
      {block
        ? <pre className={styles.block} tabIndex={0} role="region" aria-label={label}>{value}</pre>
        : <code className={styles.line}>{value}</code>}
      <div className={styles.copyAction}>
        <Button look="secondary" aria-label={`${text('forms.copy')}: ${label}`} onClick={() => void navigator.clipboard.writeText(value).then(() => setState('copied'), () => setState('refused'))}>{text('forms.copy')}</Button>
        <span role="status" className={styles.hint}>{state === 'waiting' ? '' : text(`forms.${state}`)}</span>
      </div>
    </div>
  );
}
