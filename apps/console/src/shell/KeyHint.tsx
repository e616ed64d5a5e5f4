import styles from './shell.module.css';

/** The key that presses a button, beside its name; where there is no keyboard to press it on, nothing. */
export function KeyHint({ name }: { readonly name: string }) {
  return <kbd className={styles.buttonKey} aria-hidden="true">{name}</kbd>;
}
