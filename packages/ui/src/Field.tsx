import { useId, type InputHTMLAttributes, type ReactNode, type SelectHTMLAttributes } from 'react';
import { useUiText } from './i18n.ts';
import styles from './Field.module.css';

interface FieldProps {
  readonly label: string;
  /** Said before the field, where it is read before typing. */
  readonly hint?: ReactNode;
  /** What is wrong and how to mend it; null or absent when nothing is. */
  readonly error?: string | null;
  readonly optional?: boolean;
  /** Said below the field, where what was typed can be compared with what was meant. */
  readonly after?: string | null;
}

interface Described extends FieldProps {
  readonly id: string;
  readonly children: ReactNode;
}

/** Ids of hint, error and what is said below for `aria-describedby`; the error is read first. */
function describedBy(id: string, { hint, error, after }: FieldProps): string | undefined {
  const ids = [...(error ? [`${id}-error`] : []), ...(hint === undefined ? [] : [`${id}-hint`]), ...(after ? [`${id}-after`] : [])];
  return ids.length === 0 ? undefined : ids.join(' ');
}

function Field({ id, label, hint, error, optional = false, after, children }: Described) {
  const text = useUiText();
  return (
    <div className={error ? `${styles.field} ${styles.wrong}` : styles.field}>
      <label className={styles.label} htmlFor={id}>
        {label}
        {optional ? <span className={styles.optional}> {text('optional')}</span> : null}
      </label>
      {hint === undefined ? null : <div id={`${id}-hint`} className={styles.hint}>{hint}</div>}
      {error ? (
        <p id={`${id}-error`} className={styles.error}>
          <span className="visually-hidden">{text('errorPrefix')} </span>
          {error}
        </p>
      ) : null}
      {children}
      {after ? <p id={`${id}-after`} className={styles.hint}>{after}</p> : null}
    </div>
  );
}

/** How wide a text field is drawn: as wide as what belongs into it. */
export type FieldWidth = 'full' | 'half' | 'code';

export interface TextFieldProps extends FieldProps, Omit<InputHTMLAttributes<HTMLInputElement>, 'className' | 'style' | 'onChange' | 'value' | 'prefix' | 'width'> {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly width?: FieldWidth;
  /** Drawn inside the field, before what is typed, e.g. +86. */
  readonly prefix?: ReactNode;
}

/** A text field with its label above, hint and error. */
export function TextField({ label, hint, error, optional, after, id, value, onChange, width = 'full', prefix, ...rest }: TextFieldProps) {
  const made = useId();
  const fieldId = id ?? made;
  const field = { label, hint, after: after ?? null, ...(error === undefined ? {} : { error }), ...(optional === undefined ? {} : { optional }) };
  return (
    <Field id={fieldId} {...field}>
      <div className={`${styles.box} ${styles[width]}`}>
        {prefix === undefined ? null : <span className={styles.prefix}>{prefix}</span>}
        <input
          {...rest}
          id={fieldId}
          className={styles.input}
          value={value}
          onChange={(event) => onChange(event.target.value)}
          aria-invalid={error ? true : undefined}
          aria-describedby={describedBy(fieldId, field)}
        />
      </div>
    </Field>
  );
}

export interface TextAreaProps extends FieldProps {
  readonly id: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly rows: number;
  readonly maxLength: number;
}

/** A text of several lines, with how much of it is left. */
export function TextAreaField({ label, hint, error, optional, id, value, onChange, rows, maxLength }: TextAreaProps) {
  const text = useUiText();
  const field = { label, hint, ...(error === undefined ? {} : { error }), ...(optional === undefined ? {} : { optional }) };
  return (
    <Field id={id} {...field}>
      <div className={styles.box}>
        <textarea
          id={id} className={`${styles.input} ${styles.area}`} rows={rows} maxLength={maxLength} value={value} onChange={(event) => onChange(event.target.value)}
          aria-invalid={error ? true : undefined} aria-describedby={[describedBy(id, field), `${id}-left`].filter(Boolean).join(' ')}
        />
      </div>
      <p id={`${id}-left`} className={styles.hint}>{text('charactersLeft', { count: maxLength - value.length })}</p>
    </Field>
  );
}

export interface SelectProps<Value extends string> extends FieldProps, Omit<SelectHTMLAttributes<HTMLSelectElement>, 'className' | 'style' | 'onChange' | 'value'> {
  readonly value: Value;
  readonly onChange: (value: Value) => void;
  readonly options: readonly { readonly value: Value; readonly label: string }[];
}

/** A choice of one; the browser's own list, which every phone knows how to show. */
export function Select<Value extends string>({ label, hint, error, optional, id, value, onChange, options, ...rest }: SelectProps<Value>) {
  const made = useId();
  const fieldId = id ?? made;
  const field = { label, hint, ...(error === undefined ? {} : { error }), ...(optional === undefined ? {} : { optional }) };
  return (
    <Field id={fieldId} {...field}>
      <div className={`${styles.box} ${styles.choice}`}>
        <select
          {...rest}
          id={fieldId}
          className={styles.input}
          value={value}
          onChange={(event) => {
            const chosen = options[event.target.selectedIndex];
            if (chosen !== undefined) onChange(chosen.value);
          }}
          aria-invalid={error ? true : undefined}
          aria-describedby={describedBy(fieldId, field)}
        >
          {options.map((option) => <option key={option.value} value={option.value}>{option.label}</option>)}
        </select>
      </div>
    </Field>
  );
}
