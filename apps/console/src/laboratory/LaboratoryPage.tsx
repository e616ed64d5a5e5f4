import { useState } from 'react';
import { listSpecimens, type ResponseOf } from '@health-kit/api';
import { EmptyState, Page, useTimeFormat } from '@health-kit/ui';
import { Answered } from '../answers/Answered.tsx';
import { useAnswer } from '../answers/useAnswer.ts';
import { Badge } from '../lists/Badge.tsx';
import { FilterField, matchesFilter } from '../lists/FilterField.tsx';
import { Table } from '../lists/Table.tsx';
import { Tabs } from '../lists/Tabs.tsx';
import { useText } from '../text.ts';
import { ResultForm } from './ResultForm.tsx';
import lists from '../lists/lists.module.css';

type Specimen = ResponseOf<typeof listSpecimens>['specimens'][number];
const most = 200;
const resultLooks = { positive: 'danger', negative: 'success', inconclusive: 'warning' } as const;

/** Specimens on the left, the result of one of them on the right. */
export function LaboratoryPage() {
  const text = useText();
  const time = useTimeFormat();
  const [state, setState] = useState<'waiting' | 'reported'>('waiting');
  const [filter, setFilter] = useState('');
  const [chosen, setChosen] = useState<{ readonly barcode: string; readonly reported: boolean; readonly round: number }>({ barcode: '', reported: false, round: 0 });
  const answer = useAnswer(listSpecimens, { query: { state, limit: most } }, { refetchInterval: 20_000 });
  const choose = ({ barcode, result }: Specimen) => setChosen(({ round }) => ({ barcode, reported: result !== null, round: round + 1 }));
  return (
    <Page title={text('shell.sections.laboratory.name')}>
      <div className={lists.columns}>
        <section className={lists.section}>
          <div className={lists.toolbar}>
            <Tabs label={text('laboratory.which')} value={state} onChange={setState} options={(['waiting', 'reported'] as const).map((value) => ({ value, label: text(`laboratory.${value}`) }))} />
            <FilterField value={filter} onChange={setFilter} label={text('sampling.filter')} />
          </div>
          <Answered answer={answer}>
            {({ specimens }) => {
              const shown = specimens.filter(({ barcode, collectedBy }) => matchesFilter(filter, [barcode, collectedBy]));
              if (specimens.length === 0) return <EmptyState symbol="tube" title={text(`laboratory.none.${state}`)} />;
              if (shown.length === 0) return <p>{text('lists.filterNone', { text: filter })}</p>;
              return (
                <>
                  <Table
                    caption={text('laboratory.specimens')}
                    columns={[{ label: text('sampling.barcode') }, { label: text('laboratory.site') }, { label: text('laboratory.collected') }, ...(state === 'waiting' ? [] : [{ label: text('laboratory.result') }, { label: text('laboratory.reportedAt') }])]}
                  >
                    {shown.map((specimen) => (
                      <tr key={specimen.specimenId}>
                        <td><button type="button" className={lists.rowButton} data-row="" title={text(specimen.result === null ? 'laboratory.enter' : 'laboratory.correct')} onClick={() => choose(specimen)}>{specimen.barcode}</button></td>
                        <td>{specimen.collectedBy}</td>
                        <td className={lists.nowrap}>{time.dateTime(specimen.collectedAt)}</td>
                        {state === 'waiting' ? null : (
                          <>
                            <td>{specimen.result === null ? text('laboratory.elsewhere') : <Badge look={resultLooks[specimen.result.value]}>{text(`laboratory.values.${specimen.result.value}`)}</Badge>}{specimen.result === null || specimen.result.disputedAt === null ? null : <><br /><Badge look="warning">{text('laboratory.disputed')}</Badge></>}</td>
                            <td className={lists.nowrap}>{specimen.result === null ? '' : time.dateTime(specimen.result.reportedAt)}</td>
                          </>
                        )}
                      </tr>
                    ))}
                  </Table>
                  {specimens.length === most ? <p className={lists.soft}>{text('laboratory.newest', { count: most })}</p> : null}
                </>
              );
            }}
          </Answered>
        </section>
        <ResultForm key={chosen.round} chosen={chosen.barcode} correcting={chosen.reported} onSent={() => setChosen(({ round }) => ({ barcode: '', reported: false, round }))} />
      </div>
    </Page>
  );
}
