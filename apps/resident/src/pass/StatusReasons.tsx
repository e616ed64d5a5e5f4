import { Link } from 'wouter';
import type { StatusExplanation } from '@health-kit/api';
import { endsWhenWords, rules, whatToDoWords, type Words } from '@health-kit/policy';
import { buttonClass, useLanguage, useTimeFormat } from '@health-kit/ui';
import { CallButton } from '../CallButton.tsx';
import { routes } from '../routes.ts';
import { useText } from '../text.ts';
import { evidenceInWords } from './evidence.ts';
import { PassChecked } from './PassChecked.tsx';
import { wordsOf } from './wordsOf.ts';
import styles from './StatusReasons.module.css';

/** Why the status is what it is: what to do first, then evidence, term, rule, and whom to call. */
export function StatusReasons({ explanation, checkedAtMs }: { readonly explanation: StatusExplanation; readonly checkedAtMs: number }) {
  const text = useText();
  const { language } = useLanguage();
  const time = useTimeFormat();
  const { rule, profile, since, until } = explanation;
  const todo = wordsOf(whatToDoWords, explanation.whatToDo);
  const ends = explanation.endsWhen === null ? null : wordsOf(endsWhenWords, explanation.endsWhen);
  const published: { readonly words: Words } = rules.find(({ id, version }) => id === rule.id && String(version) === rule.version) ?? rule;
  const evidence = evidenceInWords(explanation, text, time);
  return (
    <section className={styles.reasons} aria-labelledby="why">
      <h2 id="why">{text('insight.why.title')}</h2>
      {todo === null ? null : (
        <div className={styles.todo}>
          <h3>{text('insight.why.todo')}</h3>
          <p>{todo[language]}</p>
        </div>
      )}
      <dl className={styles.facts}>
        <div>
          <dt>{text('insight.why.evidence')}</dt>
          <dd>
            {evidence.length === 0 ? text('insight.why.noEvidence') : (
              <ul className={styles.evidence}>
                {evidence.map((sentence, place) => (sentence === null ? null : <li key={explanation.evidence[place]?.id}>{sentence}</li>))}
              </ul>
            )}
          </dd>
        </div>
        {since === null ? null : <div><dt>{text('insight.why.since')}</dt><dd>{time.dateTime(since)}</dd></div>}
        {until === null ? null : <div><dt>{text('insight.why.until')}</dt><dd>{time.dateTime(until)}</dd></div>}
        {ends === null ? null : <div><dt>{text('insight.why.ends')}</dt><dd>{ends[language]}</dd></div>}
        <div>
          <dt>{text('insight.why.rule')}</dt>
          <dd>{rule.id === 'no-reason' ? text('insight.why.clear') : published.words[language]}</dd>
          <dd className={styles.small}>{text('insight.why.ruleVersion', { id: rule.id, version: rule.version, profile: profile.id, profileVersion: profile.version })}</dd>
          <dd><Link className={styles.link} href={routes.rules}>{text('insight.why.toRules')}</Link></dd>
        </div>
      </dl>
      <div className={styles.call}>
        <h3>{text('insight.why.callTitle')}</h3>
        <p>{explanation.appealable ? text('insight.why.call') : text('insight.why.callClear')}</p>
        <CallButton />
        {explanation.appealable ? <Link className={buttonClass('secondary')} href={routes.newAppeal}>{text('appeals.file')}</Link> : null}
      </div>
      <div>
        <p className={styles.small}>{text('insight.why.checkedAt', { time: time.dateTime(checkedAtMs) })}</p>
        <PassChecked />
      </div>
      <Link className={styles.link} href={routes.records}>{text('insight.why.toRecords')}</Link>
    </section>
  );
}
