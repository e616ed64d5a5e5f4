/** A revoked key is refused before its ticket is out of time, and a vault that does not answer brings none back. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { getMyStatus, inviteStaff, issueTicket, registerVenue, renewGateTicket } from '@health-kit/api';
import { makeOpeningKey } from '@health-kit/client';
import { Gate, Resident, StaffMember, connect, perform } from '@health-kit/simulate';
import { makeDayKeys, makeRevokedKeys } from '../../apps/server/src/authority/index.ts';
import { VaultUnavailableError, openVaultClient } from '../../apps/server/src/vault/index.ts';
import { listenOnSocket } from '../../apps/vault/src/socketServer.ts';
import { revokeKeys } from '../../apps/vault/src/authority/revokedKeys.ts';
import { beginRotation } from '../../apps/vault/src/keys/rotation.ts';
import { startCity as startVaultCity } from '../../apps/vault/test/city.ts';
import { startCity, type City } from './city.ts';
import { refused } from './refused.ts';

let city: City;
before(async () => {
  city = await startCity();
});
after(() => city.close());

test('a device that was moved at the desk loses its ticket with the answer, not with the day', async () => {
  const old = await city.resident({ verified: true });
  const connection = await old.connection();
  await perform(connection, getMyStatus, {});
  const fresh = await Resident.register(city.world, old.person);
  await city.registrar.proveIdentity(fresh);
  await perform(connection, getMyStatus, {});
  await (await city.secondRegistrar()).confirmMove(fresh);
  await refused(perform(connection, getMyStatus, {}), 'not-authorized');
  await refused(perform(connection, registerVenue, { body: { name: 'V', kind: 'shop', address: 'A', latitude: null, longitude: null } }), 'not-authorized');
  assert.equal((await fresh.renewTicket()).identityProven, true);
  await fresh.status();
});

test('a revoked key registers nobody: the device makes another one', async () => {
  const old = await city.resident({ verified: true });
  const fresh = await Resident.register(city.world, old.person);
  await city.registrar.proveIdentity(fresh);
  await (await city.secondRegistrar()).confirmMove(fresh);
  await refused(old.requestCode(), 'not-authorized');
});

test("the session of an officer whose key was revoked opens nothing, however good its ticket", async () => {
  const { code } = await city.administrator.invite({ name: 'Leaver', office: 'Health office', unit: 'Desk', roles: ['administrator'], institutionId: null });
  const leaver = await StaffMember.enrol(city.world, code);
  await leaver.institutions();
  const [row] = await city.rows<{ thumbprint: string }>('SELECT thumbprint FROM vault.officer_session WHERE officer_id = $1', [leaver.session.officer.officerId]);
  await city.rows('INSERT INTO vault.revoked_key (thumbprint, revoked_at, until) VALUES ($1, $2, $3)', [row?.thumbprint, new Date(city.now()), new Date(city.now() + 3_600_000)]);
  // At most ten seconds later; a step of the clock runs the sweep.
  await city.advance(1_000);
  await refused(leaver.institutions(), 'not-authorized');
  await refused(perform(leaver.connection, inviteStaff, { body: { name: 'N', office: 'O', unit: 'U', roles: ['tracer'], institutionId: null, publicKey: (await makeOpeningKey()).publicKey } }), 'not-authorized');
  // It is the list alone that stops it: the ticket is good again once the entry is out of time.
  await city.advance(3_600_000);
  await leaver.institutions();
});

test('what is known stays known while the vault does not answer, and a server that never asked lets nobody in', async () => {
  const vaultCity = await startVaultCity();
  const socketPath = join(vaultCity.keyFolder, 'revoked.sock');
  try {
    const vault = openVaultClient({ socketPath });
    const revoke = (thumbprint: string) => vaultCity.vault.database.transaction((queries) => revokeKeys(vaultCity.vault, queries, [thumbprint]));
    const keys = makeRevokedKeys({ vault, clock: vaultCity.clock, forgetRoots: () => undefined });
    await assert.rejects(keys.has('any'), VaultUnavailableError);

    await revoke('key-one');
    await listenOnSocket(vaultCity.app, socketPath);
    assert.equal(await keys.has('key-one'), true);
    assert.equal(await keys.has('key-two'), false);
    // Written down with an earlier moment than the last asking, as a transaction that was slow to commit.
    vaultCity.clock.set(vaultCity.clock.now() + 60_000);
    await keys.refresh();
    vaultCity.clock.set(vaultCity.clock.now() - 30_000);
    await revoke('key-two');
    vaultCity.clock.set(vaultCity.clock.now() + 30_000);
    await keys.refresh();
    assert.equal(await keys.has('key-two'), true);

    vault.close();
    await vaultCity.app.close();
    await assert.rejects(keys.refresh(), VaultUnavailableError);
    assert.equal(await keys.has('key-one'), true);
    vaultCity.clock.set(vaultCity.clock.now() + 27 * 3_600_000);
    assert.equal(await keys.has('key-one'), false);
  } finally {
    await vaultCity.close();
  }
});

test('when the root of tickets is revoked, the server forgets the keys of today and takes new ones', async () => {
  const vaultCity = await startVaultCity();
  const socketPath = join(vaultCity.keyFolder, 'roots.sock');
  try {
    await listenOnSocket(vaultCity.app, socketPath);
    const vault = openVaultClient({ socketPath });
    const dayKeys = makeDayKeys({ vault, clock: vaultCity.clock, timeZone: 'Asia/Shanghai' });
    const keys = makeRevokedKeys({ vault, clock: vaultCity.clock, forgetRoots: (revoked) => dayKeys.forgetRoots(revoked) });
    const before = await dayKeys.today();
    await keys.refresh();
    assert.equal(await dayKeys.today(), before, 'nothing was revoked');
    await beginRotation(vaultCity.vault, 'ticket-root', true);
    await keys.refresh();
    assert.equal(dayKeys.peek(before.day), undefined);
    const after = await dayKeys.today();
    assert.deepEqual([before.ticketRoot, after.ticketRoot, after.ticketKey.equals(before.ticketKey), after.passIdKey.equals(before.passIdKey)], [1, 2, false, true]);
    await keys.refresh();
    assert.equal(await dayKeys.today(), after, 'and keeps those');
    vault.close();
  } finally {
    await vaultCity.close();
  }
});

test('a gate that its host ended scans nothing more, gets no ticket, and its open invitation dies', async () => {
  const { host, venue } = await city.venue();
  const gate = await city.gate(host, venue);
  const other = await city.gate(host, venue);
  const resident = await city.resident();
  await gate.scan([await resident.turningCode()]);
  const stranger = await city.venue();
  await refused(stranger.host.revokeGate(venue.venueId, gate.session.gateId), 'not-found');
  await refused(stranger.host.revokeGate(stranger.venue.venueId, gate.session.gateId), 'not-found');
  await gate.renewTicket();

  await host.revokeGate(venue.venueId, gate.session.gateId);
  await refused(gate.scan([await resident.turningCode()]), 'not-authorized');
  await refused(gate.renewTicket(), 'gate-ended');
  await refused(perform(connect(city.world, { key: (await city.resident()).key }), renewGateTicket, { body: {} }), 'not-authorized');
  assert.equal((await other.scan([await resident.turningCode()])).length, 1);
  assert.deepEqual((await host.venues())[0]?.gates.map(({ gateId }) => gateId), [other.session.gateId]);
  await host.revokeGate(venue.venueId, gate.session.gateId);

  const { gateId, code } = await host.inviteGate(venue.venueId, 'Never used');
  await host.revokeGate(venue.venueId, gateId);
  await refused(Gate.enrol(city.world, code), 'code-refused');
  await refused(perform(connect(city.world, { key: gate.key }), issueTicket, { body: {} }), 'not-authorized');
});
