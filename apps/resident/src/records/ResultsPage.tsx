import { listMyResults } from '@health-kit/api';
import { BackLink, EmptyState, Page, Symbol, useTimeFormat } from '@health-kit/ui';
import { useDevice } from '../device/deviceState.ts';
import { callAsResident } from '../device/session.ts';
import { routes } from '../routes.ts';
import { useText } from '../text.ts';
import { Kept } from './Kept.tsx';
import { useKept } from './keptRecords.ts';
import styles from './records.module.css';

const ask = () => callAsResident(listMyResults, {});
const symbols = { positive: 'alert', negative: 'tick', inconclusive: 'info' } as const;

/** The resident's own test results; without a network, as this device knew them last. */
export function ResultsPage() {
  const text = useText();
  const time = useTimeFormat();
  const knowledge = useKept('results', ask);
  const { pass } = useDevice();
  return (
    <Page title={text('records.results')} back={<BackLink to={routes.records} />}>
      <Kept knowledge={knowledge}>
        {({ results }) => (results.length === 0 ? (
          <EmptyState symbol="tube" title={text('results.empty')}>{text(pass?.holder.identityProven === false ? 'results.emptyUnproven' : 'results.emptyText')}</EmptyState>
        ) : (
          <ul className={styles.list}>
            {results.map((result) => (
              <li key={result.resultId} className={styles.entry}>
                <div className={styles.head}>
                  <h2 className={`${styles.value} ${result.value === 'inconclusive' ? '' : styles[result.value]}`}>
                    <span className={styles.valueSymbol}><Symbol name={symbols[result.value]} /></span>
                    {text(`results.values.${result.value}`)}
                  </h2>
                  {result.version > 1 ? <span className={styles.soft}>{text('results.corrected', { version: result.version })}</span> : null}
                </div>
                <dl className={styles.facts}>
                  <div><dt>{text('results.institution')}</dt><dd>{result.institution}</dd></div>
                  <div><dt>{text('results.collected')}</dt><dd>{time.dateTime(result.collectedAt)}</dd></div>
                  <div><dt>{text('results.reported')}</dt><dd>{time.dateTime(result.reportedAt)}</dd></div>
                  <div><dt>{text('results.test')}</dt><dd>{result.testCode}</dd></div>
                </dl>
              </li>
            ))}
          </ul>
        ))}
      </Kept>
    </Page>
  );
}
