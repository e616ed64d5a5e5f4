import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { exportJWK, generateKeyPair } from 'jose';
import { erasureConfirmation } from '@health-kit/api';
import * as operations from '@health-kit/api/vault';
import { identity, startCity, type City, type Resident } from '../../test/city.ts';

let city: City;
let flooding: City;
before(async () => {
  [city, flooding] = [await startCity(), await startCity({ limits: { exportsPerDevicePerHour: 1000 } })];
});
after(async () => {
  await city.close();
  await flooding.close();
});

async function exporter(resident: Resident) {
  const { kty, crv, x, y } = await exportJWK((await generateKeyPair('ECDH-ES', { crv: 'P-256' })).publicKey);
  const ticket = (await resident.call(operations.issueDayTicket, 'POST', '/v1/tickets', {})).content.ticket;
  return () => resident.call(operations.exportAccount, 'POST', '/v1/me/export', { key: { kty, crv, x, y } }, { ticket });
}

// A pool that waits for itself gives up after ten seconds, and the calls fail.
test('exports at once, twice as many as the pool has connections, stop nobody', async () => {
  const resident = await flooding.register(identity(1));
  const other = await flooding.register(identity(2));
  const once = await exporter(resident);
  const exports = Array.from({ length: 32 }, once);
  const tickets = Array.from({ length: 8 }, () => other.call(operations.issueDayTicket, 'POST', '/v1/tickets', {}));
  assert.deepEqual((await Promise.all(tickets)).map(({ status }) => status), tickets.map(() => 200));
  assert.deepEqual((await Promise.all(exports)).map(({ status }) => status), exports.map(() => 200));
});

test('erasures at once stop nobody either', async () => {
  const residents = [];
  for (let number = 10; number < 34; number += 1) residents.push(await flooding.register(identity(number)));
  const answers = await Promise.all(residents.map((each) => each.call(operations.eraseAccount, 'DELETE', '/v1/me', { confirmation: erasureConfirmation })));
  assert.deepEqual(answers.map(({ status }) => status), residents.map(() => 200));
});

test('a device exports six times an hour, and another device all the same', async () => {
  const once = await exporter(await city.register(identity(3)));
  for (let time = 0; time < 6; time += 1) assert.equal((await once()).status, 200);
  assert.equal((await once()).refusal, 'too-many-requests');
  assert.equal((await (await exporter(await city.register(identity(4))))()).status, 200);
  city.clock.set(city.clock.now() + 3_600_000);
  assert.equal((await once()).status, 200);
});

test('two processes count the exports of a device together, also at once, and a restart forgets none', async () => {
  const pair = await startCity({ processes: 2 });
  try {
    const once = await exporter(await pair.register(identity(5)));
    const atOnce = await Promise.all(Array.from({ length: 14 }, once));
    assert.deepEqual(atOnce.map(({ status, refusal }) => refusal ?? status).sort(), [...Array.from({ length: 6 }, () => 200), ...Array.from({ length: 8 }, () => 'too-many-requests')]);
    await pair.restart();
    assert.equal((await once()).refusal, 'too-many-requests');
    const counts = await pair.database.sql<{ kind: string; done: number }>('SELECT kind, done FROM vault.hourly_count');
    assert.deepEqual(counts, [{ kind: 'export', done: 6 }], 'what was refused is not counted');
    pair.clock.set(pair.clock.now() + 3_600_000);
    assert.equal((await once()).status, 200);
  } finally {
    await pair.close();
  }
});
