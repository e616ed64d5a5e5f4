import { useId, type ReactNode } from 'react';
import styles from './forms.module.css';

interface Option<Value extends string> {
  readonly value: Value;
  readonly label: string;
  readonly hint?: string;
}
interface GroupProps {
  readonly id: string;
  readonly label: string;
  readonly hint?: ReactNode;
  readonly error?: string | null;
}

function Group({ id, label, hint, error, children }: GroupProps & { readonly children: ReactNode }) {
  return (
    <fieldset id={id} tabIndex={-1} className={error ? `${styles.group} ${styles.wrong}` : styles.group} aria-describedby={error ? `${id}-error` : undefined}>
      <legend className={styles.legend}>{label}</legend>
      {hint === undefined ? null : <p className={styles.hint}>{hint}</p>}
      {error ? <p id={`${id}-error`} className={styles.error}>{error}</p> : null}
      <div className={styles.options}>{children}</div>
    </fieldset>
  );
}

/** A choice of one among few, all in sight. */
export function ChoiceField<Value extends string>({ value, onChange, options, ...group }: GroupProps & {
  readonly value: Value | null; readonly onChange: (value: Value) => void; readonly options: readonly Option<Value>[];
}) {
  const name = useId();
  return (
    <Group {...group}>
      {options.map((option) => (
        <label key={option.value} className={styles.option}>
          <input type="radio" name={name} checked={value === option.value} onChange={() => onChange(option.value)} />
          <span>{option.label}{option.hint === undefined ? null : <span className={styles.optionHint}>{option.hint}</span>}</span>
        </label>
      ))}
    </Group>
  );
}

/** A choice of several among few, all in sight. */
export function ManyField<Value extends string>({ values, onChange, options, ...group }: GroupProps & {
  readonly values: readonly Value[]; readonly onChange: (values: readonly Value[]) => void; readonly options: readonly Option<Value>[];
}) {
  return (
    <Group {...group}>
      {options.map((option) => {
        const chosen = values.includes(option.value);
        return (
          <label key={option.value} className={styles.option}>
            <input type="checkbox" checked={chosen} onChange={() => onChange(chosen ? values.filter((value) => value !== option.value) : [...values, option.value])} />
            <span>{option.label}{option.hint === undefined ? null : <span className={styles.optionHint}>{option.hint}</span>}</span>
          </label>
        );
      })}
    </Group>
  );
}
