/** A lost device's account comes back to another one after the delay, over the wire, and its old ticket dies. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { getMyStatus } from '@health-kit/api';
import { Resident, perform } from '@health-kit/simulate';
import { startCity, type City } from './city.ts';
import { refused } from './refused.ts';

let city: City;
before(async () => {
  city = await startCity();
});
after(() => city.close());

const hourMs = 3_600_000;

test('after the delay the new device has the account, and the ticket that the old one had that day is refused', async () => {
  const old = await city.resident({ verified: true });
  const fresh = await Resident.register(city.world, old.person);
  const completesAt = await fresh.startRecovery();
  assert.equal(Date.parse(completesAt), city.now() + 24 * hourMs);
  assert.deepEqual((await old.recoveries()).recoveries.map((pending) => pending.completesAt), [completesAt]);
  await city.advance(24 * hourMs - 60_000);
  await old.renewTicket();
  const connection = await old.connection();
  await perform(connection, getMyStatus, {});
  // Nobody asks for a ticket: the vault completes it by itself, and the server learns of the revoked key.
  await city.advance(60_000);
  await city.advance(1_000);
  await refused(perform(connection, getMyStatus, {}), 'not-authorized');
  await refused(old.renewTicket(), 'not-authorized');
  assert.equal((await fresh.renewTicket()).identityProven, true);
  assert.deepEqual((await fresh.devices()).map(({ current, revokedOn }) => [current, revokedOn !== null]), [[true, false], [false, true]]);
});

test('the old device stops it in time', async () => {
  const old = await city.resident({ verified: true });
  const fresh = await Resident.register(city.world, old.person);
  await fresh.startRecovery();
  await old.stopRecoveries();
  await city.advance(25 * hourMs);
  assert.equal((await old.renewTicket()).identityProven, true);
  assert.equal((await fresh.renewTicket()).identityProven, false);
});
