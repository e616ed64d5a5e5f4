import { Link, Redirect } from 'wouter';
import { buttonClass, Page, Symbol } from '@health-kit/ui';
import { useGate } from './gate/gateStore.ts';
import { routes } from './routes.ts';
import { useText } from './text.ts';
import styles from './StartPage.module.css';

/** The two ways into the app; a device that is a gate goes straight to work. */
export function StartPage() {
  const text = useText();
  const { session } = useGate();
  if (session !== null) return <Redirect to={routes.scan} replace />;
  return (
    <Page title={text('start.title')} lead={text('start.lead')} wide>
      <div className={styles.ways}>
        <section className={styles.way} aria-labelledby="as-guard">
          <span className={styles.symbol}><Symbol name="scan" /></span>
          <h2 id="as-guard">{text('start.gateTitle')}</h2>
          <p>{text('start.gate')}</p>
          <Link className={buttonClass('primary', true)} href={routes.enrol}>{text('start.gateAction')}</Link>
        </section>
        <section className={styles.way} aria-labelledby="as-host">
          <span className={styles.symbol}><Symbol name="place" /></span>
          <h2 id="as-host">{text('start.hostTitle')}</h2>
          <p>{text('start.host')}</p>
          <Link className={buttonClass('secondary', true)} href={routes.venues}>{text('start.hostAction')}</Link>
        </section>
      </div>
    </Page>
  );
}
