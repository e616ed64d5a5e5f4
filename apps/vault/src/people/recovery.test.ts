import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { SealedIdentity } from '@health-kit/api';
import { beginRecovery, issueDayPass, issueDayTicket, listDevices, listRecoveries, readAccessLog, revokeDevice, stopRecoveries } from '@health-kit/api/vault';
import { openTicket } from '@health-kit/ticket';
import { identity, startCity, startMs, type Caller, type City, type Resident } from '../../test/city.ts';
import { localDay } from '../identifiers.ts';
import { completeDueRecoveries } from './completeRecovery.ts';

const hourMs = 3_600_000;

let city: City;
before(async () => {
  city = await startCity();
});
after(() => city.close());

const ask = (device: Caller) => device.call(beginRecovery, 'POST', '/v1/recoveries', {});
const seen = async (device: Caller) => (await device.call(listRecoveries, 'GET', '/v1/me/recoveries')).content;
const stop = (device: Caller) => device.call(stopRecoveries, 'DELETE', '/v1/me/recoveries');
const ticketOf = (device: Caller) => device.call(issueDayTicket, 'POST', '/v1/tickets', {});
const log = async (device: Caller) => (await device.call(readAccessLog, 'GET', '/v1/me/access-log')).content.entries.filter(({ purpose }) => purpose === 'device').map(({ fields }) => fields.join());
async function healthOf(device: Caller): Promise<string> {
  const opened = openTicket((await ticketOf(device)).content.ticket, (day) => city.vault.keys.ticketKey(localDay(day)));
  assert.ok(opened.ok && opened.ticket.kind === 'resident');
  return opened.ticket.health;
}
function pass(ms: number): void {
  city.clock.set(city.clock.now() + ms);
}
/** The desk is open on the first morning only: the registrar's session is of that day. */
async function prove(resident: Resident, how: (resident: Resident) => Promise<void> = (somebody) => city.prove(somebody)): Promise<void> {
  const now = city.clock.now();
  city.clock.set(startMs);
  await how(resident);
  city.clock.set(now);
}
let people = 300;
/** Somebody with a proven identity, and the same human being on a new device. */
async function twoDevices(changes: Partial<SealedIdentity> = {}): Promise<{ readonly old: Resident; readonly fresh: Resident }> {
  people += 1;
  const old = await city.register(identity(people));
  await prove(old);
  return { old, fresh: await city.register({ ...old.identity, ...changes }) };
}
async function notices(since: number): Promise<readonly { readonly to: string; readonly text: string }[]> {
  await city.vault.messages.settle(2000);
  return city.messages.slice(since).filter(({ kind }) => kind === 'notice');
}

test('a new device gets the account after the delay, the old one is told, sees it coming and is revoked', async () => {
  const { old, fresh } = await twoDevices();
  const health = await healthOf(old);
  const sent = city.messages.length;
  const { completesAt } = (await ask(fresh)).content;
  assert.equal(Date.parse(completesAt), city.clock.now() + 24 * hourMs);
  const [message, ...more] = await notices(sent);
  assert.deepEqual([message?.to, more.length], [old.identity.phone, 0]);
  assert.match(message?.text ?? '', /^【海川健康码】有人申请在另一台设备上使用您的健康码，将于11月24日 ?10:00生效/);
  assert.doesNotMatch(message?.text ?? '', /欧阳|娜娜/);
  assert.deepEqual((await seen(old)).recoveries.map((pending) => pending.completesAt), [completesAt]);
  assert.deepEqual(await seen(fresh), { recoveries: [], requestedHere: completesAt, requestedAtDesk: false, stoppedAtDesk: false, lostAt: null });

  pass(24 * hourMs - 1);
  assert.equal(await completeDueRecoveries(city.vault), 0);
  assert.equal((await ticketOf(fresh)).content.identityProven, false);
  assert.equal(await healthOf(old), health);
  pass(1);
  assert.equal((await ticketOf(fresh)).content.identityProven, true, 'the ticket itself completes it');
  assert.equal(await healthOf(fresh), health);
  assert.equal((await ticketOf(old)).refusal, 'not-authorized');
  assert.equal((await old.call(issueDayPass, 'POST', '/v1/passes', {})).refusal, 'not-authorized');
  assert.match((await notices(sent)).at(-1)?.text ?? '', /已转移到另一台设备/);
  assert.deepEqual(await log(fresh), ['deviceMoved', 'deviceAsked']);
  assert.deepEqual((await fresh.call(listDevices, 'GET', '/v1/me/devices')).content.devices.map(({ current, revokedOn }) => [current, revokedOn]), [[true, null], [false, '2026-11-24']]);
  const [revoked] = await city.database.sql<{ count: number }>('SELECT count(*)::int AS count FROM vault.revoked_key');
  assert.equal(revoked?.count, 1);
});

