import { Page } from '@health-kit/ui';
import { nextDelivery } from '../checkIn/visits.ts';
import { useOwnRecoveries } from '../devices/ownRecoveries.ts';
import { useDevice } from '../device/deviceState.ts';
import { useNow } from '../device/useNow.ts';
import { routes } from '../routes.ts';
import { useText } from '../text.ts';
import { dutiesOf } from './duties.ts';
import { useUnreadNotices } from './unreadNotices.ts';
import { Way } from './Way.tsx';
import styles from './records.module.css';

/** The way to everything that is known about the resident. */
export function RecordsPage() {
  const text = useText();
  const unread = useUnreadNotices();
  const { visits, own, status } = useDevice();
  const now = useNow();
  const inForce = status === null ? 0 : dutiesOf(status.explanation, now).filter(({ counts }) => counts).length;
  const open = own?.appeals?.value.appeals.filter(({ state }) => state === 'open').length ?? 0;
  const { recoveries } = useOwnRecoveries();
  const waiting = visits?.some((visit) => nextDelivery(visit) !== null) === true;
  return (
    <Page title={text('records.title')} lead={text('records.lead')}>
      <ul className={styles.list}>
        <Way to={routes.results} symbol="tube" title={text('records.results')} words={text('records.resultsText')} badge={null} />
        <Way to={routes.notices} symbol="bell" title={text('records.notices')} words={text('records.noticesText')} badge={unread === 0 ? null : text('records.unread', { count: unread })} />
        <Way to={routes.orders} symbol="alert" title={text('duties.title')} words={text('duties.words')} badge={inForce === 0 ? null : text('duties.inForce', { count: inForce })} />
        <Way to={routes.appeals} symbol="speech" title={text('appeals.title')} words={text('appeals.words')} badge={open === 0 ? null : text('appeals.openCount', { count: open })} />
        <Way to={routes.access} symbol="eye" title={text('records.access')} words={text('records.accessText')} badge={null} />
        <Way to={routes.visits} symbol="place" title={text('records.visits')} words={text('records.visitsText')} badge={waiting ? text('visits.waiting') : null} />
        <Way to={routes.devices} symbol="device" title={text('devices.title')} words={text('devices.words')} badge={recoveries.length === 0 ? null : text('devices.badge')} />
        <Way to={routes.dependants} symbol="people" title={text('guardians.dependant.title')} words={text('guardians.dependant.words')} badge={null} />
        <Way to={routes.guardians} symbol="people" title={text('guardians.guardian.title')} words={text('guardians.guardian.words')} badge={null} />
      </ul>
    </Page>
  );
}
