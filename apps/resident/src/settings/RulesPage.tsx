import { getPolicy } from '@health-kit/api';
import { findDiseaseProfile, rules, RULE_SET_VERSION, type DiseaseProfile } from '@health-kit/policy';
import { BackLink, Page, StatusTag, useAnswer, useLanguage } from '@health-kit/ui';
import { useDevice } from '../device/deviceState.ts';
import { callAsResident } from '../device/session.ts';
import { Asked } from '../records/Asked.tsx';
import { routes } from '../routes.ts';
import { useText } from '../text.ts';
import styles from './RulesPage.module.css';

const ask = () => callAsResident(getPolicy, {});

/** The published rules with the profile in force: as this app applies them itself, and without a network too. */
export function RulesPage() {
  const text = useText();
  const { language } = useLanguage();
  const { account, status } = useDevice();
  const { answer, reload } = useAnswer(ask);
  // What a status was decided under is known without a network.
  const inForce = (answer.state === 'there' ? answer.value.profile.id : status?.explanation.profile.id) ?? null;
  const profile = inForce === null ? undefined : findDiseaseProfile(inForce);
  const applied = status?.explanation.rule.id;
  return (
    <Page title={text('insight.rules.title')} lead={text('insight.rules.lead')} back={<BackLink to={account === null ? routes.about : routes.pass} />}>
      <ol className={styles.rules}>
        {rules.map((rule) => (
          <li key={rule.id} className={rule.id === applied ? `${styles.rule} ${styles.applied}` : styles.rule}>
            <p className={styles.head}><StatusTag status={rule.status} />{rule.id === applied ? <strong>{text('insight.rules.yours')}</strong> : null}</p>
            <p>{rule.words[language]}</p>
            <p className={styles.soft}>{text('insight.rules.ruleVersion', { id: rule.id, version: rule.version })}</p>
          </li>
        ))}
      </ol>
      <p className={styles.soft}>{text('insight.rules.set', { version: RULE_SET_VERSION })}</p>
      <section className={styles.section}>
        <h2>{text('insight.rules.factsTitle')}</h2>
        <p>{text('insight.rules.facts')}</p>
        <p>{text('insight.rules.hand')}</p>
      </section>
      {profile === undefined ? <Asked answer={answer} reload={reload}>{() => null}</Asked> : <Profile profile={profile} />}
    </Page>
  );
}

function Profile({ profile }: { readonly profile: DiseaseProfile }) {
  const text = useText();
  const { language } = useLanguage();
  const { isolation: { days, releasingNegatives }, observation, declaration, closeContact } = profile;
  const rows: readonly (readonly [string, string])[] = [
    [text('insight.rules.isolation'), releasingNegatives === null ? text('insight.rules.isolationDays', { days }) : text('insight.rules.isolationReleased', { days, count: releasingNegatives.count, hours: releasingNegatives.minHoursApart })],
    [text('insight.rules.caution'), text(observation.negativeEndsCaution ? 'insight.rules.cautionReleased' : 'insight.rules.cautionDays', { days: observation.exposureCautionDays })],
    [text('insight.rules.observation'), text('insight.rules.observationDays', { days: observation.days })],
    [text('insight.rules.contact'), text('insight.rules.contactMinutes', { minutes: closeContact.minOverlapMinutes })],
    [text('insight.rules.fever'), text('insight.rules.feverFrom', { celsius: declaration.feverCelsius, hours: declaration.hours })],
    [text('insight.rules.freshness'), profile.testFreshnessHours === null ? text('insight.rules.freshnessNone') : text('insight.rules.freshnessTiers', { tiers: profile.testFreshnessHours.join(' / ') })],
    [text('insight.rules.tests'), profile.tests.map(({ name, loinc }) => `${name[language]} (LOINC ${loinc})`).join('\n')],
  ];
  return (
    <section className={styles.section}>
      <h2>{text('insight.rules.profileTitle', { name: profile.disease[language], version: profile.version })}</h2>
      <dl className={styles.rows}>
        {rows.map(([name, value]) => <div key={name}><dt>{name}</dt><dd>{value}</dd></div>)}
      </dl>
      <h3>{text('insight.rules.sources')}</h3>
      <ul className={styles.sources}>
        {profile.sources.map((source) => <li key={source} lang={/[\u4e00-\u9fff]/.test(source) ? 'zh-Hans' : 'en'}>{source}</li>)}
      </ul>
    </section>
  );
}
