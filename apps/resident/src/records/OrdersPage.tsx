import { useCallback, useEffect, useState } from 'react';
import { Link } from 'wouter';
import { whatToDoWords } from '@health-kit/policy';
import { BackLink, buttonClass, EmptyState, Page, useLanguage, useTimeFormat, type Failure } from '@health-kit/ui';
import { CallButton } from '../CallButton.tsx';
import { useDevice } from '../device/deviceState.ts';
import { useNow } from '../device/useNow.ts';
import { refreshPass } from '../pass/refreshPass.ts';
import { routes } from '../routes.ts';
import { useText } from '../text.ts';
import { dutiesOf, type Duty } from './duties.ts';
import { Kept } from './Kept.tsx';
import styles from './records.module.css';

/** Orders and exposures: what, since and until when, what to do, on which basis, and how to object. They come with the status, and so stand here without a network. */
export function OrdersPage() {
  const text = useText();
  const now = useNow();
  const { status, pass } = useDevice();
  const [asking, setAsking] = useState(true);
  const [refusal, setRefusal] = useState<Failure | null>(null);
  const reload = useCallback(() => {
    setAsking(true);
    refreshPass().catch((): Failure => ({ reason: 'unexpected' })).then((failed) => {
      setRefusal(failed);
      setAsking(false);
    }, () => setAsking(false));
  }, []);
  useEffect(reload, [reload]);
  const known = status === null ? null : { value: status.explanation, atMs: status.checkedAtMs };
  return (
    <Page title={text('duties.title')} lead={text('duties.lead')} back={<BackLink to={routes.records} />}>
      <Kept knowledge={{ known, asking, refusal, reload }}>
        {(explanation) => {
          const duties = dutiesOf(explanation, now);
          if (duties.length === 0) return <EmptyState symbol="tick" title={text('duties.empty')}>{text(pass?.holder.identityProven === false ? 'duties.emptyUnproven' : 'duties.emptyText')}</EmptyState>;
          return <ul className={styles.list}>{duties.map((duty) => <DutyEntry key={duty.fact.id} duty={duty} now={now} decides={explanation.evidence.some(({ id }) => id === duty.fact.id)} />)}</ul>;
        }}
      </Kept>
    </Page>
  );
}

/** `decides`: the present status rests on it, which is what an appeal is against. */
function DutyEntry({ duty: { fact, counts, untilMs, whatToDo }, now, decides }: { readonly duty: Duty; readonly now: number; readonly decides: boolean }) {
  const text = useText();
  const time = useTimeFormat();
  const { language } = useLanguage();
  const begins = fact.kind === 'order' && now < Date.parse(fact.startsAt);
  const ended = fact.kind === 'order' ? fact.releasedAt : fact.withdrawnAt ?? null;
  return (
    <li className={styles.entry}>
      <div className={styles.head}>
        <h2>{fact.kind === 'order' ? text(`notices.orders.${fact.orderKind}`) : text('notices.exposure')}</h2>
        {counts ? <span className={styles.badge}>{text('duties.counts')}</span> : <span className={styles.soft}>{text(ended !== null ? 'duties.lifted' : begins ? 'duties.later' : 'duties.over')}</span>}
      </div>
      {whatToDo === null ? null : <div className={styles.todo}><h3>{text('notices.todo')}</h3><p>{whatToDoWords[whatToDo][language]}</p></div>}
      <dl className={styles.facts}>
        {fact.kind === 'order' ? (
          <>
            <div><dt>{text('duties.from')}</dt><dd>{time.dateTime(fact.startsAt)}</dd></div>
            <div><dt>{text('duties.until')}</dt><dd>{time.dateTime(fact.endsAt)}</dd></div>
            <div><dt>{text('notices.basis')}</dt><dd>{fact.legalBasis}</dd></div>
          </>
        ) : (
          <>
            <div><dt>{text('duties.day')}</dt><dd>{time.day(fact.day)}</dd></div>
            <div><dt>{text('duties.kind')}</dt><dd>{text(`duties.kinds.${fact.exposureKind}`)}</dd></div>
            <div><dt>{text('duties.told')}</dt><dd>{time.dateTime(fact.noticedAt)}</dd></div>
            {untilMs === null ? null : <div><dt>{text('duties.until')}</dt><dd>{time.dateTime(untilMs)}</dd></div>}
          </>
        )}
        {ended === null ? null : <div><dt>{text('duties.lifted')}</dt><dd>{time.dateTime(ended)}</dd></div>}
      </dl>
      {counts ? <div className={styles.actions}><CallButton />{decides ? <Link className={buttonClass('secondary')} href={routes.newAppeal}>{text('appeals.file')}</Link> : null}</div> : null}
    </li>
  );
}
