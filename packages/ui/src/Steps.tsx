import { useUiText } from './i18n.ts';
import styles from './Steps.module.css';

/** Where one is in a task of several pages; `current` counts from 1. */
export function Steps({ current, labels }: { readonly current: number; readonly labels: readonly string[] }) {
  const text = useUiText();
  return (
    <div className={styles.steps}>
      <p className={styles.words}>
        {text('steps', { current, total: labels.length })}
        <span className={styles.label}>{labels[current - 1]}</span>
      </p>
      <ol className={styles.bars} aria-hidden="true">
        {labels.map((label, index) => (
          <li key={label} className={index + 1 < current ? styles.done : index + 1 === current ? styles.current : styles.ahead} />
        ))}
      </ol>
    </div>
  );
}
