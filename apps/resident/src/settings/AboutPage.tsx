import { getPolicy } from '@health-kit/api';
import { rootFingerprint } from '@health-kit/client';
import { BackLink, Fingerprint, Page, useAnswer, useLanguage } from '@health-kit/ui';
import { CallButton } from '../CallButton.tsx';
import { useDevice } from '../device/deviceState.ts';
import { callAsResident } from '../device/session.ts';
import { Asked } from '../records/Asked.tsx';
import { routes } from '../routes.ts';
import { useText } from '../text.ts';
import styles from './SettingsPage.module.css';

const ask = () => callAsResident(getPolicy, {});
const sections = ['purpose', 'phone', 'vault', 'visits', 'status'] as const;

/** What is stored where, and the rules in force. */
export function AboutPage() {
  const text = useText();
  const { language } = useLanguage();
  const { account, trust } = useDevice();
  const { answer, reload } = useAnswer(ask);
  return (
    <Page title={text('about.title')} back={<BackLink to={account === null ? routes.start : routes.settings} />}>
      {sections.map((section) => (
        <section key={section} className={styles.section}>
          <h2>{text(`about.${section}Title`)}</h2>
          <p>{text(`about.${section}`)}</p>
        </section>
      ))}
      <section className={styles.section}>
        <h2>{text('about.rulesTitle')}</h2>
        <Asked answer={answer} reload={reload}>
          {({ profile, rules }) => (
            <>
              <p>{text('about.profile', { name: profile.name[language], version: profile.version })}</p>
              <ol className={styles.rules}>
                {rules.map((rule) => (
                  <li key={rule.id}>
                    <p>{rule.words[language]}</p>
                    <p className={styles.soft}>{text('about.rule', { id: rule.id, version: rule.version })}</p>
                  </li>
                ))}
              </ol>
            </>
          )}
        </Asked>
      </section>
      {trust === null ? null : (
        <section className={styles.section}>
          <h2>{text('about.rootTitle')}</h2>
          <p>{text('about.root')}</p>
          <p><Fingerprint groups={rootFingerprint(trust.root)} /></p>
        </section>
      )}
      <section className={styles.section}>
        <h2>{text('about.callTitle')}</h2>
        <div><CallButton /></div>
      </section>
    </Page>
  );
}
