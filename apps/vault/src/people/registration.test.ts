import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { beginRegistration, confirmRegistrationCode, issueDayTicket, storePortraitDigest } from '@health-kit/api/vault';
import { openTicket } from '@health-kit/ticket';
import { identity, startCity, startMs, type Caller, type City } from '../../test/city.ts';
import { localDay } from '../identifiers.ts';

let city: City;
before(async () => {
  city = await startCity({ limits: { failedCodesPerHour: 40 } });
});
after(() => city.close());

const start = async (device: Caller, sealed: string) => device.call(beginRegistration, 'POST', '/v1/registrations', { sealed });
const confirm = (device: Caller, registrationId: string, code: string) => device.call(confirmRegistrationCode, 'POST', `/v1/registrations/${registrationId}/confirmation`, { code });
const ticketOf = async (device: Caller) => {
  const { ticket } = (await device.call(issueDayTicket, 'POST', '/v1/tickets', {})).content;
  const opened = openTicket(ticket, (day) => city.vault.keys.ticketKey(localDay(day)));
  assert.ok(opened.ok && opened.ticket.kind === 'resident');
  return opened.ticket;
};
const wrong = (code: string | null) => (code === '00000000' ? '00000001' : '00000000');
const people = async () => (await city.database.sql<{ count: number }>('SELECT count(*)::int AS count FROM vault.person'))[0]?.count;

test('a registration is confirmed by the code on the phone, and the device then gets a ticket for today', async () => {
  const resident = await city.register(identity(1));
  const answer = (await resident.call(issueDayTicket, 'POST', '/v1/tickets', {})).content;
  assert.equal(answer.day, '2026-11-23');
  assert.equal(answer.dayStart, '2026-11-22T16:00:00.000Z');
  assert.equal(answer.dayEnd, '2026-11-23T16:00:00.000Z');
  assert.equal(answer.identityProven, false);
  const ticket = await ticketOf(resident);
  assert.equal(new Set([ticket.visit, ticket.health, ticket.notify, ticket.venue]).size, 4, 'each sector has a pseudonym of its own');
});

test('the visit pseudonym changes with the day, the others stay', async () => {
  const resident = await city.register(identity(2));
  const monday = await ticketOf(resident);
  city.clock.set(startMs + 86_400_000);
  const tuesday = await ticketOf(resident);
  city.clock.set(startMs);
  assert.notEqual(tuesday.visit, monday.visit);
  assert.deepEqual([tuesday.health, tuesday.notify, tuesday.venue], [monday.health, monday.notify, monday.venue]);
});

test('nothing that is stored bears the name, the document number or the phone number', async () => {
  await city.register(identity(3, { familyName: 'Kanarienvogel', givenName: 'Cosima', documentType: 'passport', documentNumber: 'C01X00T47', phone: '+4915112345678', language: 'en' }));
  const tables = await city.database.sql<{ name: string }>("SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname IN ('vault', 'ledger')");
  assert.ok(tables.length > 20);
  for (const { name } of tables) {
    const rows = await city.database.sql<{ text: string }>(`SELECT t::text AS text FROM ${name} t`);
    for (const { text } of rows) {
      for (const canary of ['Kanarienvogel', 'Cosima', 'C01X00T47', '15112345678']) {
        assert.ok(!text.includes(canary) && !text.includes(Buffer.from(canary).toString('hex')), `${name} bears ${canary}`);
      }
    }
  }
});

test('confirming again by the same device is success and makes no second person', async () => {
  const device = await city.stranger();
  const { registrationId, code } = await city.startRegistration(identity(4), device);
  assert.ok(code !== null);
  assert.equal((await confirm(device, registrationId, code)).status, 200);
  const before = await people();
  assert.equal((await confirm(device, registrationId, code)).status, 200);
  assert.equal(await people(), before);
});

test('the code is bound to the device that asked for it', async () => {
  const device = await city.stranger();
  const { registrationId, code } = await city.startRegistration(identity(5), device);
  assert.equal((await confirm(await city.stranger(), registrationId, code ?? '')).refusal, 'code-refused');
  assert.equal((await confirm(device, registrationId, code ?? '')).status, 200);
});

test('after five wrong guesses the right code is refused too', async () => {
  const device = await city.stranger();
  const { registrationId, code } = await city.startRegistration(identity(6), device);
  for (let guess = 0; guess < 5; guess += 1) assert.equal((await confirm(device, registrationId, wrong(code))).refusal, 'code-refused');
  assert.equal((await confirm(device, registrationId, code ?? '')).refusal, 'code-refused');
});

test('a code dies after five minutes', async () => {
  const device = await city.stranger();
  const { registrationId, code } = await city.startRegistration(identity(7), device);
  city.clock.set(startMs + 5 * 60_000);
  assert.equal((await confirm(device, registrationId, code ?? '')).refusal, 'code-refused');
  city.clock.set(startMs);
});

