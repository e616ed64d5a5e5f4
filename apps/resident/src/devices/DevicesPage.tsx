import { useEffect, useState } from 'react';
import { Link } from 'wouter';
import { listMyDevices, revokeMyDevice, type ResponseOf } from '@health-kit/api';
import { BackLink, Button, buttonClass, Dialog, FailureNotice, Notice, Page, useAnswer, useTimeFormat, type Failure } from '@health-kit/ui';
import { useDevice } from '../device/deviceState.ts';
import { callAsResident } from '../device/session.ts';
import { Asked } from '../records/Asked.tsx';
import styles from '../records/records.module.css';
import { routes } from '../routes.ts';
import { useText } from '../text.ts';
import { refreshRecoveries, useOwnRecoveries } from './ownRecoveries.ts';
import { RecoveryBanner } from './RecoveryBanner.tsx';

type Device = ResponseOf<typeof listMyDevices>['devices'][number];
const ask = () => callAsResident(listMyDevices, {});

/** The devices that have or had this account, and what asks for it. */
export function DevicesPage() {
  const text = useText();
  const time = useTimeFormat();
  const { requestedHere, requestedAtDesk, stoppedAtDesk } = useOwnRecoveries();
  const proven = useDevice().ticket?.identityProven === true;
  const { answer, reload } = useAnswer(ask);
  const [asking, setAsking] = useState<Device | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  useEffect(() => void refreshRecoveries(), []);

  async function revoke(device: Device): Promise<void> {
    setAsking(null);
    const outcome = await callAsResident(revokeMyDevice, { params: { deviceId: device.deviceId } });
    setFailure(outcome.ok ? null : outcome);
    if (outcome.ok) reload();
  }
  return (
    <Page title={text('devices.title')} lead={text('devices.lead')} back={<BackLink to={routes.records} />}>
      <RecoveryBanner />
      {requestedHere === null || proven ? null : <Notice kind="info" title={text(requestedAtDesk ? 'recover.deskAsked' : 'recover.asked')}>{text(requestedAtDesk ? 'recover.deskAskedText' : 'recover.askedText', { when: time.dateTime(requestedHere) })}</Notice>}
      {stoppedAtDesk && !proven ? <Notice kind="warning" title={text('recover.stoppedAtDesk')}>{text('recover.stoppedAtDeskText')}</Notice> : null}
      <FailureNotice failure={failure} />
      <Asked answer={answer} reload={reload}>
        {({ devices }) => (
          <ul className={styles.list}>
            {devices.map((device) => (
              <li key={device.deviceId} className={styles.entry}>
                <div className={styles.head}>
                  <h2>{text(device.current ? 'devices.here' : 'devices.other')}</h2>
                  <span className={styles.soft}>{device.revokedOn === null ? text('devices.inForce') : text('devices.revokedOn', { day: time.day(device.revokedOn) })}</span>
                </div>
                <p className={styles.soft}>{text('devices.since', { day: time.day(device.registeredOn) })}</p>
                {device.current || device.revokedOn !== null ? null : <div><Button look="secondary" onClick={() => setAsking(device)}>{text('devices.revoke')}</Button></div>}
              </li>
            ))}
          </ul>
        )}
      </Asked>
      {proven || requestedHere !== null ? null : <div><Link className={buttonClass('secondary')} href={routes.recover}>{text('recover.way')}</Link></div>}
      <p className={styles.soft}>{text('devices.lost')}</p>
      <Dialog
        open={asking !== null} onClose={() => setAsking(null)} title={text('devices.revokeTitle')}
        actions={<><Button look="danger" onClick={() => void (asking === null ? undefined : revoke(asking))}>{text('devices.revoke')}</Button><Button look="quiet" onClick={() => setAsking(null)}>{text('cancel')}</Button></>}
      >
        <p>{text('devices.revokeText')}</p>
      </Dialog>
    </Page>
  );
}
