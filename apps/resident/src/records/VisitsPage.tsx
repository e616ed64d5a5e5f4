import { Link } from 'wouter';
import { BackLink, Button, buttonClass, EmptyState, Page, useTimeFormat } from '@health-kit/ui';
import { deliverVisits, nextDelivery } from '../checkIn/visits.ts';
import { useDevice } from '../device/deviceState.ts';
import { routes, visitRoute } from '../routes.ts';
import { useText } from '../text.ts';
import styles from './records.module.css';

/** The check-ins of this device, newest first. */
export function VisitsPage() {
  const text = useText();
  const time = useTimeFormat();
  const visits = useDevice().visits ?? [];
  return (
    <Page title={text('records.visits')} lead={text('visits.emptyText')} back={<BackLink to={routes.records} />}>
      {visits.length === 0 ? (
        <EmptyState symbol="place" title={text('visits.empty')} action={<Link className={buttonClass()} href={routes.scan}>{text('pass.checkIn')}</Link>} />
      ) : (
        <ul className={styles.list}>
          {visits.toReversed().map((visit) => (
            <li key={visit.visitId} className={styles.entry}>
              <div className={styles.head}>
                <h2><Link href={visitRoute(visit.visitId)}>{visit.venueName}</Link></h2>
                {nextDelivery(visit) !== null ? <span className={styles.badge}>{text('visits.waiting')}</span> : null}
                {visit.checkIn === 'refused' ? <span className={styles.badge}>{text('visits.refused')}</span> : null}
              </div>
              <p className={styles.soft}>
                {time.date(visit.arrivedAt)}{' · '}
                {visit.leftAt === null ? text('visits.from', { from: time.time(visit.arrivedAt) }) : text('visits.stayed', { from: time.time(visit.arrivedAt), to: time.time(visit.leftAt) })}
              </p>
            </li>
          ))}
        </ul>
      )}
      {visits.some((visit) => nextDelivery(visit) !== null) ? <div><Button look="secondary" onClick={() => void deliverVisits()}>{text('visits.deliver')}</Button></div> : null}
    </Page>
  );
}
