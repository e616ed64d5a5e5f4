import styles from './lists.module.css';

/** Which part of a list is shown: buttons of which one is pressed. */
export function Tabs<Value extends string>({ label, value, onChange, options }: {
  readonly label: string; readonly value: Value; readonly onChange: (value: Value) => void; readonly options: readonly { readonly value: Value; readonly label: string }[];
}) {
  return (
    <div className={styles.tabs} role="group" aria-label={label}>
      {options.map((option) => (
        <button key={option.value} type="button" className={styles.tab} aria-pressed={option.value === value} onClick={() => onChange(option.value)}>{option.label}</button>
      ))}
    </div>
  );
}
