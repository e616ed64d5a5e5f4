import { useState } from 'react';
import { AppealId, AppealWords, listAppeals, openAppeal, type AppealSummary, type ShownEvidence } from '@health-kit/api';
import { makeOpeningKey } from '@health-kit/client';
import { Button, Notice, Page, useTimeFormat } from '@health-kit/ui';
import { Check } from 'typebox/value';
import { Link } from 'wouter';
import { Answered, FailureNotice } from '../answers/Answered.tsx';
import { ask } from '../answers/callAsStaff.ts';
import { useAnswer } from '../answers/useAnswer.ts';
import { Badge } from '../lists/Badge.tsx';
import { Facts } from '../lists/Facts.tsx';
import { NotHere } from '../shell/NotHere.tsx';
import { useText } from '../text.ts';
import { AnswerPanel } from './AnswerPanel.tsx';
import { appealLooks, statusOf } from './AppealsPage.tsx';
import forms from '../forms/forms.module.css';
import lists from '../lists/lists.module.css';
import styles from './appeals.module.css';

/** One appeal: what it is against, the person's own words once they are asked for, and the answer. */
export function AppealPage({ appealId }: { readonly appealId: string }) {
  return Check(AppealId, appealId) ? <Known appealId={appealId} /> : <NotHere why="notFound" />;
}

function Known({ appealId }: { readonly appealId: AppealId }) {
  const text = useText();
  const answer = useAnswer(listAppeals, {}, { refetchInterval: 15_000 });
  return (
    <Page wide title={text('appeals.appeal')} back={<Link href="/appeals">← {text('shell.sections.appeals.name')}</Link>}>
      <Answered answer={answer}>
        {({ appeals }) => {
          const appeal = appeals.find((each) => each.appealId === appealId);
          return appeal === undefined ? <NotHere why="notFound" /> : <Found appeal={appeal} />;
        }}
      </Answered>
    </Page>
  );
}

/** What was read: in this component's memory alone, and gone with it. */
interface Read {
  readonly evidence: readonly ShownEvidence[];
  readonly words: AppealWords;
}

function Found({ appeal }: { readonly appeal: AppealSummary }) {
  const text = useText();
  const time = useTimeFormat();
  const [read, setRead] = useState<Read | null>(null);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [strange, setStrange] = useState(false);

  async function open(): Promise<void> {
    setBusy(true);
    setError(null);
    setStrange(false);
    try {
      const key = await makeOpeningKey();
      const opened = await ask(openAppeal, { params: { appealId: appeal.appealId }, body: { key: key.publicKey } });
      const words = await key.open(opened.sealed);
      if (Check(AppealWords, words)) setRead({ evidence: opened.evidence, words });
      else setStrange(true);
    } catch (reason) {
      setError(reason);
    } finally {
      setBusy(false);
    }
  }

  return (
    <div className={lists.columns}>
      <div className={lists.section}>
        <section className={lists.panel} aria-labelledby="appeal">
          <h2 id="appeal" className={styles.headline}>
            {text(`appeals.statuses.${statusOf(appeal.status)}`)}{' '}
            <Badge look={appeal.overdue ? 'danger' : appealLooks[appeal.state]}>{text(appeal.overdue ? 'appeals.overdue' : `appeals.states.${appeal.state}`)}</Badge>
          </h2>
          <Facts facts={[
            [text('appeals.against'), [...new Set(appeal.evidence)].map((kind) => text(`appeals.evidence.${kind}`)).join(' · ')],
            [text('appeals.ground'), text(`appeals.grounds.${appeal.grounds}`)],
            [text('appeals.filed'), time.dateTime(appeal.filedAt)],
            [text('appeals.due'), time.dateTime(appeal.dueAt)],
            ...(appeal.answeredBy === null || appeal.endedAt === null ? [] : [[text('appeals.answeredBy'), `${appeal.answeredBy} · ${time.dateTime(appeal.endedAt)}`] as const]),
          ]} />
        </section>
        {error === null ? null : <FailureNotice error={error} />}
        {strange ? <Notice kind="problem" announce>{text('appeals.strange')}</Notice> : null}
        {read === null ? <p>{text('appeals.readText')}</p> : <WhatWasRead read={read} />}
        <div className={forms.actions}><Button look={read === null ? 'primary' : 'secondary'} busy={busy} onClick={() => void open()}>{text(read === null ? 'appeals.read' : 'appeals.readAgain')}</Button></div>
      </div>
      <div className={lists.section}>
        {appeal.state !== 'open' ? null : appeal.mayAnswer ? <AnswerPanel appeal={appeal} hasRead={read !== null} /> : <Notice kind="info">{text('appeals.notMine')}</Notice>}
      </div>
    </div>
  );
}

function WhatWasRead({ read: { evidence, words } }: { readonly read: Read }) {
  const text = useText();
  return (
    <>
      <section className={lists.panel} aria-labelledby="words">
        <h2 id="words">{text('appeals.words')}</h2>
        {words.words === '' ? <p className={lists.soft}>{text('appeals.noWords')}</p> : <p className={styles.words}>{words.words}</p>}
        {words.reason === null ? null : <><h3>{text('appeals.reasonGiven')}</h3><p className={styles.words}>{words.reason}</p></>}
      </section>
      <section className={lists.panel} aria-labelledby="evidence">
        <h2 id="evidence">{text('appeals.shownEvidence')}</h2>
        {evidence.map((fact, index) => <Evidence key={index} fact={fact} />)}
      </section>
    </>
  );
}

function Evidence({ fact }: { readonly fact: ShownEvidence }) {
  const text = useText();
  const time = useTimeFormat();
  const what = knownWhat(fact.what);
  const facts = [
    ...(fact.day === null ? [] : [[text('appeals.day'), time.day(fact.day)] as const]),
    ...(fact.at === null ? [] : [[text('appeals.at'), time.dateTime(fact.at)] as const]),
    ...(fact.until === null ? [] : [[text('appeals.until'), time.dateTime(fact.until)] as const]),
    ...(fact.legalBasis === null ? [] : [[text('appeals.basis'), fact.legalBasis] as const]),
    ...(fact.reason === null ? [] : [[text('appeals.reason'), fact.reason] as const]),
    ...(fact.institution === null ? [] : [[text('appeals.institution'), fact.institution] as const]),
    ...(fact.collectedAt === null ? [] : [[text('appeals.collected'), time.dateTime(fact.collectedAt)] as const]),
    ...(fact.testCode === null ? [] : [[text('appeals.test'), fact.testCode] as const]),
  ];
  return (
    <div className={styles.evidence}>
      <h3>{text(`appeals.evidence.${fact.kind}`)}{what === null ? '' : ` · ${text(`appeals.what.${what}`)}`}</h3>
      {facts.length === 0 ? (fact.kind === 'identity' ? null : <p className={lists.soft}>{text('appeals.gone')}</p>) : <Facts facts={facts} />}
      {fact.withdrawnAt === null ? null : <div><Badge look="success">{text(fact.kind === 'result' ? 'appeals.disputed' : 'appeals.withdrawn', { time: time.dateTime(fact.withdrawnAt) })}</Badge></div>}
    </div>
  );
}

const whats = ['home-observation', 'central-observation', 'test', 'close', 'casual', 'positive', 'negative', 'inconclusive'] as const;
function knownWhat(what: string | null): (typeof whats)[number] | null {
  return whats.find((each) => each === what) ?? null;
}
