import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { beginRegistration, confirmRegistrationCode } from '@health-kit/api/vault';
import { identity, startCity, startMs, type City } from '../../test/city.ts';
import { registrationId } from '../identifiers.ts';
import { rangeOf } from './messageBudget.ts';
import { codeHash } from './oneTimeCode.ts';

let city: City;
before(async () => {
  city = await startCity({ limits: { codesPerPhonePerHour: 3, codesPerDevicePerHour: 4, codesPerRangePerHour: 6, codesPerHour: 8 } });
});
after(() => city.close());

const hourMs = 3_600_000;
let hours = 0;
/** A new hour, with budgets that nobody has used. */
function nextHour(): void {
  hours += 2;
  city.clock.set(startMs + hours * hourMs);
}
/** A phone of a range of its own. */
const phoneOf = (range: number, number: number) => `+49${String(15100 + range)}${String(number).padStart(6, '0')}`;
let people = 0;
const person = (phone: string) => identity((people += 1), { phone });
const isSent = async (phone: string, device = city.stranger()) => (await city.startRegistration(person(phone), await device)).code !== null;

test('a range is the first seven digits of a number and its length', () => {
  assert.equal(rangeOf('+8613800138000'), rangeOf('+8613800999999'));
  assert.notEqual(rangeOf('+8613800138000'), rangeOf('+8613801138000'));
  assert.notEqual(rangeOf('+861380013800'), rangeOf('+8613800138000'));
});

test('a device has a budget, whatever the numbers it types', async () => {
  nextHour();
  const device = await city.stranger();
  for (let message = 0; message < 4; message += 1) assert.ok(await isSent(phoneOf(message, 1), Promise.resolve(device)));
  assert.equal(await isSent(phoneOf(5, 1), Promise.resolve(device)), false);
  assert.ok(await isSent(phoneOf(5, 1)), 'another device is not concerned');
});

test('a range of numbers has a budget, whatever the devices', async () => {
  nextHour();
  for (let message = 0; message < 6; message += 1) assert.ok(await isSent(phoneOf(10, message)));
  assert.equal(await isSent(phoneOf(10, 7)), false);
  assert.ok(await isSent(phoneOf(11, 7)), 'another range is not concerned');
});

test('everybody together has a budget, which is free again an hour later', async () => {
  nextHour();
  for (let message = 0; message < 8; message += 1) assert.ok(await isSent(phoneOf(20 + message, 1)));
  assert.equal(await isSent(phoneOf(40, 1)), false);
  city.clock.set(city.clock.now() + hourMs + 1);
  assert.ok(await isSent(phoneOf(40, 1)));
});

test('whoever is over a budget gets the usual answer, and a challenge that accepts no code, not even the right one', async () => {
  nextHour();
  const confirmed = async () => {
    const device = await city.stranger();
    const answer = await device.call(beginRegistration, 'POST', '/v1/registrations', { sealed: await city.seal(person(phoneOf(50, 1))) });
    const { registrationId: id } = answer.content;
    // What the code is only the phone would say, and none went there: another takes its place, which would be right.
    await city.database.sql('UPDATE vault.registration SET code_hash = $2 WHERE registration_id = $1', [id, codeHash(city.vault, registrationId(id), '31415926')]);
    return { members: Object.keys(answer.content).sort(), refusal: (await device.call(confirmRegistrationCode, 'POST', `/v1/registrations/${id}/confirmation`, { code: '31415926' })).refusal };
  };
  const within = await confirmed();
  for (let message = 0; message < 2; message += 1) assert.ok(await isSent(phoneOf(50, 1)));
  const over = await confirmed();
  assert.deepEqual(over.members, within.members);
  assert.deepEqual([within.refusal, over.refusal], [null, 'code-refused']);
});
