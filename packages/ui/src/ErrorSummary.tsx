import { useEffect, useRef } from 'react';
import { useUiText } from './i18n.ts';
import styles from './Notice.module.css';

export interface FieldError {
  /** Id of the field that is wrong. */
  readonly fieldId: string;
  readonly message: string;
}

/**
 * Everything that is wrong with a form, above it, each with a link to its
 * field. Takes the focus whenever `errors` is another list, so that a screen
 * reader reads it and nobody searches for what stopped them.
 */
export function ErrorSummary({ errors }: { readonly errors: readonly FieldError[] }) {
  const text = useUiText();
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (errors.length > 0) box.current?.focus();
  }, [errors]);
  if (errors.length === 0) return null;
  return (
    <div ref={box} className={`${styles.notice} ${styles.problem}`} role="alert" tabIndex={-1}>
      <div className={styles.words}>
        <h2 className={styles.title}>{text('errorSummary.title')}</h2>
        <ul className={styles.list}>
          {errors.map(({ fieldId, message }) => (
            <li key={fieldId}>
              <a
                href={`#${fieldId}`}
                onClick={(event) => {
                  event.preventDefault();
                  document.getElementById(fieldId)?.focus();
                }}
              >
                {message}
              </a>
            </li>
          ))}
        </ul>
      </div>
    </div>
  );
}
