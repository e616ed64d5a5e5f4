import { listMyAccessLog } from '@health-kit/api';
import { EmptyState, Page, useTimeFormat } from '@health-kit/ui';
import { BackLink } from '../BackLink.tsx';
import { callAsResident } from '../device/session.ts';
import { useAnswer } from '../device/useAnswer.ts';
import { routes } from '../routes.ts';
import { useText } from '../text.ts';
import { Asked } from './Asked.tsx';
import styles from './records.module.css';

const ask = () => callAsResident(listMyAccessLog, {});
/** Fields that the vault names in its access events. */
const fieldNames = ['name', 'familyName', 'givenName', 'documentType', 'documentNumber', 'documentLastTwo', 'phone', 'visits', 'notice', 'order', 'deviceAsked', 'deviceStopped', 'deviceMoved', 'deviceRevoked'] as const;

/** Who looked at what of the resident, when and why. */
export function AccessLogPage() {
  const text = useText();
  const time = useTimeFormat();
  const { answer, reload } = useAnswer(ask);
  const nameOf = (field: string) => {
    const known = fieldNames.find((name) => name === field);
    return known === undefined ? field : text(`access.fieldNames.${known}`);
  };
  return (
    <Page title={text('records.access')} lead={text('records.accessText')} back={<BackLink to={routes.records} />}>
      <Asked answer={answer} reload={reload}>
        {({ entries }) => (entries.length === 0
          ? <EmptyState symbol="eye" title={text('access.empty')}>{text('access.emptyText')}</EmptyState>
          : (
            <ul className={styles.list}>
              {entries.map((entry) => (
                <li key={entry.leaf.index} className={styles.entry}>
                  <div className={styles.head}>
                    <h2>{text(`access.purposes.${entry.purpose}`)}</h2>
                    <span className={styles.soft}>{time.day(entry.day)}</span>
                  </div>
                  <p>{entry.office}</p>
                  {entry.fields.length === 0 ? null : (
                    <dl className={styles.facts}>
                      <div><dt>{text('access.fields')}</dt><dd>{entry.fields.map(nameOf).join(' · ')}</dd></div>
                    </dl>
                  )}
                  <p className={styles.soft}>{text('access.leaf', { index: entry.leaf.index })}</p>
                </li>
              ))}
            </ul>
          ))}
      </Asked>
      <p className={styles.soft}>{text('access.delay')}</p>
    </Page>
  );
}
