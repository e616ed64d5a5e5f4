import { listMyVenues, type Venue } from '@health-kit/api';
import { decodeBase64url, venueCodeUrl } from '@health-kit/pass';
import { venueKinds } from '@health-kit/policy';
import { BackLink, EmptyState, FailureNotice, Loading, Page, QrCode, useAnswer, useLanguage, useTimeFormat } from '@health-kit/ui';
import { routes } from '../routes.ts';
import { useText } from '../text.ts';
import { AddGate } from './AddGate.tsx';
import { callAsHost } from './hostSession.ts';
import { Poster } from './Poster.tsx';
import { RevokeGate } from './RevokeGate.tsx';
import styles from './host.module.css';

const askVenues = () => callAsHost(listMyVenues, {});

/** A venue: its code, its poster, its gates. */
export function VenuePage({ venueId }: { readonly venueId: string }) {
  const text = useText();
  const { answer, reload } = useAnswer(askVenues);
  const back = <BackLink to={routes.venues} />;
  if (answer.state !== 'there') {
    return (
      <Page title={text('host.title')} back={back}>
        {answer.state === 'loading' ? <Loading /> : <FailureNotice failure={answer.refusal} onRetry={reload} />}
      </Page>
    );
  }
  const venue = answer.value.venues.find((each) => each.venueId === venueId);
  if (venue === undefined) return <Page title={text('venue.notFoundTitle')} back={back} quietTitle><EmptyState symbol="place" title={text('venue.notFoundTitle')} /></Page>;
  return <VenueDetails venue={venue} onChanged={reload} />;
}

function VenueDetails({ venue, onChanged }: { readonly venue: Venue; readonly onChanged: () => void }) {
  const text = useText();
  const { language } = useLanguage();
  const time = useTimeFormat();
  const code = decodeBase64url(venue.venueCode);
  return (
    <Page
      title={venue.name} wide back={<BackLink to={routes.venues} />}
      lead={<>{venueKinds[venue.kind].name[language]} · {venue.address}</>}
    >
      <div className={styles.columns}>
        <section className={styles.panel} aria-labelledby="poster">
          <h2 id="poster">{text('venue.poster')}</h2>
          <p>{text('venue.posterText')}</p>
          {code === null ? null : <div className={styles.code}><QrCode text={venueCodeUrl(window.location.origin, code)} label={text('venue.preview')} /></div>}
          <Poster venueId={venue.venueId} name={venue.name} />
          <p className={styles.soft}>{text('venue.registeredOn', { date: time.date(venue.createdAt) })}</p>
        </section>
        <section className={styles.panel} aria-labelledby="gates">
          <h2 id="gates">{text('venue.gates')}</h2>
          <p>{text('venue.gatesText')}</p>
          {venue.gates.length === 0 ? <EmptyState symbol="scan" title={text('venue.noGatesTitle')}>{text('venue.noGates')}</EmptyState> : (
            <ul className={styles.gates}>
              {venue.gates.map((gate) => (
                <li key={gate.gateId}>
                  <div className={styles.itemWords}>
                    <span className={styles.itemName}>{gate.name}</span>
                    <span className={styles.soft}>{gate.enrolledAt === null ? text('venue.notEnrolled') : text('venue.enrolled', { date: time.dateTime(gate.enrolledAt) })}</span>
                  </div>
                  <RevokeGate venueId={venue.venueId} gate={gate} onRevoked={onChanged} />
                </li>
              ))}
            </ul>
          )}
          <AddGate venueId={venue.venueId} onAdded={onChanged} />
        </section>
      </div>
    </Page>
  );
}
