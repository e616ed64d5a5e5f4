import { DisclosureId, getDisclosure, type Disclosure } from '@health-kit/api';
import { Notice, Page, useTimeFormat } from '@health-kit/ui';
import { Check } from 'typebox/value';
import { Link } from 'wouter';
import { Answered } from '../answers/Answered.tsx';
import { useAnswer } from '../answers/useAnswer.ts';
import { Badge, ShortId } from '../lists/Badge.tsx';
import { Facts } from '../lists/Facts.tsx';
import type { Officer } from '../session/session.ts';
import { NotHere } from '../shell/NotHere.tsx';
import { useText } from '../text.ts';
import { DecisionPanel } from './DecisionPanel.tsx';
import { stateLooks } from './DisclosuresPage.tsx';
import { ReleasePanel } from './ReleasePanel.tsx';
import { ReviewPanel } from './ReviewPanel.tsx';
import lists from '../lists/lists.module.css';
import styles from './disclosure.module.css';

/** One disclosure: what was asked for and what became of it; and what this officer may do about it. */
export function DisclosurePage({ disclosureId, officer }: { readonly disclosureId: string; readonly officer: Officer }) {
  return Check(DisclosureId, disclosureId) ? <Known disclosureId={disclosureId} officer={officer} /> : <NotHere why="notFound" />;
}

function Known({ disclosureId, officer }: { readonly disclosureId: DisclosureId; readonly officer: Officer }) {
  const text = useText();
  const answer = useAnswer(getDisclosure, { params: { disclosureId } }, { refetchInterval: 15_000 });
  return (
    <Page wide title={text('disclosure.disclosure')} back={<Link href="/disclosures">← {text('shell.sections.disclosures.name')}</Link>}>
      <Answered answer={answer}>
        {(disclosure) => (
          <div className={lists.columns}>
            <div className={lists.section}>
              {isOver(disclosure) ? <Notice kind="info">{text(`disclosure.over.${disclosure.state}`)}</Notice> : null}
              <ReleasePanel disclosure={disclosure} officer={officer} />
              <Asked disclosure={disclosure} officer={officer} />
            </div>
            <div className={lists.section}>
              <DecisionPanel disclosure={disclosure} />
              {disclosure.mayReview ? <ReviewPanel disclosure={disclosure} /> : disclosure.awaitsReview ? <Notice kind="info">{text(officer.roles.includes('privacy-officer') ? 'disclosure.reviewByAnother' : 'disclosure.reviewWaits')}</Notice> : null}
            </div>
          </div>
        )}
      </Answered>
    </Page>
  );
}

type Over = Extract<Disclosure['state'], 'refused' | 'closed' | 'expired' | 'lapsed'>;

function isOver(disclosure: Disclosure): disclosure is Disclosure & { readonly state: Over } {
  return disclosure.state === 'refused' || disclosure.state === 'closed' || disclosure.state === 'expired' || disclosure.state === 'lapsed';
}

function Asked({ disclosure, officer }: { readonly disclosure: Disclosure; readonly officer: Officer }) {
  const text = useText();
  const time = useTimeFormat();
  const { decided, reviewed } = disclosure;
  const seesCases = officer.roles.includes('tracer') || officer.roles.includes('medical-officer');
  return (
    <>
      <section className={lists.panel} aria-labelledby="asked">
        <h2 id="asked" className={styles.headline}>
          {text('disclosure.headline', { purpose: text(`disclosure.purposes.${disclosure.purpose}`), count: disclosure.subjects })}{' '}
          <Badge look={stateLooks[disclosure.state]}>{text(`disclosure.states.${disclosure.state}`)}</Badge>
        </h2>
        <Facts facts={[
          [text('disclosure.what'), disclosure.fields.map((field) => text(`disclosure.fields.${field}`)).join(' · ')],
          [text('disclosure.reason'), disclosure.reason],
          [text('disclosure.requestedBy'), disclosure.requestedBy],
          [text('disclosure.requestedAt'), time.dateTime(disclosure.requestedAt)],
          ...(decided === null ? [] : [[text('disclosure.decidedBy'), `${decided.by} · ${time.dateTime(decided.at)}`] as const]),
          ...(decided?.reason == null ? [] : [[text('disclosure.refusalReason'), decided.reason] as const]),
          [text('disclosure.views'), text('disclosure.times', { count: disclosure.views })],
          ...(reviewed === null ? [] : [
            [text('disclosure.finding'), text(`disclosure.findings.${reviewed.finding}`)] as const, [text('disclosure.note'), reviewed.note] as const,
            [text('disclosure.reviewedBy'), `${reviewed.by} · ${time.dateTime(reviewed.at)}`] as const,
          ]),
        ]} />
        {seesCases ? <p><Link href={`/cases/${disclosure.caseId}`}>{text('disclosure.toCase')}</Link></p> : null}
      </section>
      <details className={lists.fold}>
        <summary className={styles.summary}>{text('disclosure.showPeople', { count: disclosure.subjects })}</summary>
        <ul className={styles.pseudonyms}>{disclosure.people.map((person) => <li key={person}><ShortId id={person} /></li>)}</ul>
      </details>
    </>
  );
}
