import { getAppealCounts } from '@health-kit/api';
import { EmptyState, useTimeFormat } from '@health-kit/ui';
import { Answered } from '../answers/Answered.tsx';
import { useAnswer } from '../answers/useAnswer.ts';
import { Table } from '../lists/Table.tsx';
import { useText } from '../text.ts';
import lists from '../lists/lists.module.css';

/** How many appeals there were and whether they were answered in time: what everybody may see. */
export function AppealCounts() {
  const text = useText();
  const time = useTimeFormat();
  const answer = useAnswer(getAppealCounts, {});
  return (
    <section className={lists.section} aria-labelledby="appeal-counts">
      <h2 id="appeal-counts">{text('appeals.counts.title')}</h2>
      <Answered answer={answer}>
        {({ days, termHours, waiting, overdue }) => (
          <>
            <p>{text('appeals.counts.lead', { hours: termHours, waiting, overdue })}</p>
            {days.length === 0 ? <EmptyState symbol="speech" title={text('appeals.counts.none')} /> : (
              <Table
                caption={text('appeals.counts.title')}
                columns={[{ label: text('orders.day') }, ...(['filed', 'answered', 'inTime', 'upheld', 'withdrawn'] as const).map((name) => ({ label: text(`appeals.counts.${name}`), figures: true }))]}
              >
                {days.map((day) => (
                  <tr key={day.day}>
                    <td className={lists.nowrap}>{time.day(day.day)}</td>
                    <td className={lists.figures}>{day.filed}</td>
                    <td className={lists.figures}>{day.answered}</td>
                    <td className={lists.figures}>{day.inTime}</td>
                    <td className={lists.figures}>{day.upheld}</td>
                    <td className={lists.figures}>{day.withdrawn}</td>
                  </tr>
                ))}
              </Table>
            )}
          </>
        )}
      </Answered>
    </section>
  );
}
