import styles from './forms.module.css';

/** A field for a text of several lines. */
export function TextArea({ id, label, hint, error, value, onChange, rows, maxLength, code = false }: {
  readonly id: string; readonly label: string; readonly hint?: string; readonly error?: string | null;
  readonly value: string; readonly onChange: (value: string) => void; readonly rows: number; readonly maxLength?: number;
  /** For text that programs read: every character the same width, no spelling. */
  readonly code?: boolean;
}) {
  const described = [...(error ? [`${id}-error`] : []), ...(hint === undefined ? [] : [`${id}-hint`])].join(' ');
  return (
    <div className={error ? `${styles.group} ${styles.wrong}` : styles.group}>
      <label className={styles.legend} htmlFor={id}>{label}</label>
      {hint === undefined ? null : <p id={`${id}-hint`} className={styles.hint}>{hint}</p>}
      {error ? <p id={`${id}-error`} className={styles.error}>{error}</p> : null}
      <textarea
        id={id} className={code ? `${styles.area} ${styles.code}` : styles.area} rows={rows} maxLength={maxLength} value={value} spellCheck={!code}
        onChange={(event) => onChange(event.target.value)} aria-invalid={error ? true : undefined} aria-describedby={described === '' ? undefined : described}
      />
    </div>
  );
}
