import { useEffect, useRef, type ReactNode } from 'react';
import styles from './Page.module.css';

/** The first page of a visit leaves the focus where the browser put it; every later one takes it. */
let firstPage = true;

export interface PageProps {
  /** Heading of the page and title of the document. */
  readonly title: string;
  /** A line under the heading. */
  readonly lead?: ReactNode;
  /** Link back, above the heading. */
  readonly back?: ReactNode;
  /** Heading for screen readers only, where the page's first thing says it for the eye. */
  readonly quietTitle?: boolean;
  /** Two columns on wide screens. */
  readonly wide?: boolean;
  readonly children: ReactNode;
}

/** A page: its heading takes the focus when the route changes, so that a screen reader starts there. */
export function Page({ title, lead, back, quietTitle = false, wide = false, children }: PageProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (firstPage) firstPage = false;
    else {
      window.scrollTo(0, 0);
      heading.current?.focus({ preventScroll: true });
    }
  }, []);
  useEffect(() => {
    document.title = title;
  }, [title]);
  return (
    <main id="content" tabIndex={-1} className={wide ? `${styles.page} ${styles.wide}` : styles.page}>
      {back === undefined ? null : <div className={styles.back}>{back}</div>}
      <div className={quietTitle ? 'visually-hidden' : styles.head}>
        <h1 ref={heading} tabIndex={-1}>{title}</h1>
        {lead === undefined ? null : <p className={styles.lead}>{lead}</p>}
      </div>
      {children}
    </main>
  );
}
