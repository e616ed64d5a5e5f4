import { acknowledgeAlarm, readOversight, type Alarm, type BudgetUse, type Oversight } from '@health-kit/api';
import { Button, EmptyState, Page, useLanguage, useProblemText, useTimeFormat } from '@health-kit/ui';
import { Answered, FailureNotice } from '../answers/Answered.tsx';
import { useAnswer, useSend } from '../answers/useAnswer.ts';
import { Badge } from '../lists/Badge.tsx';
import { Table } from '../lists/Table.tsx';
import { useText } from '../text.ts';
import { CanariesSection } from './CanariesSection.tsx';
import { isDeed } from './deeds.ts';
import { DisclosuresSection } from './DisclosuresSection.tsx';
import { FreezeForm } from './FreezeForm.tsx';
import { LedgerSection } from './LedgerSection.tsx';
import { StoppedSection } from './StoppedSection.tsx';
import lists from '../lists/lists.module.css';
import styles from './privacy.module.css';

/** Alarms are seen within this time, ms. */
const often = { refetchInterval: 15_000 };

/** What a privacy officer watches over officers with. */
export function PrivacyPage({ officerId }: { readonly officerId: string }) {
  const text = useText();
  const answer = useAnswer(readOversight, {}, often);
  return (
    <Page wide title={text('shell.sections.privacy.name')}>
      <Answered answer={answer}>
        {(oversight) => (
          <div className={styles.sections}>
            <Alarms alarms={oversight.alarms} />
            <StoppedSection stopped={oversight.stopped} />
            <Budgets budgets={oversight.budgets} />
            <Refusals refusals={oversight.refusals} />
            <DisclosuresSection oversight={oversight} />
            <LedgerSection ledger={oversight.ledger} />
            <CanariesSection canaries={oversight.canaries} />
            <FreezeForm officers={oversight.officers.filter((each) => each.officerId !== officerId)} />
          </div>
        )}
      </Answered>
    </Page>
  );
}

function Alarms({ alarms }: { readonly alarms: readonly Alarm[] }) {
  const text = useText();
  const time = useTimeFormat();
  const acknowledge = useSend(acknowledgeAlarm, [readOversight]);
  return (
    <section className={lists.section} aria-labelledby="alarms">
      <h2 id="alarms">{text('privacy.alarms')}</h2>
      {acknowledge.error === null ? null : <FailureNotice error={acknowledge.error} />}
      {alarms.length === 0 ? <EmptyState symbol="tick" title={text('privacy.noAlarms')} /> : (
        <Table caption={text('privacy.alarms')} columns={[
          { label: text('privacy.kind') }, { label: text('privacy.about') }, { label: text('privacy.last') }, { label: text('privacy.times'), figures: true }, { label: text('privacy.state') },
        ]}>
          {alarms.map(({ alarmId, kind, officer, lastAt, occurrences, acknowledgedBy, acknowledgedAt }) => (
            <tr key={alarmId}>
              <td>{text(`privacy.kinds.${kind}`)}</td>
              <td>{officer === null ? text('privacy.everybody') : <>{officer.name}<br /><span className={lists.soft}>{officer.office} · {officer.unit}</span></>}</td>
              <td className={lists.nowrap}>{time.dateTime(lastAt)}</td>
              <td className={lists.figures}>{occurrences}</td>
              <td>
                {acknowledgedAt !== null ? <Badge>{text('privacy.acknowledgedBy', { name: acknowledgedBy ?? '' })}</Badge> : (
                  <Button look="secondary" busy={acknowledge.isPending} onClick={() => acknowledge.mutate({ params: { alarmId }, body: {} })}>{text('privacy.acknowledge')}</Button>
                )}
              </td>
            </tr>
          ))}
        </Table>
      )}
    </section>
  );
}

function Budgets({ budgets }: { readonly budgets: readonly BudgetUse[] }) {
  const text = useText();
  return (
    <section className={lists.section} aria-labelledby="budgets">
      <h2 id="budgets">{text('privacy.budgets')}</h2>
      <Table caption={text('privacy.budgets')} columns={[
        { label: text('privacy.budgetKind') }, { label: text('privacy.minuteOfAll') }, { label: text('privacy.busiest') }, { label: text('privacy.hour') }, { label: text('privacy.day') },
      ]}>
        {budgets.map(({ kind, everybodyMinute, everybodyMinuteLimit, busiest, hourLimit, dayLimit }) => (
          <tr key={kind}>
            <td>{text(`privacy.subjects.${kind}`)}</td>
            <td><Use used={everybodyMinute} limit={everybodyMinuteLimit} /></td>
            <td>{busiest === null ? text('privacy.nobody') : <>{busiest.officer.name}<br /><span className={lists.soft}>{busiest.officer.office}</span></>}</td>
            <td><Use used={busiest?.hour ?? 0} limit={hourLimit} /></td>
            <td><Use used={busiest?.day ?? 0} limit={dayLimit} /></td>
          </tr>
        ))}
      </Table>
    </section>
  );
}

/** How much of a budget is used: the number, and a bar that only repeats it. */
function Use({ used, limit }: { readonly used: number; readonly limit: number }) {
  const text = useText();
  const { language } = useLanguage();
  const words = text('privacy.used', { used: used.toLocaleString(language), limit: limit.toLocaleString(language) });
  return <span className={styles.use}><span>{words}</span><meter className={styles.bar} min={0} max={limit} high={limit * 0.8} value={Math.min(used, limit)} aria-hidden="true">{words}</meter></span>;
}

function Refusals({ refusals }: { readonly refusals: Oversight['refusals'] }) {
  const text = useText();
  const problemText = useProblemText();
  return (
    <section className={lists.section} aria-labelledby="refusals">
      <h2 id="refusals">{text('privacy.refusals')}</h2>
      {refusals.length === 0 ? <p>{text('privacy.noRefusals')}</p> : (
        <Table caption={text('privacy.refusals')} columns={[{ label: text('privacy.office') }, { label: text('privacy.operation') }, { label: text('privacy.refusal') }, { label: text('privacy.count'), figures: true }]}>
          {refusals.map(({ office, operation, refusal, count }) => (
            <tr key={`${office} ${operation} ${refusal}`}>
              <td>{office}</td>
              <td>{isDeed(operation) ? text(`privacy.deeds.${operation}`) : operation}</td>
              <td>{problemText(`urn:health-kit:problem:${refusal}`).title}</td>
              <td className={lists.figures}>{count}</td>
            </tr>
          ))}
        </Table>
      )}
    </section>
  );
}
