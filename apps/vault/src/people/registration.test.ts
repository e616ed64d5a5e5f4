import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { issueDayTicket } from '@health-kit/api/vault';
import { openTicket } from '@health-kit/ticket';
import { identity, startCity, type City } from '../../test/city.ts';

let city: City;
before(async () => {
  city = await startCity();
});
after(() => city.close());

test('a registration is confirmed by the code on the phone, and the device then gets a ticket for today', async () => {
  const resident = await city.register(identity(1));
  const answer = (await resident.call(issueDayTicket, 'POST', '/v1/tickets', {})).content;
  assert.equal(answer.day, '2026-11-23');
  assert.equal(answer.dayStart, '2026-11-22T16:00:00.000Z');
  assert.equal(answer.identityProven, false);
  const opened = openTicket(answer.ticket, (day) => city.vault.keys.ticketKey(city.vault.calendar.dayOf(Date.parse(`${day}T04:00:00Z`))));
  assert.ok(opened.ok && opened.ticket.kind === 'resident');
  assert.equal(new Set([opened.ticket.visit, opened.ticket.health, opened.ticket.notify, opened.ticket.venue]).size, 4);
});
