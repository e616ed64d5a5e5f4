import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { makeProof } from '@health-kit/proof';
import { attempt, plainRequest, send, type Attacker } from './attempt.ts';
import { plantHole } from './plantedHole.ts';
import { startCity, type StartedCity } from './startedCity.ts';
import { readTargets, type Target } from './targets.ts';

let city: StartedCity;
let staffTargets: readonly Target[];
let staff: readonly Attacker[];
before(async () => {
  city = await startCity({ familyName: '金丝', givenName: '雀明星', documentType: 'resident-id', documentNumber: '119999198806150018', phone: '+8613912345678', language: 'zh' });
  staffTargets = (await readTargets(city.world.origin)).filter(({ authority }) => authority === 'staff');
  staff = city.attackers.filter(({ name }) => !['anonymous', 'resident', 'host', 'gate', 'institution', 'guardian'].includes(name));
});
after(async () => {
  await city.stop();
});

/** Uses each officer's ticket from another device: with its own key, with another officer's, with none. Returns what was let through. */
async function stolenTickets(via: string, targets: readonly Target[]): Promise<string[]> {
  const strange = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify']);
  const letThrough: string[] = [];
  for (const [index, officer] of staff.entries()) {
    const keys = new Map<string, CryptoKeyPair | null>([['a key of its own', strange], ["another officer's key", staff[(index + 1) % staff.length]?.key ?? null], ['no key', null]]);
    for (const target of targets) {
      for (const [whose, key] of keys) {
        const request = plainRequest(target);
        request.headers.set('authorization', `DPoP ${officer.ticket ?? ''}`);
        if (key !== null) {
          request.headers.set('dpop', await makeProof({
            key, method: target.method, url: city.world.origin + request.path, body: request.body ?? new Uint8Array(),
            ticket: officer.ticket, nowMs: Date.now(), nonce: crypto.getRandomValues(new Uint8Array(16)),
          }));
        }
        const { status } = await send(via, target.method, request);
        if (status !== 401) letThrough.push(`${target.id}: the ticket of ${officer.name} with ${whose}: ${status}`);
      }
    }
  }
  return letThrough;
}

test("row 4: an officer's ticket on another device opens nothing", async () => {
  assert.ok(staff.length >= 6 && staffTargets.length >= 15, `${staff.length} officers, ${staffTargets.length} operations`);
  assert.deepEqual(await stolenTickets(city.world.origin, staffTargets), []);
});

test('row 4: the officers themselves are let in, each to the operations of the role', async () => {
  const letIn = new Set<string>();
  for (const officer of staff) {
    for (const target of staffTargets) {
      const { status } = await attempt({ origin: city.world.origin, via: city.world.origin }, target, officer, new Map());
      assert.notEqual(status, 401, `${target.id} as ${officer.name}`);
      if (status !== 403) letIn.add(target.id);
    }
  }
  assert.deepEqual(staffTargets.map(({ id }) => id).filter((id) => !letIn.has(id)), []);
});

test('row 4: a request that was overheard cannot be sent again, nor with another body or to another place', async () => {
  const officer = staff.find(({ name }) => name === 'administrator');
  const target = staffTargets.find(({ id }) => id === 'registerInstitution');
  const list = staffTargets.find(({ id }) => id === 'listStaff');
  assert.ok(officer?.key !== undefined && officer.key !== null && target !== undefined && list !== undefined);
  const request = plainRequest(target);
  request.headers.set('authorization', `DPoP ${officer.ticket ?? ''}`);
  request.headers.set('dpop', await makeProof({
    key: officer.key, method: target.method, url: city.world.origin + request.path, body: request.body ?? new Uint8Array(),
    ticket: officer.ticket, nowMs: Date.now(), nonce: crypto.getRandomValues(new Uint8Array(16)),
  }));
  const other = plainRequest(target);
  assert.notDeepEqual(other.body, request.body);
  assert.equal((await send(city.world.origin, target.method, { ...request, body: other.body })).status, 401, 'another body');
  const elsewhere = plainRequest(list);
  for (const name of ['authorization', 'dpop']) elsewhere.headers.set(name, request.headers.get(name) ?? '');
  assert.equal((await send(city.world.origin, list.method, elsewhere)).status, 401, 'another place');
  assert.equal((await send(city.world.origin, target.method, request)).status, 201, 'the officer');
  assert.equal((await send(city.world.origin, target.method, request)).status, 401, 'the eavesdropper');
});

test('row 4: the attack catches a planted operation that believes the ticket alone', async () => {
  const hole = await plantHole(city.world.origin, {
    path: '/v1/staff/everybody', authority: 'staff',
    answer: (_query, { authorization }) => ({ status: authorization?.startsWith('DPoP HKT1.') === true ? 200 : 401, body: '{}' }),
  });
  try {
    const targets = (await readTargets(hole.origin)).filter(({ id }) => id === 'plantedHole');
    assert.equal((await stolenTickets(hole.origin, targets)).length, staff.length * 3);
  } finally {
    await hole.close();
  }
});
