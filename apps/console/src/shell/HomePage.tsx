import { EmptyState, Loading, Page, Symbol } from '@health-kit/ui';
import { Link } from 'wouter';
import { FailureNotice } from '../answers/Answered.tsx';
import type { Officer } from '../session/session.ts';
import { useText } from '../text.ts';
import { sectionsOf } from './sections.ts';
import { useWaiting } from './waiting.ts';
import styles from './shell.module.css';

/** What waits for the officer, and what they may do here. */
export function HomePage({ officer }: { readonly officer: Officer }) {
  const text = useText();
  const roles = officer.roles.map((role) => text(`session.role.${role}`)).join(' · ');
  return (
    <Page wide title={text('shell.welcome', { name: officer.name })} lead={`${roles} · ${officer.office} · ${officer.unit}`}>
      <WaitingSection officer={officer} />
      <section className={styles.start} aria-labelledby="sections">
        <h2 id="sections">{text('shell.all')}</h2>
        <ul className={styles.cards}>
          {sectionsOf(officer.roles).map((section) => (
            <li key={section.id}>
              <Link href={section.path} className={styles.cardLink} data-row="">
                <span className={styles.cardName}>{text(`shell.sections.${section.id}.name`)}</span>
                <span className={styles.cardWords}>{text(`shell.sections.${section.id}.words`)}</span>
              </Link>
            </li>
          ))}
        </ul>
      </section>
    </Page>
  );
}

function WaitingSection({ officer }: { readonly officer: Officer }) {
  const text = useText();
  const waiting = useWaiting(officer.roles);
  const { items, loading, error } = waiting;
  return (
    <section className={styles.start} aria-labelledby="waiting">
      <h2 id="waiting">{text('shell.waitingTitle')}</h2>
      {error === null ? null : <FailureNotice error={error} onRetry={waiting.refetch} />}
      {items.length === 0 ? (loading ? <Loading /> : error === null ? <EmptyState symbol="tick" title={text('shell.nothingWaits')} /> : null) : (
        <ul className={styles.waiting}>
          {items.map(({ kind, path, count, orMore }) => (
            <li key={kind}>
              <Link href={path} className={styles.waitingLink} data-row="" data-urgent={kind === 'alarms' || kind === 'emergencies' || undefined}>
                <b className={styles.number}>{orMore ? `${count}+` : count}</b>
                <span>{text(`shell.waiting.${kind}`, { count })}</span>
                <span className={styles.chevron}><Symbol name="chevron" /></span>
              </Link>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