test('the sweep completes what no device asks for', async () => {
  const { old, fresh } = await twoDevices();
  await ask(fresh);
  pass(24 * hourMs);
  assert.equal(await completeDueRecoveries(city.vault), 1);
  assert.equal(await completeDueRecoveries(city.vault), 0);
  assert.equal((await ticketOf(old)).refusal, 'not-authorized');
  assert.equal((await ticketOf(fresh)).content.identityProven, true);
});

test('the old device stops it, nobody asks again for a week, and who asked is answered as before', async () => {
  const { old, fresh } = await twoDevices();
  const { completesAt } = (await ask(fresh)).content;
  assert.equal((await stop(old)).status, 200);
  assert.deepEqual((await seen(old)).recoveries, []);
  assert.deepEqual(await seen(fresh), { recoveries: [], requestedHere: completesAt, requestedAtDesk: false, stoppedAtDesk: false, lostAt: null }, 'the asker does not learn that there was something to stop');
  assert.equal((await ask(fresh)).content.completesAt, completesAt);
  pass(24 * hourMs);
  assert.equal(await completeDueRecoveries(city.vault), 0);
  assert.equal((await ticketOf(fresh)).content.identityProven, false);

  const sent = city.messages.length;
  await ask(await city.register(old.identity));
  assert.deepEqual([(await seen(old)).recoveries, await notices(sent)], [[], []]);
  pass(7 * 24 * hourMs);
  await ask(await city.register(old.identity));
  assert.equal((await seen(old)).recoveries.length, 1);
  await stop(old);
  assert.deepEqual(await log(old), ['deviceStopped', 'deviceAsked', 'deviceStopped', 'deviceAsked']);
});

test('whoever knows name and document but has not the phone gets nothing, and the answer of whoever has', async () => {
  const { old, fresh: squatter } = await twoDevices({ phone: '+8613700009999' });
  const nobody = await city.register(identity(399, { phone: '+8613700009998' }));
  const sent = city.messages.length;
  const [aboutSomebody, aboutNobody] = [await ask(squatter), await ask(nobody)];
  assert.deepEqual(aboutSomebody.content, aboutNobody.content);
  assert.deepEqual(await seen(squatter), await seen(nobody));
  assert.deepEqual((await seen(old)).recoveries, []);
  assert.deepEqual(await notices(sent), []);
  pass(25 * hourMs);
  assert.equal(await completeDueRecoveries(city.vault), 0);
  assert.deepEqual([(await ticketOf(squatter)).content.identityProven, (await ticketOf(nobody)).content.identityProven], [false, false]);
  assert.equal((await ticketOf(old)).content.identityProven, true);
});

test('the phone and the document in another name are another human being', async () => {
  const { old, fresh } = await twoDevices({ givenName: '妮妮' });
  await ask(fresh);
  assert.deepEqual((await seen(old)).recoveries, []);
});

test('a phone that was proven long ago is no proof: the device registers again', async () => {
  const { old, fresh } = await twoDevices();
  pass(24 * hourMs + 1);
  assert.equal((await ask(fresh)).refusal, 'code-refused');
  assert.deepEqual((await seen(old)).recoveries, []);
});

test('an account that was moved at the desk meanwhile, or got another phone, is not moved by the older recovery', async () => {
  const { old, fresh } = await twoDevices();
  await ask(fresh);
  const atDesk = await city.register({ ...old.identity, phone: '+8613700008888' });
  await prove(atDesk, (somebody) => city.moveAtDesk(somebody));
  pass(24 * hourMs);
  assert.equal(await completeDueRecoveries(city.vault), 0);
  assert.equal((await ticketOf(fresh)).content.identityProven, false);
  assert.equal((await ticketOf(atDesk)).content.identityProven, true);
});

test('a proven account has nothing to recover, a stranger no account, and one device revokes no other\'s', async () => {
  const { old, fresh } = await twoDevices();
  assert.equal((await ask(old)).refusal, 'conflict');
  assert.equal((await ask(await city.stranger())).refusal, 'not-authorized');
  assert.equal((await stop(await city.stranger())).refusal, 'not-authorized');
  const [own] = (await old.call(listDevices, 'GET', '/v1/me/devices')).content.devices;
  const revoke = (by: Caller, deviceId: string) => by.call(revokeDevice, 'DELETE', `/v1/me/devices/${deviceId}`);
  assert.equal((await revoke(fresh, own?.deviceId ?? '')).refusal, 'not-found');
  assert.equal((await revoke(old, own?.deviceId ?? '')).refusal, 'conflict');
  // A second device of one account, as a later way to one might make it.
  const [other] = (await fresh.call(listDevices, 'GET', '/v1/me/devices')).content.devices;
  await city.database.sql('UPDATE vault.device SET person_id = (SELECT person_id FROM vault.device WHERE thumbprint = $1) WHERE thumbprint = $2', [own?.deviceId, other?.deviceId]);
  assert.equal((await revoke(old, other?.deviceId ?? '')).status, 200);
  assert.equal((await revoke(old, other?.deviceId ?? '')).status, 200);
  assert.equal((await ticketOf(fresh)).refusal, 'not-authorized');
  assert.deepEqual(await log(old), ['deviceRevoked']);
});
