import { getOrderCounts, orderKinds } from '@health-kit/api';
import { EmptyState, Page, useTimeFormat } from '@health-kit/ui';
import { Answered } from '../answers/Answered.tsx';
import { useAnswer } from '../answers/useAnswer.ts';
import { AppealCounts } from '../appeals/AppealCounts.tsx';
import { DisclosureCounts } from '../disclosure/DisclosureCounts.tsx';
import { Table } from '../lists/Table.tsx';
import { useText } from '../text.ts';
import lists from '../lists/lists.module.css';

/** How many orders were made, per day and kind: what everybody may see. */
export function CountsPage() {
  const text = useText();
  const time = useTimeFormat();
  const answer = useAnswer(getOrderCounts, {});
  return (
    <Page title={text('shell.sections.counts.name')} lead={text('orders.countsLead')}>
      <section className={lists.section} aria-labelledby="order-counts">
        <h2 id="order-counts">{text('shell.sections.orders.name')}</h2>
        <Answered answer={answer}>
          {({ days }) => {
            if (days.length === 0) return <EmptyState symbol="eye" title={text('orders.noCounts')} />;
            const newestFirst = [...new Set(days.map(({ day }) => day))].sort().reverse();
            const count = (day: string, kind: string) => days.filter((each) => each.day === day && each.kind === kind).reduce((sum, { orders }) => sum + orders, 0);
            return (
              <Table caption={text('shell.sections.counts.name')} columns={[{ label: text('orders.day') }, ...orderKinds.map((kind) => ({ label: text(`orders.kinds.${kind}`), figures: true })), { label: text('orders.total'), figures: true }]}>
                {newestFirst.map((day) => (
                  <tr key={day}>
                    <td className={lists.nowrap}>{time.day(day)}</td>
                    {orderKinds.map((kind) => <td key={kind} className={lists.figures}>{count(day, kind)}</td>)}
                    <td className={lists.figures}><b>{orderKinds.reduce((sum, kind) => sum + count(day, kind), 0)}</b></td>
                  </tr>
                ))}
              </Table>
            );
          }}
        </Answered>
      </section>
      <AppealCounts />
      <DisclosureCounts />
    </Page>
  );
}
