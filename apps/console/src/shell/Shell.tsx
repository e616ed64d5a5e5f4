import { useState, type ReactNode } from 'react';
import { Button, LanguageSwitch, LargeTypeSwitch, Notice, SkipLink, Symbol, useOnline, useTimeFormat, useUiText } from '@health-kit/ui';
import { Link, useLocation } from 'wouter';
import { signOut, type Officer } from '../session/session.ts';
import { useText } from '../text.ts';
import { sectionsOf } from './sections.ts';
import { useShortcuts } from './shortcuts.ts';
import { ShortcutsDialog } from './ShortcutsDialog.tsx';
import styles from './shell.module.css';

/** The frame of every page: where one is, who one is, and the way out. */
export function Shell({ city, officer, expiresAt, notice, children }: {
  readonly city: string | null; readonly officer: Officer; readonly expiresAt: string;
  /** What concerns every page, above it; null for nothing. */
  readonly notice: ReactNode; readonly children: ReactNode;
}) {
  const text = useText();
  const uiText = useUiText();
  const time = useTimeFormat();
  const online = useOnline();
  const [location] = useLocation();
  const [help, setHelp] = useState(false);
  const [openHelp] = useState(() => () => setHelp(true));
  useShortcuts(openHelp);
  const links = [{ id: 'home' as const, path: '/' }, ...sectionsOf(officer.roles)];
  return (
    <div className={styles.shell}>
      <SkipLink />
      <header className={styles.side}>
        <Link href="/" className={styles.brand}>
          <span className={styles.city}>{city ?? '\u00a0'}</span>
          <span className={styles.product}>{text('shell.name')}</span>
        </Link>
        <nav className={styles.nav} aria-label={text('shell.navigation')}>
          <ul>
            {links.map(({ id, path }, index) => {
              const here = path === '/' ? location === '/' : location === path || location.startsWith(`${path}/`);
              return (
                <li key={id}>
                  <Link href={path} className={styles.link} aria-current={here ? 'page' : undefined} data-shortcut={String(index + 1)}>
                    <span className={styles.symbol}><Symbol name={navigationSymbols[id]} /></span>
                    {text(`shell.sections.${id}.name`)}
                    <kbd className={styles.hintKey} aria-hidden="true">{index + 1}</kbd>
                  </Link>
                </li>
              );
            })}
          </ul>
        </nav>
        <div className={styles.switches}><LargeTypeSwitch /><LanguageSwitch /></div>
      </header>
      <div className={styles.main}>
        {online ? null : <div className={styles.above}><Notice kind="warning" announce title={uiText('offline')}>{text('answers.offline')}</Notice></div>}
        {notice === null ? null : <div className={styles.above}>{notice}</div>}
        {children}
      </div>
      <footer className={styles.officer}>
        <p className={styles.name}>{officer.name}</p>
        <p>{officer.roles.map((role) => text(`session.role.${role}`)).join(' · ')}</p>
        <p>{officer.office} · {officer.unit}</p>
        <p>{text('session.signedInUntil', { time: time.time(expiresAt) })}</p>
        <div className={styles.officerActions}>
          <Button look="secondary" onClick={() => void signOut()}>{text('session.signOut')}</Button>
          <Button look="quiet" aria-label={text('shell.shortcuts')} onClick={openHelp}>?</Button>
        </div>
      </footer>
      <ShortcutsDialog open={help} onClose={() => setHelp(false)} />
    </div>
  );
}

const navigationSymbols = {
  home: 'tick', desk: 'pass', sampling: 'tube', laboratory: 'records', system: 'lock', cases: 'place', orders: 'bell', disclosures: 'lock', counts: 'eye', staff: 'settings', institutions: 'tube', invitations: 'tick', keys: 'lock', passkeys: 'lock', sunset: 'alert', privacy: 'eye',
} as const;
