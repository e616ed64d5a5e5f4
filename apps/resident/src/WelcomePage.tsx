import { Link, Redirect } from 'wouter';
import { buttonClass, Notice, Page, Symbol, useLanguage, useOnline, type SymbolName } from '@health-kit/ui';
import { useDevice } from './device/deviceState.ts';
import { routes } from './routes.ts';
import { useText } from './text.ts';
import styles from './WelcomePage.module.css';

/** The first page: what this is, and the one thing to do. */
export function WelcomePage() {
  const text = useText();
  const { language } = useLanguage();
  const { account, registration, trust } = useDevice();
  const online = useOnline();
  if (account !== null) return <Redirect to={routes.pass} replace />;
  const city = trust?.city[language] ?? '';
  const steps: readonly { symbol: SymbolName; title: string; words: string }[] = [
    { symbol: 'lock', title: text('welcome.how1Title'), words: text('welcome.how1') },
    { symbol: 'camera', title: text('welcome.how2Title'), words: text('welcome.how2') },
    { symbol: 'pass', title: text('welcome.how3Title'), words: text('welcome.how3') },
  ];
  return (
    <Page title={city === '' ? text('app.name') : text('welcome.title', { city })} lead={text('welcome.lead')}>
      {online ? null : <Notice kind="warning">{text('records.offline')}</Notice>}
      <div className={styles.start}>
        <Link className={buttonClass('primary', true)} href={registration === null ? routes.register : routes.code}>{text('welcome.start')}</Link>
        <p className={styles.soft}>{text('welcome.time')}</p>
      </div>
      <section className={styles.how} aria-labelledby="how">
        <h2 id="how">{text('welcome.howTitle')}</h2>
        <ol className={styles.steps}>
          {steps.map(({ symbol, title, words }) => (
            <li key={symbol} className={styles.step}>
              <span className={styles.symbol}><Symbol name={symbol} /></span>
              <div>
                <h3>{title}</h3>
                <p>{words}</p>
              </div>
            </li>
          ))}
        </ol>
      </section>
      {trust === null ? null : (
        <section className={styles.how}>
          <h2>{text('welcome.noPhoneTitle')}</h2>
          <p>{text('welcome.noPhone', { number: trust.hotline })}</p>
        </section>
      )}
      <Link className={styles.link} href={routes.about}>{text('welcome.privacy')}</Link>
    </Page>
  );
}
