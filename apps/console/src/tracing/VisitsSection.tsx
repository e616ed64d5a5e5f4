import { listCaseVisits, type CaseId } from '@health-kit/api';
import { isVenueKind, venueKinds } from '@health-kit/policy';
import { EmptyState, useLanguage, useTimeFormat } from '@health-kit/ui';
import { Answered } from '../answers/Answered.tsx';
import { useAnswer } from '../answers/useAnswer.ts';
import { Table } from '../lists/Table.tsx';
import { useText } from '../text.ts';
import lists from '../lists/lists.module.css';

/** Where the index person was in the traced window. */
export function VisitsSection({ caseId }: { readonly caseId: CaseId }) {
  const text = useText();
  const time = useTimeFormat();
  const { language } = useLanguage();
  const answer = useAnswer(listCaseVisits, { params: { caseId } });
  return (
    <section className={lists.section}>
      <h2>{text('tracing.visits')}</h2>
      <Answered answer={answer}>
        {({ visits }) => (visits.length === 0 ? <EmptyState symbol="place" title={text('tracing.noVisits')}>{text('tracing.noVisitsText')}</EmptyState> : (
          <Table
            caption={text('tracing.visits')}
            columns={[{ label: text('tracing.venue') }, { label: text('tracing.venueKind') }, { label: text('tracing.arrived') }, { label: text('tracing.left') }, { label: text('tracing.contacts'), figures: true }]}
          >
            {visits.map((visit) => (
              <tr key={`${visit.venueId} ${visit.arrivedAt}`}>
                <td>{visit.venueName}</td>
                <td>{isVenueKind(visit.venueKind) ? venueKinds[visit.venueKind].name[language] : visit.venueKind}</td>
                <td className={lists.nowrap}>{time.dateTime(visit.arrivedAt)}</td>
                <td className={lists.nowrap}>{time.dateTime(visit.leftAt)}{visit.leftAssumed ? <span className={lists.soft}> · {text('tracing.leftAssumed')}</span> : null}</td>
                <td className={lists.figures}>{visit.contacts}</td>
              </tr>
            ))}
          </Table>
        ))}
      </Answered>
    </section>
  );
}
