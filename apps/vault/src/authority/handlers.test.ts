import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import * as vaultContract from '@health-kit/api/vault';
import { issueDayPass, issueDayTicket, listOfficers, recordProposal, storePortraitDigest } from '@health-kit/api/vault';
import { openVault } from '../openVault.ts';
import { identity, origin, seededRandomness, startCity, startMs, type City, type Resident } from '../../test/city.ts';
import { handlers } from '../operations.ts';
import { operatorHandlers } from '../operatorOperations.ts';
import { buildSurface } from '../socketServer.ts';
import { makeProof } from '@health-kit/proof';

let city: City;
let resident: Resident;
before(async () => {
  city = await startCity();
  resident = await city.register(identity(1));
});
after(() => city.close());

test('every operation of the contract is served, once and on one socket, and none that is not in it', () => {
  const contract = Object.values(vaultContract).flatMap((value) => (typeof value === 'object' && 'callerOperation' in value ? [value.name] : []));
  assert.deepEqual([...handlers, ...operatorHandlers].map(({ operation }) => operation.name).sort(), contract.sort());
});

test('a proof is good for its method, path, body and ticket only', async () => {
  const refused = async (changes: Parameters<Resident['call']>[4]) => (await resident.call(issueDayTicket, 'POST', '/v1/tickets', {}, changes)).refusal;
  assert.equal(await refused({ method: 'PUT' }), 'not-authorized');
  assert.equal(await refused({ path: '/v1/passes' }), 'not-authorized');
  assert.equal(await refused({ sentBody: '{ }' }), 'not-authorized');
  assert.equal((await resident.call(issueDayTicket, 'POST', '/v1/tickets', {})).status, 200);
});

test('a proof for one operation is refused by another', async () => {
  assert.equal((await resident.call(issueDayPass, 'POST', '/v1/tickets', {})).refusal, 'not-authorized');
});

test('a proof from two minutes ago is refused', async () => {
  const answer = (seconds: number) => resident.call(issueDayTicket, 'POST', '/v1/tickets', {}, { provenAt: startMs - seconds * 1000 });
  assert.equal((await answer(121)).refusal, 'not-authorized');
  assert.equal((await answer(119)).status, 200);
});

async function proofOf(method: string, path: string, body: string) {
  const proof = await makeProof({ key: resident.keys, method, url: origin + path, body: Buffer.from(body), ticket: null, nowMs: startMs, nonce: city.vault.random(16) });
  return { caller: { proof, method, path, body, ticket: null } };
}

test('the same proof twice is a replay', async () => {
  const request = await proofOf('POST', '/v1/tickets', '{}');
  assert.equal((await city.ask(issueDayTicket, request)).status, 200);
  assert.equal((await city.ask(issueDayTicket, request)).refusal, 'not-authorized');
});

test('a proof that changed something is refused by another vault process on the same database', async () => {
  const other = await openVault(
    { databaseUrl: city.database.urlOf('hk_vault'), socketPath: '/tmp/unused', keyFolder: city.keyFolder, outboxUrl: null, timeZone: 'Asia/Shanghai', origin,
      cityName: { zh: '海川', en: 'Haichuan' }, issuer: 'HC', controlledClock: { startMs } },
    { clock: city.clock, random: seededRandomness('other') },
  );
  const app = buildSurface(other, () => undefined);
  try {
    const request = await proofOf('PUT', '/v1/me/portrait-digest', JSON.stringify({ digest: Buffer.alloc(16).toString('base64url') }));
    assert.equal((await city.ask(storePortraitDigest, request)).status, 200);
    const replay = await app.inject({ method: 'POST', url: '/store-portrait-digest', payload: request });
    assert.deepEqual([replay.statusCode, replay.json()], [422, { refusal: 'not-authorized' }]);
    const sameKeys = await app.inject({ method: 'POST', url: '/issue-day-ticket', payload: await proofOf('POST', '/v1/tickets', '{}') });
    assert.equal(sameKeys.statusCode, 200, 'it opened the same keys');
    assert.deepEqual(other.keys.sealing.publicKey, city.vault.keys.sealing.publicKey);
  } finally {
    await app.close();
    await other.database.close();
  }
});

test('a body that is not the operation\'s is refused after its proof, and before anything is done', async () => {
  assert.equal((await resident.call(issueDayTicket, 'POST', '/v1/tickets', { extra: 1 })).refusal, 'invalid-request');
});

test('a device is no officer, and an officer needs the role', async () => {
  assert.equal((await resident.call(listOfficers, 'GET', '/v1/staff')).refusal, 'not-authorized');
  const registrar = await city.officer('Registrar', ['registrar']);
  assert.equal((await registrar.call(listOfficers, 'GET', '/v1/staff')).refusal, 'not-permitted');
  const proposal = await registrar.call(recordProposal, 'POST', '/v1/cases/00000000-0000-4000-8000-000000000000/order-proposals', {
    contacts: ['00000000-0000-4000-8000-000000000000'], kind: 'test', legalBasis: 'law', reason: 'reason', startsAt: '2026-11-23T00:00:00Z', endsAt: '2026-11-24T00:00:00Z',
  });
  assert.equal(proposal.refusal, 'not-permitted');
});

test('malformed requests of every kind get one and the same answer', async () => {
  const answers = await Promise.all([
    city.app.inject({ method: 'POST', url: '/issue-day-ticket', payload: '{', headers: { 'content-type': 'application/json' } }),
    city.app.inject({ method: 'POST', url: '/issue-day-ticket', payload: '{}', headers: { 'content-type': 'application/json' } }),
    city.app.inject({ method: 'POST', url: '/issue-day-ticket', payload: 'x', headers: { 'content-type': 'text/plain' } }),
    city.app.inject({ method: 'POST', url: '/public-keys', payload: '{"extra":1}', headers: { 'content-type': 'application/json' } }),
    city.app.inject({ method: 'POST', url: '/public-keys', payload: JSON.stringify({ large: 'x'.repeat(1_100_000) }), headers: { 'content-type': 'application/json' } }),
    city.app.inject({ method: 'GET', url: '/issue-day-ticket' }),
    city.app.inject({ method: 'POST', url: '/no-such-operation', payload: {} }),
  ]);
  for (const answer of answers) assert.deepEqual([answer.statusCode, answer.body, answer.headers], [422, '{"refusal":"not-authorized"}', { 'content-type': 'application/json; charset=utf-8', connection: 'close', 'content-length': '28' }]);
});
