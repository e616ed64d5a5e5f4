import { useState } from 'react';
import { listCases } from '@health-kit/api';
import { EmptyState, Page, useTimeFormat } from '@health-kit/ui';
import { Link } from 'wouter';
import { Answered } from '../answers/Answered.tsx';
import { useAnswer } from '../answers/useAnswer.ts';
import { Badge, ShortId } from '../lists/Badge.tsx';
import { FilterField, matchesFilter } from '../lists/FilterField.tsx';
import { Table } from '../lists/Table.tsx';
import { Tabs } from '../lists/Tabs.tsx';
import { useText } from '../text.ts';
import { caseLooks } from './caseStates.ts';
import lists from '../lists/lists.module.css';

const states = ['all', 'new', 'open', 'closed'] as const;
const most = 200;

/** Cases, newest report first. */
export function CasesPage() {
  const text = useText();
  const time = useTimeFormat();
  const [state, setState] = useState<(typeof states)[number]>('all');
  const [filter, setFilter] = useState('');
  const answer = useAnswer(listCases, { query: { limit: most, ...(state === 'all' ? {} : { state }) } }, { refetchInterval: 15_000, keepPrevious: true });
  return (
    <Page wide title={text('shell.sections.cases.name')}>
      <section className={lists.section}>
        <div className={lists.toolbar}>
          <Tabs label={text('tracing.state')} value={state} onChange={setState} options={states.map((value) => ({ value, label: text(value === 'all' ? 'tracing.all' : `tracing.states.${value}`) }))} />
          <FilterField value={filter} onChange={setFilter} label={text('tracing.filterCases')} />
          <span className={`${lists.soft} ${lists.spread}`}>{answer.dataUpdatedAt === 0 ? '' : text('lists.updated', { time: time.timeWithSeconds(answer.dataUpdatedAt) })}</span>
        </div>
        <Answered answer={answer}>
          {({ cases }) => {
            const shown = cases.filter(({ index, caseId, openedBy }) => matchesFilter(filter, [index, caseId, openedBy ?? '']));
            if (cases.length === 0) return <EmptyState symbol="tick" title={text('tracing.noCases')}>{text('tracing.noCasesText')}</EmptyState>;
            if (shown.length === 0) return <p>{text('lists.filterNone', { text: filter })}</p>;
            return (
              <Table
                caption={text('shell.sections.cases.name')}
                columns={[
                  { label: text('tracing.index') }, { label: text('tracing.state') }, { label: text('tracing.collected') }, { label: text('tracing.reported') },
                  { label: text('tracing.openedBy') }, { label: text('tracing.traced') }, { label: text('tracing.contacts'), figures: true }, { label: text('tracing.ordered'), figures: true },
                ]}
              >
                {shown.map((each) => (
                  <tr key={each.caseId}>
                    <td><Link href={`/cases/${each.caseId}`} data-row=""><ShortId id={each.index} /></Link></td>
                    <td><Badge look={caseLooks[each.state]}>{text(`tracing.states.${each.state}`)}</Badge></td>
                    <td className={lists.nowrap}>{time.dateTime(each.collectedAt)}</td>
                    <td className={lists.nowrap}>{time.dateTime(each.reportedAt)}</td>
                    <td>{each.openedBy ?? '–'}</td>
                    <td className={lists.nowrap}>{each.tracedAt === null ? '–' : time.dateTime(each.tracedAt)}</td>
                    <td className={lists.figures}>{each.tracedAt === null ? '–' : each.contacts}</td>
                    <td className={lists.figures}>{each.ordered}</td>
                  </tr>
                ))}
              </Table>
            );
          }}
        </Answered>
        <p className={lists.soft}>{text('tracing.pseudonyms')}</p>
      </section>
    </Page>
  );
}
