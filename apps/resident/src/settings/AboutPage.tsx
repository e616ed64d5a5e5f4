import { rootFingerprint } from '@health-kit/client';
import { BackLink, Fingerprint, Page } from '@health-kit/ui';
import { Link } from 'wouter';
import { CallButton } from '../CallButton.tsx';
import { useDevice } from '../device/deviceState.ts';
import { routes } from '../routes.ts';
import { useText } from '../text.ts';
import styles from './SettingsPage.module.css';

const sections = ['purpose', 'phone', 'vault', 'visits', 'status'] as const;

/** What is stored where, and by whose rules. */
export function AboutPage() {
  const text = useText();
  const { account, trust } = useDevice();
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
        <p><Link href={routes.rules}>{text('about.toRules')}</Link></p>
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
