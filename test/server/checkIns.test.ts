import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { checkIn, checkOut, getMyStatus } from '@health-kit/api';
import { connect, newVisitId, perform } from '@health-kit/simulate';
import { startCity, type City } from './city.ts';
import { refused } from './refused.ts';

const minuteMs = 60_000;
const dayMs = 86_400_000;

let city: City;
before(async () => {
  city = await startCity();
});
after(() => city.close());

function visitsOf(visitId: string) {
  return city.rows<{ venue_id: string; arrived_at: Date; left_at: Date; left_assumed: boolean; source: string; gate_id: string | null; subject: string }>(
    'SELECT venue_id, arrived_at, left_at, left_assumed, source, gate_id, subject FROM visit.visit WHERE visit_id = $1', [visitId],
  );
}

test('a check-in is stored with the usual stay of the venue and repeated as one visit', async () => {
  const now = city.now();
  const { venue } = await city.venue({ kind: 'restaurant' });
  const resident = await city.resident();
  const visitId = newVisitId();
  const first = await resident.checkIn(venue.venueCode, { visitId });
  const again = await resident.checkIn(venue.venueCode, { visitId });
  assert.deepEqual(again, first);
  assert.equal(first.venueId, venue.venueId);
  assert.equal(Date.parse(first.assumedLeftAt) - Date.parse(first.arrivedAt), 60 * minuteMs);
  const stored = await visitsOf(visitId);
  assert.equal(stored.length, 1);
  assert.deepEqual({ ...stored[0], subject: '' }, {
    venue_id: venue.venueId, arrived_at: new Date(now), left_at: new Date(now + 60 * minuteMs), left_assumed: true, source: 'resident', gate_id: null, subject: '',
  });
});

test('a check-out replaces the assumed end of the own visit and of no other', async () => {
  const now = city.now();
  const { venue } = await city.venue();
  const resident = await city.resident();
  const stranger = await city.resident();
  const visit = await resident.checkIn(venue.venueCode, { arrivedAt: now - 30 * minuteMs });
  await refused(stranger.checkOut(visit, venue.venueCode, now), 'not-found');
  await refused(resident.checkOut({ ...visit, visitId: newVisitId() }, venue.venueCode, now), 'not-found');
  await refused(resident.checkOut(visit, venue.venueCode, now - 31 * minuteMs), 'invalid-request');
  await refused(resident.checkOut(visit, venue.venueCode, now + 10 * minuteMs), 'invalid-request');
  await resident.checkOut(visit, venue.venueCode, now - 5 * minuteMs);
  await resident.checkOut(visit, venue.venueCode, now - 5 * minuteMs);
  const [stored] = await visitsOf(visit.visitId);
  assert.deepEqual([stored?.left_at, stored?.left_assumed], [new Date(now - 5 * minuteMs), false]);
});

test('a forged or altered venue code is refused, and so is what is no venue code', async () => {
  const { venue } = await city.venue();
  const resident = await city.resident();
  const middle = Math.floor(venue.venueCode.length / 2);
  const altered = venue.venueCode.slice(0, middle) + (venue.venueCode[middle] === 'A' ? 'B' : 'A') + venue.venueCode.slice(middle + 1);
  await refused(resident.checkIn(altered), 'venue-code-refused');
  await refused(resident.checkIn('A'.repeat(200)), 'venue-code-refused');
  await resident.checkIn(venue.venueCode);
});

test('an arrival outside the day of the ticket or in the future is refused', async () => {
  const now = city.now();
  const { venue } = await city.venue();
  const resident = await city.resident();
  await refused(resident.checkIn(venue.venueCode, { arrivedAt: now - dayMs }), 'invalid-request');
  await refused(resident.checkIn(venue.venueCode, { arrivedAt: now + 3 * minuteMs }), 'invalid-request');
  await resident.checkIn(venue.venueCode, { arrivedAt: now + minuteMs });
});

