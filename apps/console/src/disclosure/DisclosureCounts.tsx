import { getDisclosureCounts } from '@health-kit/api';
import { EmptyState, useTimeFormat } from '@health-kit/ui';
import { Answered } from '../answers/Answered.tsx';
import { useAnswer } from '../answers/useAnswer.ts';
import { Table } from '../lists/Table.tsx';
import { useText } from '../text.ts';
import lists from '../lists/lists.module.css';

/** How many disclosures there were per day, and how many emergencies nobody confirmed: what everybody may see. */
export function DisclosureCounts() {
  const text = useText();
  const time = useTimeFormat();
  const answer = useAnswer(getDisclosureCounts, {});
  const figures = ['disclosures', 'people', 'emergencies', 'lapsed'] as const;
  return (
    <section className={lists.section} aria-labelledby="disclosure-counts">
      <h2 id="disclosure-counts">{text('disclosure.counts.title')}</h2>
      <p>{text('disclosure.counts.lead')}</p>
      <Answered answer={answer}>
        {({ days }) => (days.length === 0 ? <EmptyState symbol="lock" title={text('disclosure.counts.none')} /> : (
          <Table caption={text('disclosure.counts.title')} columns={[{ label: text('disclosure.counts.day') }, ...figures.map((figure) => ({ label: text(`disclosure.counts.${figure}`), figures: true }))]}>
            {days.toReversed().map((counts) => (
              <tr key={counts.day}>
                <td className={lists.nowrap}>{time.day(counts.day)}</td>
                {figures.map((figure) => <td key={figure} className={lists.figures}>{counts[figure]}</td>)}
              </tr>
            ))}
          </Table>
        ))}
      </Answered>
    </section>
  );
}
