import { useEffect, type ReactNode } from 'react';
import { Link, useLocation } from 'wouter';
import { AppHeader } from './AppHeader.tsx';
import { Symbol, type SymbolName } from './Symbol.tsx';
import styles from './AppFrame.module.css';

export interface AppFrameProps {
  /** Name of the city or institution that runs it. */
  readonly owner: string;
  /** Name of the app, also on the home screen of an iPhone. */
  readonly name: string;
  /** A {@link Navigation}, where there is more than one way. */
  readonly navigation: ReactNode | null;
  /** What stands on every page, and the page. */
  readonly children: ReactNode;
}

/** Head, page and navigation of an app that people carry. */
export function AppFrame({ owner, name, navigation, children }: AppFrameProps) {
  useEffect(() => {
    document.querySelector('meta[name="apple-mobile-web-app-title"]')?.setAttribute('content', name);
  }, [name]);
  return (
    <div className={navigation === null ? styles.app : `${styles.app} ${styles.withNav}`}>
      <AppHeader owner={owner} name={name}>{navigation}</AppHeader>
      {children}
    </div>
  );
}

/** One of the few places that the navigation leads to. */
export interface Destination {
  readonly to: string;
  readonly symbol: SymbolName;
  readonly name: string;
  /** Further paths that belong to it; its own, and what lies under it, always does. */
  readonly within?: readonly string[];
  /** What waits there, in words; a dot for the eye. */
  readonly waiting?: string | null;
}

/** Under the thumb on phones, in the head of wide screens. */
export function Navigation({ label, destinations }: { readonly label: string; readonly destinations: readonly Destination[] }) {
  const [location] = useLocation();
  return (
    <nav className={styles.nav} aria-label={label}>
      {destinations.map(({ to, symbol, name, within = [], waiting = null }) => {
        const here = [to, ...within].some((path) => location === path || location.startsWith(`${path}/`));
        return (
          <Link key={to} href={to} className={here ? `${styles.destination} ${styles.here}` : styles.destination} aria-current={here ? 'page' : undefined}>
            <span className={styles.symbol}>
              <Symbol name={symbol} />
              {waiting === null ? null : <span className={styles.dot} />}
            </span>
            {name}
            {waiting === null ? null : <span className="visually-hidden"> ({waiting})</span>}
          </Link>
        );
      })}
    </nav>
  );
}
