import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { issueDayPass, issueDayTicket, publicKeys, signStatusList } from '@health-kit/api/vault';
import { decodeBase64url, readKeyIdOfPass, readUnverifiedPass, statusOfPass, verifyPass, verifyStatusList } from '@health-kit/pass';
import { identity, origin, seededRandomness, startCity, startMs, type City, type Resident } from '../../test/city.ts';
import { ledgerEvents } from '../../test/ledgerEvents.ts';
import { rotationsOf, type Rotations } from '../../test/rotations.ts';
import { openVault } from '../openVault.ts';
import { signDayPass } from '../passes/issueDayPass.ts';
import { requirePersonOfDevice } from '../people/people.ts';
import { trustedKeys } from '../passes/trust.ts';
import { listIdOf } from '../passes/statusListIndex.ts';
import type { Vault } from '../vault.ts';
import { advanceRotations } from './rotation.ts';

const minuteMs = 60_000;
let city: City;
let rotations: Rotations;
let others: Vault[];
beforeEach(async () => {
  city = await startCity({ limits: { passesPerDevicePerDay: 10_000 } });
  rotations = rotationsOf(city);
  others = [];
});
afterEach(async () => {
  for (const other of others) await other.database.close();
  await city.close();
});

/** Another vault process on the same database and key folder. */
async function anotherProcess(): Promise<Vault> {
  const other = await openVault(
    {
      databaseUrl: city.database.urlOf('hk_vault'), socketPath: `${city.keyFolder}/other.sock`, keyFolder: city.keyFolder, outboxUrl: null, timeZone: 'Asia/Shanghai', origin,
      cityName: { zh: '海川', en: 'Haichuan' }, issuer: 'HC', controlledClock: { startMs },
    },
    { clock: city.clock, random: seededRandomness(`another process ${others.length}`) },
  );
  others.push(other);
  return other;
}
async function advanceToEnd(vault: Vault): Promise<void> {
  while (await advanceRotations(vault)) { /* the next batch */ }
}
function later(minutes: number): void {
  city.clock.set(city.clock.now() + minutes * minuteMs);
}

const bytesOf = (text: string) => decodeBase64url(text) ?? assert.fail('not base64url');
const fetchPass = async (resident: Resident) => bytesOf((await resident.call(issueDayPass, 'POST', '/v1/passes', {})).content.pass);
async function trust() {
  return { issuers: (await city.ask(publicKeys, {})).content.keys };
}
async function verdict(pass: Uint8Array<ArrayBuffer>): Promise<string> {
  const list = await trust();
  const verified = await verifyPass(pass, list, city.clock.now());
  if (!verified.accepted) return verified.reason;
  const { token } = (await city.ask(signStatusList, { list: verified.pass.statusListId })).content;
  const statusList = await verifyStatusList(bytesOf(token), list, city.clock.now());
  return statusList.accepted ? statusOfPass(verified.pass, [statusList.statusList]) : `list: ${statusList.reason}`;
}
async function rowOf(pass: Uint8Array): Promise<{ key_version: number; invalid: boolean }> {
  const claims = readUnverifiedPass(pass) ?? assert.fail('no pass');
  const [row] = await city.database.sql<{ key_version: number; invalid: boolean }>(
    'SELECT key_version, invalid FROM vault.pass WHERE list_id = $1 AND list_index = $2', [claims.statusListId, claims.statusListIndex],
  );
  return row ?? assert.fail('no row');
}

test('a signing key is announced before it signs, and what the old one signed stays good', async () => {
  const resident = await city.register(identity(1));
  const before = await fetchPass(resident);
  const other = await anotherProcess();
  await rotations.rotate('pass');
  assert.deepEqual(await rotations.states('pass'), { 'issuer/pass/1': 'current', 'issuer/pass/2': 'next' });
  const announced = await trust();
  assert.equal(announced.issuers.filter(({ use }) => use === 'pass').length, 2);
  assert.equal(readKeyIdOfPass(await fetchPass(resident)), readKeyIdOfPass(before), 'not used yet');

  later(60);
  await advanceToEnd(other);
  await city.vault.keys.reload();
  const after = await fetchPass(resident);
  assert.notEqual(readKeyIdOfPass(after), readKeyIdOfPass(before));
  assert.ok((await verifyPass(after, announced, city.clock.now())).accepted, 'who fetched the list before the key was used knows it');
  assert.deepEqual([await verdict(before), await verdict(after)], ['valid', 'valid']);
  assert.deepEqual(await rotations.states('pass'), { 'issuer/pass/1': 'former', 'issuer/pass/2': 'current' });
  assert.equal(other.keys.issuer.pass.kid, city.vault.keys.issuer.pass.kid, 'every process uses the same key');
  assert.notEqual((await rotations.last()).finishedAt, null);
  assert.deepEqual((await ledgerEvents(city)).map((event) => String(event['type'])).filter((type) => type.startsWith('key-rotation')), ['key-rotation-begun', 'key-rotation-finished']);

  // A card, which is good for half a year, and two weeks for the scans of it.
  city.clock.set(startMs + 195 * 86_400_000);
  assert.equal((await trust()).issuers.filter(({ use }) => use === 'pass').length, 2, 'cards that it signed are good still');
  city.clock.set(startMs + 200 * 86_400_000);
  assert.equal((await trust()).issuers.filter(({ use }) => use === 'pass').length, 1, 'the old key leaves the list when nothing it signed is shown or handed in any more');
});

