import { useState } from 'react';
import { listDisclosures, type DisclosureSummary } from '@health-kit/api';
import { EmptyState, Page, useTimeFormat } from '@health-kit/ui';
import { Link } from 'wouter';
import { Answered } from '../answers/Answered.tsx';
import { useAnswer } from '../answers/useAnswer.ts';
import { Badge, type BadgeLook } from '../lists/Badge.tsx';
import { FilterField, matchesFilter } from '../lists/FilterField.tsx';
import { Table } from '../lists/Table.tsx';
import { Tabs } from '../lists/Tabs.tsx';
import type { Officer } from '../session/session.ts';
import { useText } from '../text.ts';
import lists from '../lists/lists.module.css';
import styles from './disclosure.module.css';

export const stateLooks: Readonly<Record<DisclosureSummary['state'], BadgeLook>> = {
  recorded: 'plain', waiting: 'warning', emergency: 'danger', open: 'success', refused: 'plain', closed: 'plain', expired: 'plain', lapsed: 'danger',
};

/** Disclosures that concern the officer: asked for, to decide, to review. Pseudonyms and reasons, no names. */
export function DisclosuresPage({ officer }: { readonly officer: Officer }) {
  const text = useText();
  const time = useTimeFormat();
  const reviews = officer.roles.includes('privacy-officer');
  const [shown, setShown] = useState<'current' | 'review' | 'all'>(reviews && location.hash === '#review' ? 'review' : 'current');
  const [filter, setFilter] = useState('');
  const answer = useAnswer(listDisclosures, {}, { refetchInterval: 15_000, keepPrevious: true });
  const tabs = reviews ? (['current', 'review', 'all'] as const) : (['current', 'all'] as const);
  const isShown = (each: DisclosureSummary) => (shown === 'all' ? true : shown === 'review' ? each.awaitsReview : each.until !== null || each.mayDecide);
  return (
    <Page wide title={text('shell.sections.disclosures.name')}>
      <section className={lists.section}>
        <div className={lists.toolbar}>
          <Tabs label={text('disclosure.show')} value={shown} onChange={setShown} options={tabs.map((value) => ({ value, label: text(`disclosure.tabs.${value}`) }))} />
          <FilterField value={filter} onChange={setFilter} label={text('disclosure.filter')} />
          <span className={`${lists.soft} ${lists.spread}`}>{answer.dataUpdatedAt === 0 ? '' : text('lists.updated', { time: time.timeWithSeconds(answer.dataUpdatedAt) })}</span>
        </div>
        <Answered answer={answer}>
          {({ disclosures }) => {
            const chosen = disclosures.filter(isShown);
            const rows = chosen.filter(({ reason, requestedBy, purpose }) => matchesFilter(filter, [reason, requestedBy, text(`disclosure.purposes.${purpose}`)]));
            if (chosen.length === 0) {
              return <EmptyState symbol="lock" title={text(shown === 'current' ? 'disclosure.noneCurrent' : shown === 'review' ? 'disclosure.noneReview' : 'disclosure.none')}>{shown === 'review' ? null : text('disclosure.noneText')}</EmptyState>;
            }
            if (rows.length === 0) return <p>{text('lists.filterNone', { text: filter })}</p>;
            return (
              <Table
                caption={text('disclosure.list')}
                columns={[
                  { label: text('disclosure.purpose') }, { label: text('disclosure.state') }, { label: text('disclosure.people'), figures: true }, { label: text('disclosure.what') },
                  { label: text('disclosure.reason') }, { label: text('disclosure.requestedBy') }, { label: text('disclosure.requestedAt') },
                ]}
              >
                {rows.map((each) => (
                  <tr key={each.disclosureId}>
                    <td className={lists.nowrap}><Link href={`/disclosures/${each.disclosureId}`} data-row="">{text(`disclosure.purposes.${each.purpose}`)}</Link></td>
                    <td>
                      <Badge look={stateLooks[each.state]}>{text(`disclosure.states.${each.state}`)}</Badge>
                      {each.reviewed === null ? null : <><br /><span className={lists.soft}>{text(`disclosure.findings.${each.reviewed.finding}`)}</span></>}
                      {reviews && each.awaitsReview && !each.mayReview ? <><br /><span className={lists.soft}>{text('disclosure.anotherReviews')}</span></> : null}
                      {each.until === null ? null : <><br /><span className={`${lists.soft} ${lists.nowrap}`}>{text('disclosure.until', { time: time.time(each.until) })}</span></>}
                    </td>
                    <td className={lists.figures}>{each.subjects}</td>
                    <td>{each.fields.map((field) => text(`disclosure.fields.${field}`)).join(' · ')}</td>
                    <td><div className={styles.reason}>{each.reason}</div></td>
                    <td>{each.requestedBy}</td>
                    <td className={lists.nowrap}>{time.dateTime(each.requestedAt)}</td>
                  </tr>
                ))}
              </Table>
            );
          }}
        </Answered>
      </section>
    </Page>
  );
}
