import { listMyVenues } from '@health-kit/api';
import { venueKinds } from '@health-kit/policy';
import { Link } from 'wouter';
import { buttonClass, EmptyState, FailureNotice, Loading, Page, Symbol, useAnswer, useLanguage } from '@health-kit/ui';
import { BackToStart } from '../BackToStart.tsx';
import { routes, venueRoute } from '../routes.ts';
import { useText } from '../text.ts';
import { callAsHost } from './hostSession.ts';
import styles from './host.module.css';

const askVenues = () => callAsHost(listMyVenues, {});

/** The host's venues. */
export function VenuesPage() {
  const text = useText();
  const { language } = useLanguage();
  const { answer, reload } = useAnswer(askVenues);
  const register = <Link className={buttonClass()} href={routes.registerVenue}>{text('host.register')}</Link>;
  return (
    <Page title={text('host.title')} lead={text('host.lead')} back={<BackToStart />}>
      {answer.state === 'loading' ? <Loading /> : null}
      {answer.state === 'failed' ? <FailureNotice failure={answer.refusal} onRetry={reload} /> : null}
      {answer.state === 'there' && answer.value.venues.length === 0 ? (
        <EmptyState symbol="place" title={text('host.emptyTitle')} action={register}>{text('host.empty')}</EmptyState>
      ) : null}
      {answer.state === 'there' && answer.value.venues.length > 0 ? (
        <>
          <ul className={styles.list}>
            {answer.value.venues.map((venue) => (
              <li key={venue.venueId}>
                <Link className={styles.item} href={venueRoute(venue.venueId)}>
                  <span className={styles.itemWords}>
                    <span className={styles.itemName}>{venue.name}</span>
                    <span className={styles.soft}>{venueKinds[venue.kind].name[language]} · {venue.address}</span>
                    <span className={styles.soft}>{venue.gates.length === 0 ? text('host.noGates') : text('host.gates', { count: venue.gates.length })}</span>
                  </span>
                  <span className={styles.chevron}><Symbol name="chevron" /></span>
                </Link>
              </li>
            ))}
          </ul>
          <div>{register}</div>
        </>
      ) : null}
    </Page>
  );
}
