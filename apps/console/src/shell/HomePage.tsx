import type { ReactNode } from 'react';
import { listCases, listDisclosures, listProposals, listSpecimens, readOversight } from '@health-kit/api';
import { Page } from '@health-kit/ui';
import { Link } from 'wouter';
import { useAnswer } from '../answers/useAnswer.ts';
import { waitsForCaller } from '../disclosure/DisclosuresPage.tsx';
import type { Officer } from '../session/session.ts';
import { useText } from '../text.ts';
import { sectionsOf, type Section } from './sections.ts';
import styles from './shell.module.css';

const everyHalfMinute = { refetchInterval: 30_000 };

/** What the officer may do here, with what waits. */
export function HomePage({ officer }: { readonly officer: Officer }) {
  const text = useText();
  const roles = officer.roles.map((role) => text(`session.role.${role}`)).join(' · ');
  return (
    <Page wide title={text('shell.welcome', { name: officer.name })} lead={`${roles} · ${officer.office} · ${officer.unit}`}>
      <ul className={styles.cards}>
        {sectionsOf(officer.roles).map((section) => (
          <li key={section.id}>
            <Link href={section.path} className={styles.cardLink} data-row="">
              <span className={styles.cardName}>{text(`shell.sections.${section.id}.name`)}</span>
              <span className={styles.cardWords}>{text(`shell.sections.${section.id}.words`)}</span>
              <Waiting section={section} officer={officer} />
            </Link>
          </li>
        ))}
      </ul>
    </Page>
  );
}

function Waiting({ section, officer }: { readonly section: Section; readonly officer: Officer }): ReactNode {
  if (section.id === 'laboratory') return <WaitingSpecimens />;
  if (section.id === 'cases') return <WaitingCases />;
  if (section.id === 'disclosures') return <WaitingDisclosures />;
  if (section.id === 'privacy') return <WaitingAlarms />;
  if (section.id === 'orders' && officer.roles.includes('medical-officer')) return <WaitingProposals />;
  return null;
}

function WaitingSpecimens() {
  const text = useText();
  const answer = useAnswer(listSpecimens, { query: { state: 'waiting', limit: 200 } }, everyHalfMinute);
  return <Count count={answer.data?.specimens.length} most={200} words={(count) => text('shell.waiting.specimens', { count })} />;
}
function WaitingCases() {
  const text = useText();
  const answer = useAnswer(listCases, { query: { state: 'new', limit: 200 } }, everyHalfMinute);
  return <Count count={answer.data?.cases.length} most={200} words={(count) => text('shell.waiting.cases', { count })} />;
}
function WaitingAlarms() {
  const text = useText();
  const answer = useAnswer(readOversight, {}, { refetchInterval: 15_000 });
  return <Count count={answer.data?.alarms.filter(({ acknowledgedAt }) => acknowledgedAt === null).length} most={100} words={(count) => text('shell.waiting.alarms', { count })} />;
}
function WaitingProposals() {
  const text = useText();
  const answer = useAnswer(listProposals, { query: { state: 'proposed' } }, everyHalfMinute);
  return <Count count={answer.data?.proposals.filter(({ mayDecide }) => mayDecide).length} most={200} words={(count) => text('shell.waiting.proposals', { count })} />;
}

function WaitingDisclosures() {
  const text = useText();
  const answer = useAnswer(listDisclosures, {}, everyHalfMinute);
  return <Count count={answer.data?.disclosures.filter(waitsForCaller).length} most={200} words={(count) => text('shell.waiting.disclosures', { count })} />;
}

function Count({ count, most, words }: { readonly count: number | undefined; readonly most: number; readonly words: (count: number) => string }) {
  if (count === undefined) return null;
  return (
    <span className={styles.count}>
      <b className={styles.number}>{count >= most ? `${most}+` : count}</b> {words(count)}
    </span>
  );
}
