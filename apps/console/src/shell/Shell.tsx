import { useEffect, useRef, useState, type ReactNode } from 'react';
import { Button, LanguageSwitch, LargeTypeSwitch, Notice, SkipLink, Symbol, useOnline, useTimeFormat, useUiText } from '@health-kit/ui';
import { Link, useLocation } from 'wouter';
import { signOut, type Officer } from '../session/session.ts';
import { useText } from '../text.ts';
import { sectionsOf } from './sections.ts';
import { useShortcuts } from './shortcuts.ts';
import { ShortcutsDialog } from './ShortcutsDialog.tsx';
import { countIn, useWaiting } from './waiting.ts';
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
  const waiting = useWaiting(officer.roles);
  const allWaiting = waiting.items.reduce((sum, { count }) => sum + count, 0);
  const menu = useMenu(location);
  return (
    <div className={styles.shell}>
      <SkipLink />
      <header className={styles.side}>
        <Link href="/" className={styles.brand}>
          <span className={styles.city}>{city ?? '\u00a0'}</span>
          <span className={styles.product}>{text('shell.name')}</span>
        </Link>
        <button ref={menu.button} type="button" className={styles.menu} aria-expanded={menu.open} aria-controls="sections-menu" onClick={() => menu.setOpen(!menu.open)}>
          <span className={styles.menuSymbol}><Symbol name={menu.open ? 'cross' : 'menu'} /></span>
          {text('shell.menu')}
          <Waits count={menu.open ? 0 : allWaiting} />
        </button>
        <nav id="sections-menu" className={styles.nav} aria-label={text('shell.navigation')} data-open={menu.open || undefined}>
          <ul>
            {links.map(({ id, path }, index) => {
              const here = path === '/' ? location === '/' : location === path || location.startsWith(`${path}/`);
              return (
                <li key={id}>
                  <Link href={path} className={styles.link} aria-current={here ? 'page' : undefined} data-shortcut={String(index + 1)} onClick={() => menu.setOpen(false)}>
                    <span className={styles.symbol}><Symbol name={navigationSymbols[id]} /></span>
                    {text(`shell.sections.${id}.name`)}
                    <Waits count={countIn(id, waiting)} />
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

/** The menu of narrow screens: closed by Escape, which gives the focus back, and by going to another page. */
function useMenu(location: string) {
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => setOpen(false), [location]);
  useEffect(() => {
    if (!open) return;
    const close = (event: KeyboardEvent) => {
      if (event.key !== 'Escape') return;
      setOpen(false);
      button.current?.focus();
    };
    document.addEventListener('keydown', close);
    return () => document.removeEventListener('keydown', close);
  }, [open]);
  return { open, setOpen, button };
}

/** How many things wait there: a number for the eye, words for who listens. */
function Waits({ count }: { readonly count: number }) {
  const text = useText();
  if (count === 0) return null;
  return <span className={styles.waits}><span aria-hidden="true">{count}</span><span className="visually-hidden">{text('shell.waits', { count })}</span></span>;
}

const navigationSymbols = {
  home: 'home', desk: 'pass', sampling: 'tube', laboratory: 'records', system: 'lock', cases: 'place', orders: 'bell', appeals: 'speech', disclosures: 'lock', counts: 'eye', staff: 'people', institutions: 'tube', invitations: 'tick', keys: 'lock', passkeys: 'key', sunset: 'alert', privacy: 'eye',
} as const;
