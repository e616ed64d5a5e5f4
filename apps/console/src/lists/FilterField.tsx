import { useText } from '../text.ts';
import styles from './lists.module.css';

/** Narrows a list while one types; `/` leads here, Escape empties it. */
export function FilterField({ value, onChange, label }: { readonly value: string; readonly onChange: (value: string) => void; readonly label?: string }) {
  const text = useText();
  const words = label ?? text('lists.filter');
  return (
    <input
      type="search" data-filter="" className={styles.filter} aria-label={words} placeholder={words} value={value} autoComplete="off" spellCheck={false}
      onChange={(event) => onChange(event.target.value)}
      onKeyDown={(event) => {
        if (event.key === 'Escape') {
          onChange('');
          event.currentTarget.blur();
        }
      }}
    />
  );
}

/** Whether any of the texts contains what was typed. */
export function matchesFilter(typed: string, texts: readonly string[]): boolean {
  const wanted = typed.trim().toLowerCase();
  return wanted === '' || texts.some((candidate) => candidate.toLowerCase().includes(wanted));
}
