import { useState } from 'react';
import { CaseId, getCase, listCases, openCase, type Case } from '@health-kit/api';
import { Button, Notice, Page, useTimeFormat } from '@health-kit/ui';
import { Check } from 'typebox/value';
import { Link } from 'wouter';
import { Answered, FailureNotice } from '../answers/Answered.tsx';
import { useAnswer, useSend } from '../answers/useAnswer.ts';
import { RequestDialog } from '../disclosure/RequestDialog.tsx';
import { Badge, ShortId } from '../lists/Badge.tsx';
import { Facts } from '../lists/Facts.tsx';
import { NotHere } from '../shell/NotHere.tsx';
import { useText } from '../text.ts';
import { caseLooks } from './caseStates.ts';
import { CloseCase } from './CloseCase.tsx';
import { ContactsSection } from './ContactsSection.tsx';
import { TraceForm } from './TraceForm.tsx';
import { VisitsSection } from './VisitsSection.tsx';
import lists from '../lists/lists.module.css';

/** One case from taking it up to proposing orders. Who may not trace sees its facts. */
export function CasePage({ caseId, mayTrace }: { readonly caseId: string; readonly mayTrace: boolean }) {
  return Check(CaseId, caseId) ? <KnownCase caseId={caseId} mayTrace={mayTrace} /> : <NotHere why="notFound" />;
}

function KnownCase({ caseId, mayTrace }: { readonly caseId: CaseId; readonly mayTrace: boolean }) {
  const text = useText();
  const answer = useAnswer(getCase, { params: { caseId } }, { refetchInterval: 30_000 });
  return (
    <Page wide title={text('tracing.caseTitle', { id: answer.data?.index.slice(0, 8) ?? '…' })} back={<Link href="/cases">← {text('shell.sections.cases.name')}</Link>}>
      <Answered answer={answer}>
        {(found) => (
          <>
            <CaseFacts found={found} />
            {found.state === 'open' ? <IndexParticulars found={found} emergencyOnly={!mayTrace} /> : null}
            {mayTrace ? <TracerWork found={found} /> : <Notice kind="info">{text('tracing.factsOnly')}</Notice>}
          </>
        )}
      </Answered>
    </Page>
  );
}

function CaseFacts({ found }: { readonly found: Case }) {
  const text = useText();
  const time = useTimeFormat();
  return (
    <section className={lists.panel} aria-label={text('tracing.facts')}>
      <Facts facts={[
        [text('tracing.state'), <Badge key="state" look={caseLooks[found.state]}>{text(`tracing.states.${found.state}`)}</Badge>],
        [text('tracing.index'), <ShortId key="index" id={found.index} />],
        [text('tracing.collected'), time.dateTime(found.collectedAt)],
        [text('tracing.reported'), time.dateTime(found.reportedAt)],
        [text('tracing.window'), `${time.dateTime(found.window.from)} – ${time.dateTime(found.window.to)}`],
        [text('tracing.openedBy'), found.openedBy === null ? '–' : `${found.openedBy}${found.openedAt === null ? '' : ` · ${time.dateTime(found.openedAt)}`}`],
        [text('tracing.traced'), found.tracedAt === null ? '–' : time.dateTime(found.tracedAt)],
        ...(found.closedAt === null ? [] : [[text('tracing.closedBy'), `${found.closedBy ?? text('tracing.byItself')} · ${time.dateTime(found.closedAt)}`] as const]),
        [text('tracing.contactsOrdered'), `${found.contacts} / ${found.ordered}`],
      ]} />
    </section>
  );
}

/** The index person is nobody's contact: their particulars are asked for here. A medical officer can do so in an emergency. */
function IndexParticulars({ found, emergencyOnly }: { readonly found: Case; readonly emergencyOnly: boolean }) {
  const text = useText();
  const [asking, setAsking] = useState(false);
  return (
    <div>
      <Button look="secondary" onClick={() => setAsking(true)}>{text(emergencyOnly ? 'disclosure.request.openEmergency' : 'disclosure.request.openIndex')}</Button>
      {asking ? <RequestDialog caseId={found.caseId} people={[found.index]} emergencyOnly={emergencyOnly} onClose={() => setAsking(false)} /> : null}
    </div>
  );
}

function TracerWork({ found }: { readonly found: Case }) {
  const text = useText();
  const open = useSend(openCase, [getCase, listCases]);
  if (found.state === 'new') {
    return (
      <section className={lists.section}>
        {open.error === null ? null : <FailureNotice error={open.error} />}
        <p>{text('tracing.takeUpText')}</p>
        <div><Button busy={open.isPending} onClick={() => open.mutate({ params: { caseId: found.caseId }, body: {} })}>{text('tracing.takeUp')}</Button></div>
      </section>
    );
  }
  return (
    <>
      {found.state === 'closed' ? <Notice kind="info">{text('tracing.closed')}</Notice> : <TraceForm found={found} />}
      {found.tracedAt === null ? null : (
        <>
          <VisitsSection caseId={found.caseId} />
          <ContactsSection key={found.tracedAt} found={found} />
        </>
      )}
      {found.state === 'open' ? <CloseCase found={found} /> : null}
    </>
  );
}
