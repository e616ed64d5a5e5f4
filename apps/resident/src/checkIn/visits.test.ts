import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Day, type ResponseOf, type issueTicket } from '@health-kit/api';
import { Value } from 'typebox/value';
import { afterDelivery, assumedEndMs, departureChoices, forgottenVisit, newVisit, nextDelivery, visitInProgress } from './visits.ts';

const arrivedAtMs = Date.UTC(2026, 10, 23, 4);
const reading = {
  kind: 'genuine', code: 'A'.repeat(80), issuer: '临江市',
  venue: { issuer: 'LJ', issuedAt: 0, venueId: new Uint8Array(16), venueName: '东方商场', usualStayMinutes: 30, venueKind: 'shop' },
} as const;
const ticket: ResponseOf<typeof issueTicket> = {
  ticket: 'HKT1.today', day: Value.Parse(Day, '2026-11-23'), dayStart: '2026-11-22T16:00:00.000Z', dayEnd: '2026-11-23T16:00:00.000Z', identityProven: true,
};
const visitId = 'c0ffee00-0000-4000-8000-000000000001';
const refused = (status: number) => ({ ok: false, reason: 'refused', problem: { type: 'urn:health-kit:problem:x', title: '', detail: '', status } }) as const;

test('a visit carries the ticket of its own day, and none of another day', () => {
  assert.equal(newVisit(reading, visitId, arrivedAtMs, ticket).ticket, 'HKT1.today');
  assert.equal(newVisit(reading, visitId, arrivedAtMs + 24 * 3600_000, ticket).ticket, null);
  assert.equal(newVisit(reading, visitId, arrivedAtMs, null).ticket, null);
});

test('a visit that nobody answered for, or that the server asked to bring later, waits on unchanged', () => {
  const visit = newVisit(reading, visitId, arrivedAtMs, ticket);
  assert.deepEqual(afterDelivery(visit, 'checkIn', { ok: false, reason: 'unreachable' }), visit);
  assert.deepEqual(afterDelivery(visit, 'checkIn', { ok: false, reason: 'malformed', status: 403, contentType: 'text/html' }), visit);
  for (const status of [429, 500, 503]) assert.deepEqual(afterDelivery(visit, 'checkIn', refused(status)), visit);
});

test('a refused visit is not sent again, and neither is its check-out', () => {
  const visit = { ...newVisit(reading, visitId, arrivedAtMs, ticket), checkOut: 'waiting' as const };
  const after = afterDelivery(visit, 'checkIn', refused(422));
  assert.equal(after.checkIn, 'refused');
  assert.equal(after.refusal, 'urn:health-kit:problem:x');
  assert.equal(nextDelivery(after), null);
});

test('the check-out is delivered after the check-in, and then nothing more', () => {
  const left = { ...newVisit(reading, visitId, arrivedAtMs, ticket), leftAt: '2026-11-23T04:20:00.000Z', checkOut: 'waiting' as const };
  assert.equal(nextDelivery(left), 'checkIn');
  const inside = afterDelivery(left, 'checkIn', { ok: true, value: null });
  assert.equal(nextDelivery(inside), 'checkOut');
  assert.equal(nextDelivery(afterDelivery(inside, 'checkOut', { ok: true, value: null })), null);
});

test('one is at a venue until the check-out or the end of the usual stay', () => {
  const visit = newVisit(reading, visitId, arrivedAtMs, ticket);
  assert.equal(visitInProgress([visit], arrivedAtMs + 29 * 60_000), visit);
  assert.equal(visitInProgress([visit], arrivedAtMs + 30 * 60_000), null);
  assert.equal(visitInProgress([{ ...visit, leftAt: visit.arrivedAt }], arrivedAtMs), null);
});

test('a check-out is forgotten once the usual stay is over, for a day, and unless it was answered or refused', () => {
  const visit = newVisit(reading, visitId, arrivedAtMs, ticket);
  const minuteMs = 60_000;
  assert.equal(assumedEndMs(visit), arrivedAtMs + 30 * minuteMs);
  assert.equal(forgottenVisit([visit], arrivedAtMs + 30 * minuteMs - 1), null);
  assert.equal(forgottenVisit([visit], arrivedAtMs + 30 * minuteMs), visit);
  assert.equal(forgottenVisit([visit], arrivedAtMs + 24 * 60 * minuteMs), null);
  const later = arrivedAtMs + 40 * minuteMs;
  for (const answered of [{ ...visit, leftAt: visit.arrivedAt }, { ...visit, usualStayKept: true }, { ...visit, checkIn: 'refused' as const }]) assert.equal(forgottenVisit([answered], later), null);
  assert.deepEqual(departureChoices(visit, later), [15, 30].map((minutes) => arrivedAtMs + minutes * minuteMs), 'none is yet to come');
  assert.equal(departureChoices(visit, arrivedAtMs + 23 * 60 * minuteMs).length, 16 + 19);
});