test('a device has one live challenge: starting again ends the one before', async () => {
  const device = await city.stranger();
  const first = await city.startRegistration(identity(8), device);
  const second = await city.startRegistration(identity(8), device);
  assert.equal((await confirm(device, first.registrationId, first.code ?? '')).refusal, 'code-refused');
  assert.equal((await confirm(device, second.registrationId, second.code ?? '')).status, 200);
});

test('a phone gets five codes an hour, and whoever asks for a sixth gets the same answer without one', async () => {
  for (let message = 0; message < 5; message += 1) assert.notEqual((await city.startRegistration(identity(9), await city.stranger())).code, null);
  const device = await city.stranger();
  const sent = city.messages.length;
  const answer = await start(device, await city.seal(identity(9)));
  await city.vault.messages.settle(2000);
  assert.deepEqual(Object.keys(answer.content).sort(), ['expiresAt', 'registrationId', 'resendAfterSeconds']);
  assert.equal(city.messages.length, sent);
  city.clock.set(startMs + 3_600_001);
  assert.notEqual((await city.startRegistration(identity(9), await city.stranger())).code, null);
  city.clock.set(startMs);
});

test('the answer to a known document and phone is that to an unknown one', async () => {
  const known = identity(10);
  await city.prove(await city.register(known));
  const [forKnown, forUnknown] = [await start(await city.stranger(), await city.seal(known)), await start(await city.stranger(), await city.seal(identity(11)))];
  const shape = ({ registrationId, ...rest }: { registrationId: string }) => ({ length: registrationId.length, ...rest });
  assert.equal(forKnown.status, forUnknown.status);
  assert.deepEqual(shape(forKnown.content), shape(forUnknown.content));
});

test('the message is in the resident\'s language', async () => {
  await city.startRegistration(identity(12, { language: 'en' }), await city.stranger());
  assert.match(city.messages.at(-1)?.text ?? '', /^Haichuan health pass: your code is \d{8}/);
  await city.startRegistration(identity(13), await city.stranger());
  assert.match(city.messages.at(-1)?.text ?? '', /^【海川健康码】验证码 \d{8}/);
});

test('a registered device that starts again keeps what it has until it confirms, and then is the new account\'s', async () => {
  const resident = await city.register(identity(14));
  const before = await ticketOf(resident);
  const { registrationId, code } = await city.startRegistration(identity(15), resident);
  assert.equal((await ticketOf(resident)).health, before.health);
  assert.equal((await confirm(resident, registrationId, code ?? '')).status, 200);
  assert.notEqual((await ticketOf(resident)).health, before.health);
});

test('what is not an identity sealed to the vault is refused', async () => {
  const device = await city.stranger();
  assert.equal((await start(device, 'aaaa.bbbb.cccc.dddd.eeee')).refusal, 'invalid-request');
  for (const changes of [{ documentNumber: '110101199001010013' }, { familyName: '\u202eabc' }, { documentType: 'passport' as const, documentNumber: '!!!!' }]) {
    assert.equal((await start(device, await city.seal(identity(16, changes)))).refusal, 'invalid-request', JSON.stringify(changes));
  }
});

test('a key that registered nothing gets no ticket and stores no portrait digest', async () => {
  const device = await city.stranger();
  assert.equal((await device.call(issueDayTicket, 'POST', '/v1/tickets', {})).refusal, 'not-authorized');
  assert.equal((await device.call(storePortraitDigest, 'PUT', '/v1/me/portrait-digest', { digest: Buffer.alloc(16).toString('base64url') })).refusal, 'not-authorized');
});

test('a portrait digest has exactly sixteen bytes', async () => {
  const resident = await city.register(identity(17));
  const put = (bytes: number) => resident.call(storePortraitDigest, 'PUT', '/v1/me/portrait-digest', { digest: Buffer.alloc(bytes, 7).toString('base64url') });
  assert.equal((await put(16)).status, 200);
  assert.equal((await put(15)).refusal, 'invalid-request');
});

test('wrong codes of all callers together have a budget', async () => {
  const many = await city.stranger();
  for (let registration = 0; registration < 8; registration += 1) {
    const { registrationId, code } = await city.startRegistration(identity(100 + registration), many);
    for (let guess = 0; guess < 5; guess += 1) await confirm(many, registrationId, wrong(code));
  }
  const { registrationId, code } = await city.startRegistration(identity(18), await city.stranger());
  assert.equal((await confirm(many, registrationId, code ?? '')).refusal, 'too-many-requests');
  city.clock.set(startMs + 3_600_001);
  const later = await city.register(identity(19));
  assert.equal((await later.call(issueDayTicket, 'POST', '/v1/tickets', {})).status, 200);
});
