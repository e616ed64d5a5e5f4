import { Link } from 'wouter';
import { endsWhenWords, whatToDoWords, type Words } from '@health-kit/policy';
import type { getMyStatus, ResponseOf } from '@health-kit/api';
import { useLanguage, useTimeFormat } from '@health-kit/ui';
import { CallButton } from '../CallButton.tsx';
import { routes } from '../routes.ts';
import { useText } from '../text.ts';
import styles from './StatusReasons.module.css';

/** The words behind a key of packages/policy; null for a key this version does not know. */
export function wordsOf(table: Readonly<Record<string, Words>>, key: string): Words | null {
  return Object.hasOwn(table, key) ? (table[key] ?? null) : null;
}

/** Why the status is what it is: what to do first, then rule, evidence, end, and whom to call. */
export function StatusReasons({ explanation, checkedAtMs }: { readonly explanation: ResponseOf<typeof getMyStatus>; readonly checkedAtMs: number }) {
  const text = useText();
  const { language } = useLanguage();
  const time = useTimeFormat();
  const todo = wordsOf(whatToDoWords, explanation.whatToDo);
  const ends = explanation.endsWhen === null ? null : wordsOf(endsWhenWords, explanation.endsWhen);
  return (
    <section className={styles.reasons} aria-labelledby="why">
      <h2 id="why">{text('pass.why')}</h2>
      {todo === null ? null : (
        <div className={styles.todo}>
          <h3>{text('pass.todo')}</h3>
          <p>{todo[language]}</p>
        </div>
      )}
      <dl className={styles.facts}>
        <div>
          <dt>{text('pass.rule')}</dt>
          <dd>{explanation.rule.words[language]}</dd>
        </div>
        {explanation.evidence.length === 0 ? null : (
          <div>
            <dt>{text('pass.evidence')}</dt>
            <dd>
              <ul className={styles.evidence}>
                {explanation.evidence.map(({ kind, id, at }) => (
                  <li key={id}>{text(`pass.evidenceKinds.${kind}`)}{at === null ? '' : ` · ${time.dateTime(at)}`}</li>
                ))}
              </ul>
            </dd>
          </div>
        )}
        {explanation.until === null ? null : (
          <div>
            <dt>{text('pass.until')}</dt>
            <dd>{time.dateTime(explanation.until)}</dd>
          </div>
        )}
        {ends === null ? null : (
          <div>
            <dt>{text('pass.ends')}</dt>
            <dd>{ends[language]}</dd>
          </div>
        )}
      </dl>
      <div className={styles.call}>
        <h3>{text('pass.callTitle')}</h3>
        <p>{text(explanation.appealable ? 'pass.call' : 'pass.callClear')}</p>
        <CallButton />
      </div>
      <p className={styles.small}>
        {text('pass.ruleVersion', { id: explanation.rule.id, version: explanation.rule.version, profile: explanation.profile.id, profileVersion: explanation.profile.version })}
        {' · '}
        {text('pass.stale', { time: time.dateTime(checkedAtMs) })}
      </p>
      <Link className={styles.link} href={routes.records}>{text('pass.seeRecords')}</Link>
    </section>
  );
}
