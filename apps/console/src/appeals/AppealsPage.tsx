import { useState } from 'react';
import { listAppeals, type AppealSummary } from '@health-kit/api';
import { EmptyState, Page, useTimeFormat } from '@health-kit/ui';
import { Link } from 'wouter';
import { Answered } from '../answers/Answered.tsx';
import { useAnswer } from '../answers/useAnswer.ts';
import { Badge, type BadgeLook } from '../lists/Badge.tsx';
import { FilterField, matchesFilter } from '../lists/FilterField.tsx';
import { Table } from '../lists/Table.tsx';
import { Tabs } from '../lists/Tabs.tsx';
import { useText } from '../text.ts';
import lists from '../lists/lists.module.css';

export const appealLooks: Readonly<Record<AppealSummary['state'], BadgeLook>> = { open: 'warning', withdrawn: 'plain', upheld: 'success', rejected: 'plain' };
export function statusOf(status: string): 'unverified' | 'clear' | 'caution' | 'isolate' {
  return status === 'unverified' || status === 'caution' || status === 'isolate' ? status : 'clear';
}

/** Appeals that wait, the oldest clock first, and those that were answered: nobody's name, nobody's words. */
export function AppealsPage() {
  const text = useText();
  const time = useTimeFormat();
  const [shown, setShown] = useState<'open' | 'over'>('open');
  const [filter, setFilter] = useState('');
  const answer = useAnswer(listAppeals, {}, { refetchInterval: 15_000 });
  return (
    <Page wide title={text('shell.sections.appeals.name')}>
      <section className={lists.section}>
        <div className={lists.toolbar}>
          <Tabs label={text('appeals.show')} value={shown} onChange={setShown} options={(['open', 'over'] as const).map((value) => ({ value, label: text(`appeals.tabs.${value}`) }))} />
          <FilterField value={filter} onChange={setFilter} label={text('appeals.filter')} />
          <span className={`${lists.soft} ${lists.spread}`}>{answer.dataUpdatedAt === 0 ? '' : text('lists.updated', { time: time.timeWithSeconds(answer.dataUpdatedAt) })}</span>
        </div>
        <Answered answer={answer}>
          {({ appeals }) => {
            const chosen = appeals.filter(({ state }) => (state === 'open') === (shown === 'open'));
            const rows = chosen.filter(({ status, grounds }) => matchesFilter(filter, [text(`appeals.statuses.${statusOf(status)}`), text(`appeals.grounds.${grounds}`)]));
            if (chosen.length === 0) return <EmptyState symbol="speech" title={text(shown === 'open' ? 'appeals.none' : 'appeals.noneOver')}>{text('appeals.noneText')}</EmptyState>;
            if (rows.length === 0) return <p>{text('lists.filterNone', { text: filter })}</p>;
            return (
              <Table
                caption={text('appeals.list')}
                columns={[
                  { label: text('appeals.status') }, { label: text('appeals.against') }, { label: text('appeals.ground') }, { label: text('appeals.state') },
                  { label: text(shown === 'open' ? 'appeals.due' : 'appeals.answeredAt') }, { label: text(shown === 'open' ? 'appeals.filed' : 'appeals.answeredBy') },
                ]}
              >
                {rows.map((appeal) => (
                  <tr key={appeal.appealId}>
                    <td className={lists.nowrap}><Link href={`/appeals/${appeal.appealId}`} data-row="">{text(`appeals.statuses.${statusOf(appeal.status)}`)}</Link></td>
                    <td>{[...new Set(appeal.evidence)].map((kind) => text(`appeals.evidence.${kind}`)).join(' · ')}</td>
                    <td>{text(`appeals.grounds.${appeal.grounds}`)}</td>
                    <td>
                      <Badge look={appeal.overdue ? 'danger' : appealLooks[appeal.state]}>{text(appeal.overdue ? 'appeals.overdue' : `appeals.states.${appeal.state}`)}</Badge>
                      {appeal.state === 'open' && !appeal.mayAnswer ? <><br /><span className={lists.soft}>{text('appeals.notYours')}</span></> : null}
                    </td>
                    <td className={lists.nowrap}>{time.dateTime(appeal.endedAt ?? appeal.dueAt)}</td>
                    <td className={lists.nowrap}>{shown === 'open' ? time.dateTime(appeal.filedAt) : appeal.answeredBy}</td>
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
