import type { ButtonHTMLAttributes, ReactNode } from 'react';
import styles from './Button.module.css';

export type ButtonLook = 'primary' | 'secondary' | 'quiet' | 'danger';

export interface ButtonProps extends Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'className' | 'style'> {
  /** One primary button a page: what the person most likely came for. */
  readonly look?: ButtonLook;
  /** Fills the width of its place. */
  readonly wide?: boolean;
  /** Work is under way: says so, and takes no second press. */
  readonly busy?: boolean;
  readonly children: ReactNode;
}

/** A button; `type` is `button` unless said. */
export function Button({ look = 'primary', wide = false, busy = false, type = 'button', onClick, children, ...rest }: ButtonProps) {
  return (
    <button
      {...rest}
      type={type}
      className={buttonClass(look, wide)}
      aria-busy={busy || undefined}
      // Not `disabled`: focus must not fall off the page while the answer is awaited.
      aria-disabled={busy || rest['aria-disabled']}
      onClick={(event) => {
        if (busy) event.preventDefault();
        else onClick?.(event);
      }}
    >
      {busy ? <span className={styles.spinner} aria-hidden="true" /> : null}
      {children}
    </button>
  );
}

/** The class of a link that looks like a button, for links that lead to the next thing to do. */
export function buttonClass(look: ButtonLook = 'primary', wide = false): string {
  return [styles.button, styles[look], wide ? styles.wide : ''].join(' ');
}