test('revoked under load, a key signs nothing that stays valid, in no process, and nobody is refused', async () => {
  const residents: Resident[] = [];
  for (const number of [1, 2, 3, 4]) residents.push(await city.register(identity(number)));
  const passes = await Promise.all(residents.map(fetchPass));
  const other = await anotherProcess();
  let stop = false;
  let calls = 0;
  const load = [
    ...residents.map(async (resident) => {
      while (!stop) {
        passes.push(await fetchPass(resident));
        assert.equal((await resident.call(issueDayTicket, 'POST', '/v1/tickets', {})).status, 200);
        calls += 1;
      }
    }),
    (async () => {
      for (let number = 10; !stop; number += 1) {
        await city.register(identity(number));
        calls += 1;
      }
    })(),
  ];
  const finished = Promise.all(load);
  while (calls < 8) await new Promise((resolve) => setTimeout(resolve, 5));
  await rotations.rotate('pass', true);

  // A process that does not know yet still signs with the old key.
  const device = (await city.database.sql<{ thumbprint: string; person_id: string }>('SELECT thumbprint, person_id FROM vault.device LIMIT 1'))[0] ?? assert.fail('no device');
  const person = await requirePersonOfDevice(other, other.database, device.thumbprint);
  const late = await signDayPass(other, person, { thumbprint: device.thumbprint, publicKey: other.keys.issuer.pass.trusted.publicKey });
  passes.push(bytesOf(late.pass));

  await advanceToEnd(other);
  const until = calls + 10;
  while (calls < until) await new Promise((resolve) => setTimeout(resolve, 5));
  later(1);
  await advanceToEnd(city.vault);
  stop = true;
  await finished;

  const revoked = readKeyIdOfPass(passes[0] ?? assert.fail('no pass'));
  const list = await trust();
  assert.ok(list.issuers.every(({ kid }) => kid !== revoked), 'out of the trust list');
  assert.ok(passes.some((pass) => readKeyIdOfPass(pass) !== revoked), 'signed anew while the rotation ran');
  for (const pass of passes) {
    const isOld = readKeyIdOfPass(pass) === revoked;
    assert.deepEqual([await verdict(pass), await rowOf(pass)], [isOld ? 'unknown-issuer' : 'valid', { key_version: isOld ? 1 : 2, invalid: isOld }]);
  }
  assert.deepEqual(await rotations.states('pass'), { 'issuer/pass/1': 'revoked', 'issuer/pass/2': 'current' });
  const rotation = await rotations.last();
  assert.ok(rotation.finishedAt !== null && rotation.total > 0 && rotation.done === rotation.total, JSON.stringify(rotation));
});

test('a revocation that is cut off half-way is finished by another process, with every pass called back once', async () => {
  const day = city.vault.calendar.dayOf(startMs);
  await city.database.sql(
    `INSERT INTO vault.pass (list_id, list_index, thumbprint, status, issued_at, expires_at) SELECT $1::integer, number, 'device', 'clear', $2, $2::timestamptz + interval '1 day' FROM generate_series(0, 4999) AS number`,
    [listIdOf(day, 0), new Date(startMs)],
  );
  assert.deepEqual(await rotations.rotate('pass', true).then(({ done, total }) => [done, total]), [0, 5000]);
  assert.equal(await advanceRotations(city.vault), true);
  assert.deepEqual(await rotations.last().then(({ done, finishedAt }) => [done, finishedAt]), [2000, null]);

  // The first process is heard of no more.
  const next = await anotherProcess();
  await Promise.all([advanceToEnd(next), advanceToEnd(await anotherProcess())]);
  later(1);
  await advanceToEnd(next);
  assert.deepEqual(await rotations.last().then(({ done, total, finishedAt }) => [done, total, finishedAt !== null]), [5000, 5000, true]);
  const [left] = await city.database.sql<{ left: number }>('SELECT count(*)::int AS left FROM vault.pass WHERE NOT invalid');
  assert.equal(left?.left, 0);
});

test('a kind is replaced once at a time, but revoking does not wait', async () => {
  await rotations.rotate('venue');
  await assert.rejects(rotations.rotate('venue'), /conflict/);
  await rotations.rotate('venue', true);
  assert.deepEqual(await rotations.states('venue'), { 'issuer/venue/1': 'revoked', 'issuer/venue/2': 'revoked', 'issuer/venue/3': 'current' });
  assert.deepEqual(trustedKeys(city.vault).issuers.filter(({ use }) => use === 'venue').map(({ kid }) => kid), [city.vault.keys.issuer.venue.kid]);
});

test('a status list is signed anew the moment its key is revoked', async () => {
  const resident = await city.register(identity(1));
  const pass = await fetchPass(resident);
  assert.equal(await verdict(pass), 'valid');
  await rotations.rotate('status-list', true);
  assert.equal(await verdict(pass), 'valid', 'no list of the old key is served out of memory');
});
