import { listMyDevices, revokeMyDevice } from '@health-kit/api';
import { listDevices, revokeDevice } from '@health-kit/api/vault';
import { keyHandler } from '../authority/handlers.ts';
import { noOfficer } from '../authority/officers.ts';
import { accessEvent } from '../ledger/accessEvent.ts';
import { appendPersonEvents } from '../ledger/ledger.ts';
import { refuse } from '../refusal.ts';
import { nowOf } from '../vault.ts';
import { revokeDevices } from './devices.ts';
import { requirePersonOfDevice } from './people.ts';

/** The devices that the caller's account has and had, those in force first. */
export const listDevicesHandler = keyHandler(listDevices, listMyDevices, async (vault, call) => {
  const { person } = await requirePersonOfDevice(vault, vault.database, call.thumbprint);
  call.use();
  const { rows } = await vault.database.query<{ thumbprint: string; registered_at: Date; revoked_at: Date | null }>(
    'SELECT thumbprint, registered_at, revoked_at FROM vault.device WHERE person_id = $1 ORDER BY revoked_at DESC NULLS FIRST, registered_at DESC, thumbprint', [person],
  );
  const dayOf = (at: Date) => vault.calendar.dayOf(at.getTime());
  return {
    devices: rows.map((row) => ({
      deviceId: row.thumbprint, registeredOn: dayOf(row.registered_at), revokedOn: row.revoked_at === null ? null : dayOf(row.revoked_at), current: row.thumbprint === call.thumbprint,
    })),
  };
});

/** Revokes another device of the caller's own account; again is success. The one that asks is given up with the account, not here. */
export const revokeDeviceHandler = keyHandler(revokeDevice, revokeMyDevice, async (vault, call) => {
  const { deviceId } = call.params;
  await vault.database.transaction(async (queries) => {
    await call.spend(queries);
    const person = await requirePersonOfDevice(vault, queries, call.thumbprint);
    if (deviceId === call.thumbprint) refuse('conflict');
    const found = await queries.query('SELECT FROM vault.device WHERE thumbprint = $1 AND person_id = $2 FOR UPDATE', [deviceId, person.person]);
    if (found.rowCount === 0) refuse('not-found');
    if ((await revokeDevices(vault, queries, person.person, nowOf(vault), { only: deviceId })) === 0) return;
    await appendPersonEvents(vault, queries, [accessEvent(vault, person, { purpose: 'device', officer: noOfficer(vault), fields: ['deviceRevoked'] })]);
  });
  return {};
});
