/** Whoever knows a number starts registrations with it until its budget is used up: whom that keeps from what. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { beginRecovery, confirmRegistrationCode } from '@health-kit/api/vault';
import { identity, startCity, type Caller, type City } from '../../test/city.ts';
import type { NarrowedLimits } from '../openVault.ts';

const cities: City[] = [];
after(async () => {
  for (const city of cities) await city.close();
});
async function open(limits: NarrowedLimits = {}): Promise<City> {
  const city = await startCity({ limits });
  cities.push(city);
  return city;
}

const [strangersNetwork, ownersNetwork] = ['203.0.113.0/24', '198.51.100.0/24'];
const owner = identity(1);
/** Starts from a network, by a new device each; returns how many messages went out. */
async function strangerStarts(city: City, times: number, network: (time: number) => string): Promise<number> {
  let sent = 0;
  for (let time = 0; time < times; time += 1) {
    const { code } = await city.startRegistration(identity(100 + time, { phone: owner.phone }), await city.stranger(), network(time));
    sent += Number(code !== null);
  }
  return sent;
}
/** Registers from the owner's network; false when no code came. */
async function registers(city: City, device: Caller): Promise<boolean> {
  const { registrationId, code } = await city.startRegistration(owner, device, ownersNetwork);
  if (code === null) return false;
  return (await device.call(confirmRegistrationCode, 'POST', `/v1/registrations/${registrationId}/confirmation`, { code })).status === 200;
}

test('what a stranger starts from one network keeps the owner of the phone neither from registering nor from recovering', async () => {
  const city = await open();
  assert.equal(await strangerStarts(city, 8, () => strangersNetwork), 5, 'five from one network, whatever the devices');
  const former = await city.stranger();
  assert.ok(await registers(city, former));
  assert.equal(await strangerStarts(city, 3, () => strangersNetwork), 0);
  const anew = await city.stranger();
  assert.ok(await registers(city, anew));
  assert.equal((await anew.call(beginRecovery, 'POST', '/v1/recoveries', {})).status, 200);
});

test('that test notices one budget for all networks together', async () => {
  const city = await open({ codesPerPhonePerHour: 5 });
  assert.equal(await strangerStarts(city, 8, () => strangersNetwork), 5);
  assert.equal(await registers(city, await city.stranger()), false);
});

test('from many networks a stranger sends fifteen messages, and a device whose account has the phone gets its codes all the same', async () => {
  const city = await open();
  const device = await city.stranger();
  assert.ok(await registers(city, device));
  assert.equal(await strangerStarts(city, 20, (time) => `203.0.${time}.0/24`), 14);
  assert.equal(await registers(city, await city.stranger()), false, 'a new device of the owner has to wait');
  for (let time = 0; time < 5; time += 1) assert.ok((await city.startRegistration(owner, device, strangersNetwork)).code !== null);
  assert.equal((await city.startRegistration(owner, device, strangersNetwork)).code, null, 'five an hour there, too');
  const other = await city.register(identity(2), await city.stranger());
  assert.equal((await city.startRegistration(owner, other, ownersNetwork)).code, null, "a device of another's account has none of it");
});

test('where the server does not say the network, all starts count as of one', async () => {
  const city = await open();
  let sent = 0;
  for (let time = 0; time < 7; time += 1) sent += Number((await city.startRegistration(identity(200 + time, { phone: owner.phone }), await city.stranger())).code !== null);
  assert.equal(sent, 5);
});
