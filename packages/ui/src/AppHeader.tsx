import type { ReactNode } from 'react';
import { useLanguage, useUiText } from './i18n.ts';
import { useLargeType } from './largeType.ts';
import styles from './AppHeader.module.css';

export interface AppHeaderProps {
  /** Name of the city or institution that runs it. */
  readonly owner: string;
  /** Name of the app. */
  readonly name: string;
  /** Navigation of wide screens. */
  readonly children?: ReactNode;
}

/** The head of every app: who runs it, which app it is, language and large type at hand on every page. */
export function AppHeader({ owner, name, children }: AppHeaderProps) {
  return (
    <header className={styles.header}>
      <SkipLink />
      <div className={styles.inner}>
        <div className={styles.names}>
          <span className={styles.owner}>{owner}</span>
          <span className={styles.name}>{name}</span>
        </div>
        {children}
        <div className={styles.switches}>
          <LargeTypeSwitch />
          <LanguageSwitch />
        </div>
      </div>
    </header>
  );
}

/** For the keyboard: past head and navigation, to the page. */
export function SkipLink() {
  const text = useUiText();
  return <a className={styles.skip} href="#content" onClick={focusContent}>{text('header.skip')}</a>;
}

function focusContent(event: { preventDefault(): void }): void {
  event.preventDefault();
  document.getElementById('content')?.focus();
}

/** Switches large type; a pressed state, so that it says which way it stands. */
export function LargeTypeSwitch() {
  const text = useUiText();
  const { large, setLarge } = useLargeType();
  return (
    <button type="button" className={styles.switch} aria-pressed={large} aria-label={text('header.largeType')} onClick={() => setLarge(!large)}>
      {text('header.largeTypeShort')}
    </button>
  );
}

/** Offers the other language in that language; of more than two, every one in its own. */
export function LanguageSwitch() {
  const text = useUiText();
  const { reads, languages, setLanguage } = useLanguage();
  const [other, ...further] = languages.filter(({ id }) => id !== reads.id);
  if (other === undefined) return null;
  if (further.length === 0) return <button type="button" className={styles.switch} lang={other.tag} onClick={() => setLanguage(other.id)}>{other.name}</button>;
  return (
    <select className={styles.switch} aria-label={text('header.language')} value={reads.id} onChange={(event) => setLanguage(event.target.value)}>
      {languages.map(({ id, name, tag }) => <option key={id} value={id} lang={tag}>{name}</option>)}
    </select>
  );
}
