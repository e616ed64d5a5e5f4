/** Tomorrow's pass over the started system's own interfaces: fetched in the evening, shown from midnight on without asking anybody. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { getStatusList, issuePass } from '@health-kit/api';
import { call, openConnection } from '@health-kit/client';
import { decodeBase64url, readUnverifiedPass, statusOfPass, verifyStatusList, verifyTurningCode } from '@health-kit/pass';
import type { Gate, Resident } from '@health-kit/simulate';
import { startCity, type City } from './city.ts';
import { openOffices, type Offices } from './labsOffices.ts';

const minuteMs = 60_000;
/** 18:00 and the midnight after it in Shanghai. */
const [eveningStart, midnight] = [Date.parse('2026-11-23T10:00:00Z'), Date.parse('2026-11-23T16:00:00Z')];

let city: City;
let offices: Offices;
let gate: Gate;
before(async () => {
  city = await startCity();
  offices = await openOffices(city);
  const { host, venue } = await city.venue();
  gate = await city.gate(host, venue);
});
after(() => city.close());

const setTime = (ms: number) => city.advance(ms - city.now());
const claimsOf = (pass: string) => readUnverifiedPass(decodeBase64url(pass) ?? assert.fail('not base64url')) ?? assert.fail('no pass');
/** What the published status list says of a pass. */
async function listed(pass: string) {
  const { keys } = await city.world.trust();
  const claims = claimsOf(pass);
  const list = await call(openConnection(city.system.origin), getStatusList, { params: { list: claims.statusListId } });
  assert.ok(list.ok);
  const verified = await verifyStatusList(list.value, { issuers: keys }, city.now());
  assert.ok(verified.accepted);
  return statusOfPass(claims, [verified.statusList]);
}
/** What the guard's device says of the code on the screen, and what the server says of the scan. */
async function atTheGate(resident: Resident) {
  const code = await resident.turningCode();
  const verified = await verifyTurningCode(code, { issuers: (await city.world.trust()).keys }, city.now());
  return [verified.accepted ? verified.pass.status : verified.reason, (await gate.scan([code]))[0]?.outcome];
}
const visits = async () => (await city.rows<{ arrived_at: Date }>("SELECT arrived_at FROM visit.visit WHERE source = 'gate' ORDER BY arrived_at"))
  .map(({ arrived_at }) => ({ arrived: arrived_at.getTime() }));
async function refusalOf(resident: Resident) {
  const answer = await call({ ...openConnection(city.system.origin, { key: resident.key }), now: () => city.now() }, issuePass, { body: { day: 'tomorrow' } });
  return answer.ok ? null : answer.reason === 'refused' ? answer.problem.status : answer.reason;
}

test("tomorrow's pass is fetched in the evening, opens no door before midnight, and every door from then on without another request", async () => {
  const [resident, tested, late] = [await city.resident({ verified: true }), await city.resident({ verified: true }), await city.resident({ verified: true })];
  const barcode = offices.newBarcode();
  await offices.sampler.registerSpecimen(tested, barcode);
  await setTime(eveningStart - minuteMs);
  assert.equal(await refusalOf(resident), 404, 'there is none before the evening');
  await setTime(eveningStart);
  const [tomorrow, testeds, lates] = [await resident.tomorrowPass(), await tested.tomorrowPass(), await late.tomorrowPass()];
  assert.deepEqual([tomorrow.day, Date.parse(tomorrow.expiresAt)], ['2026-11-24', midnight + 26 * 60 * minuteMs]);
  assert.equal(await listed(tomorrow.pass), 'valid', 'its list is published the evening before');
  for (const [person, pass] of [[resident, tomorrow], [tested, testeds], [late, lates]] as const) person.takeUp(pass);

  // A result that comes in the evening reaches a pass of tomorrow through its list, before the day begins.
  await setTime(eveningStart + 60 * minuteMs);
  await offices.laboratory.signIn();
  await offices.laboratory.submitResult(barcode, 'positive');
  await city.advance(minuteMs);
  assert.deepEqual([claimsOf(testeds.pass).status, await listed(testeds.pass), await listed(tomorrow.pass)], ['clear', 'invalid', 'valid']);

  await setTime(midnight - 16_000);
  await assert.rejects(resident.turningCode(), RangeError, 'the phone itself makes no code of it');
  await setTime(midnight + 2_000);
  assert.deepEqual(await atTheGate(resident), ['clear', 'recorded']);
  // The visit is of the new day, and so of that day's pseudonym.
  assert.deepEqual(await visits(), [{ arrived: midnight + 2_000 }]);
  // A gate whose clock lags a few seconds loses no visit: it is booked at the first moment of the pass's day.
  const outcomes = await gate.scan([await late.turningCode()], midnight - 8_000);
  assert.deepEqual(outcomes.map(({ outcome }) => outcome), ['recorded']);
  assert.deepEqual(await visits(), [{ arrived: midnight }, { arrived: midnight + 2_000 }]);
  // The next refresh brings the pass that says what the night changed.
  await tested.renewPass();
  assert.equal((await atTheGate(tested))[0], 'isolate');
});