test('only the day ticket of a resident checks in: no ticket, an altered one, and a gate\'s are refused alike', async () => {
  const now = city.now();
  const { host, venue } = await city.venue();
  const gate = await city.gate(host, venue);
  const { ticket } = await (await city.resident()).ticket();
  const body = { visitId: newVisitId(), venueCode: venue.venueCode, arrivedAt: new Date(now).toISOString() };
  for (const wrong of [`${ticket.slice(0, -1)}${ticket.endsWith('A') ? 'B' : 'A'}`, `${ticket}AAAA`, ticket.slice(5), 'x', gate.session.ticket]) {
    await refused(perform(connect(city.world, { ticket: wrong }), checkIn, { body }), 'not-authorized');
  }
  const answer = await fetch(`${city.system.origin}/v1/check-ins`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
  assert.equal(answer.status, 401);
  assert.equal((await visitsOf(body.visitId)).length, 0);
});

test("yesterday's ticket delivers yesterday's queued visits, and none of today", async () => {
  const now = city.now();
  const { venue } = await city.venue();
  const resident = await city.resident();
  const { ticket } = await resident.ticket();
  const yesterday = connect(city.world, { ticket });
  await city.advance(dayMs);
  const queued = { visitId: newVisitId(), venueCode: venue.venueCode, arrivedAt: new Date(now + 5 * minuteMs).toISOString() };
  await perform(yesterday, checkIn, { body: queued });
  assert.equal((await visitsOf(queued.visitId)).length, 1);
  await perform(yesterday, checkOut, { body: { ...queued, leftAt: new Date(now + 9 * minuteMs).toISOString() } });
  await refused(perform(yesterday, checkIn, { body: { ...queued, visitId: newVisitId(), arrivedAt: new Date(now + dayMs).toISOString() } }), 'invalid-request');
  // For everything else the day of a ticket is over with its day.
  await refused(perform(connect(city.world, { key: resident.key, ticket }), getMyStatus, {}), 'not-authorized');
});

test('a person bears another name in the visit table on each day', async () => {
  const { venue } = await city.venue();
  const resident = await city.resident();
  const today = await resident.checkIn(venue.venueCode);
  await city.advance(dayMs);
  const tomorrow = await resident.checkIn(venue.venueCode);
  const subjects = [...(await visitsOf(today.visitId)), ...(await visitsOf(tomorrow.visitId))].map(({ subject }) => subject);
  assert.equal(new Set(subjects).size, 2);
});

test('a guard\'s scan books the visit under the same name as the resident\'s own check-in, once', async () => {
  const { host, venue } = await city.venue();
  const gate = await city.gate(host, venue);
  const resident = await city.resident();
  const own = await resident.checkIn(venue.venueCode);
  const [scan] = await gate.scan([await resident.turningCode()]);
  assert.equal(scan?.outcome, 'recorded');
  const [ownRow] = await visitsOf(own.visitId);
  const [scanned] = await visitsOf(scan?.visitId ?? '');
  assert.equal(scanned?.subject, ownRow?.subject);
  assert.deepEqual([scanned?.source, scanned?.gate_id, scanned?.venue_id], ['gate', gate.session.gateId, venue.venueId]);
});

test('a screenshot scanned a minute later is refused, and the others of the same delivery are recorded', async () => {
  const { host, venue } = await city.venue();
  const gate = await city.gate(host, venue);
  const [first, second] = [await city.resident(), await city.resident()];
  const screenshot = await first.turningCode();
  await city.advance(minuteMs);
  const outcomes = await gate.scan([screenshot, await second.turningCode(), 'HK1:NOT A PASS AT ALL 1234']);
  assert.deepEqual(outcomes.map(({ outcome }) => outcome), ['refused', 'recorded', 'refused']);
});

test('scans that were queued while the network was down are judged at the time of the scan', async () => {
  const now = city.now();
  const { host, venue } = await city.venue();
  const gate = await city.gate(host, venue);
  const code = await (await city.resident()).turningCode();
  await city.advance(2 * 60 * minuteMs);
  await gate.renewTicket();
  assert.deepEqual((await gate.scan([code], now)).map(({ outcome }) => outcome), ['recorded']);
});
