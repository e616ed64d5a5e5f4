import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import pg from 'pg';
import { dayKeys, factsChanged, issueDayPass, publicKeys, signStatusList, signVenue, storePortraitDigest } from '@health-kit/api/vault';
import { decodeBase64url, statusOfPass, verifyPass, verifyStatusList, verifyVenueCode, type TrustList } from '@health-kit/pass';
import { healthPseudonym, localDay, personId, venueId as venueIdOf, type PersonId } from '../identifiers.ts';
import { pseudonymOf, visitOfPassId } from '../keys/pseudonym.ts';
import { identity, startCity, startMs, type City, type Resident } from '../../test/city.ts';
import { randomUuid } from '../randomness.ts';
import { listIdOf } from './statusListIndex.ts';

let city: City;
let trust: TrustList;
before(async () => {
  city = await startCity();
  trust = { issuers: (await city.ask(publicKeys, {})).content.keys };
});
after(() => city.close());

const bytesOf = (text: string) => decodeBase64url(text) ?? assert.fail('not base64url');
async function passOf(resident: Resident) {
  const answer = (await resident.call(issueDayPass, 'POST', '/v1/passes', {})).content;
  const verified = await verifyPass(bytesOf(answer.pass), trust, city.clock.now());
  assert.ok(verified.accepted);
  return { ...answer, claims: verified.pass };
}
async function personOf(resident: Resident) {
  const { claims } = await passOf(resident);
  const [found] = await city.database.sql<{ person_id: string }>('SELECT person_id FROM vault.pass WHERE list_id = $1 AND list_index = $2', [claims.statusListId, claims.statusListIndex]);
  return personId(found?.person_id ?? '');
}
async function listed(claims: { issuer: string; statusListId: number; statusListIndex: number }) {
  const { token } = (await city.ask(signStatusList, { list: claims.statusListId })).content;
  const verified = await verifyStatusList(bytesOf(token), trust, city.clock.now());
  assert.ok(verified.accepted);
  return statusOfPass(claims, [verified.statusList]);
}
const [orderFrom, orderTo] = [new Date(startMs), new Date(startMs + 86_400_000)];
/** An order's row as whoever has the server's login could write it; of no proposal unless one is given. */
const writeOrder = async (health: string, kind: string, proposal: string = randomUuid(city.vault.random), to = orderTo, exposed = true) => {
  const server = new pg.Client({ connectionString: city.database.urlOf('hk_server') });
  await server.connect();
  try {
    await server.query('INSERT INTO health.observation_order VALUES ($1, $2, $3, $4, $5, $6, $7, $8, NULL, $7)', [
      randomUuid(city.vault.random), proposal, health, kind, 'law', 'reason', orderFrom, to,
    ]);
    if (exposed) await server.query("INSERT INTO health.exposure VALUES ($1, $2, $3, '2026-11-22', 'close', $4) ON CONFLICT DO NOTHING", [randomUuid(city.vault.random), proposal, health, orderFrom]);
  } finally {
    await server.end();
  }
};
/** A proposal for a person as the vault records it, with its decision. */
async function record(person: string, kind: string, decision: 'approved' | 'refused' | null, to = orderTo): Promise<string> {
  const [proposal, caseId, one, other] = [randomUuid(city.vault.random), randomUuid(city.vault.random), randomUuid(city.vault.random), randomUuid(city.vault.random)];
  const at = new Date(startMs);
  for (const officer of [one, other]) await city.database.sql("INSERT INTO vault.officer VALUES ($1, 'Officer', 'Office', 'Unit', '{tracer}', NULL, $2)", [officer, at]);
  await city.database.sql('INSERT INTO vault.case_authority VALUES ($1, $2, $1, $3, $3)', [caseId, person, at]);
  await city.database.sql('INSERT INTO vault.case_contact VALUES ($1, $2, $3)', [caseId, person, at]);
  await city.database.sql("INSERT INTO vault.order_proposal VALUES ($1, $2, $3, decode(repeat('00', 32), 'hex'), $4, 'Unit', $5, $6, $7, $8)", [
    proposal, caseId, JSON.stringify({ kind, startsAt: orderFrom.toISOString(), endsAt: to.toISOString() }), one, at,
    decision, decision === null ? null : other, decision === null ? null : at,
  ]);
  await city.database.sql('INSERT INTO vault.order_subject VALUES ($1, 0, $2, $3)', [proposal, caseId, person]);
  return proposal;
}
const order = async (person: PersonId, kind: string) => writeOrder(pseudonymOf(city.vault.keys.health, person), kind, await record(person, kind, 'approved'));

test('a pass is signed for today and two hours, with the device\'s key and what masking left', async () => {
  const resident = await city.register(identity(1));
  await resident.call(storePortraitDigest, 'PUT', '/v1/me/portrait-digest', { digest: Buffer.alloc(16, 5).toString('base64url') });
  const { claims, expiresAt, day } = await passOf(resident);
  assert.equal(expiresAt, '2026-11-23T18:00:00.000Z');
  assert.equal(day, '2026-11-23');
  assert.deepEqual([claims.status, claims.maskedName, claims.documentLastTwo], ['unverified', '欧阳＊＊', resident.identity.documentNumber.slice(-2)]);
  assert.deepEqual(claims.portraitDigest && Buffer.from(claims.portraitDigest), Buffer.alloc(16, 5));
  assert.equal(claims.holderKey?.x, (await crypto.subtle.exportKey('jwk', resident.keys.publicKey)).x);
});

test('the server reads the day\'s visit pseudonym out of a pass with the day\'s key', async () => {
  const resident = await city.register(identity(2));
  const person = await personOf(resident);
  const { claims } = await passOf(resident);
  const { passIdKey } = (await city.ask(dayKeys, { day: localDay('2026-11-23') })).content;
  const visitKey = await city.vault.keys.visit(localDay('2026-11-23'));
  assert.ok(visitKey !== null);
  assert.equal(visitOfPassId(Buffer.from(passIdKey, 'base64url'), claims.passId), pseudonymOf(visitKey, person));
});

test('the status is computed from the facts: an order isolates, and what the caller sends cannot', async () => {
  const resident = await city.register(identity(3));
  await city.prove(resident);
  assert.equal((await passOf(resident)).claims.status, 'clear');
  await order(await personOf(resident), 'home-observation');
  assert.equal((await passOf(resident)).claims.status, 'isolate');
  assert.equal((await resident.call(issueDayPass, 'POST', '/v1/passes', { status: 'clear' })).refusal, 'invalid-request');
});

test('an order or exposure that rests on no approval of the vault for that very person and term changes nobody\'s pass', async () => {
  const [resident, other] = [await city.register(identity(20)), await city.register(identity(21))];
  await city.prove(resident);
  await city.prove(other);
  const [person, otherPerson] = [await personOf(resident), await personOf(other)];
  const health = pseudonymOf(city.vault.keys.health, person);
  await writeOrder(health, 'home-observation');
  await writeOrder(health, 'home-observation', await record(person, 'home-observation', null));
  await writeOrder(health, 'home-observation', await record(person, 'home-observation', 'refused'));
  await writeOrder(health, 'home-observation', await record(otherPerson, 'home-observation', 'approved'));
  assert.equal((await passOf(resident)).claims.status, 'clear');
  assert.equal((await city.ask(factsChanged, { subjects: [health] })).content.invalidated, 0);
  // Of an approval with other terms the exposure counts, and the order that was written larger does not.
  const approved = await record(person, 'test', 'approved');
  await writeOrder(health, 'home-observation', approved);
  assert.equal((await passOf(resident)).claims.status, 'caution');
  await writeOrder(health, 'home-observation', await record(person, 'home-observation', 'approved'), new Date(startMs + 2 * 86_400_000));
  assert.equal((await passOf(resident)).claims.status, 'caution');
  await order(person, 'home-observation');
  assert.equal((await passOf(resident)).claims.status, 'isolate', 'the control');
});

test('nobody lifts an approved order by its row: the server may not change it, and what it says of a release does not count', async () => {
  const resident = await city.register(identity(7));
  await city.prove(resident);
  const person = await personOf(resident);
  await order(person, 'home-observation');
  const health = pseudonymOf(city.vault.keys.health, person);
  const server = new pg.Client({ connectionString: city.database.urlOf('hk_server') });
  await server.connect();
  try {
    await assert.rejects(server.query('UPDATE health.observation_order SET released_at = $1 WHERE subject = $2', [orderFrom, health]), /permission denied/);
  } finally {
    await server.end();
  }
  // Who can write the row all the same, as the owner or with the insertion.
  const released = await city.database.sql('UPDATE health.observation_order SET released_at = $1 WHERE subject = $2 RETURNING order_id', [orderFrom, health]);
  assert.equal(released.length, 1);
  assert.equal((await passOf(resident)).claims.status, 'isolate');
});

test('a device has sixty passes a day issued, and the next day again', async () => {
  const resident = await city.register(identity(8));
  const ask = () => resident.call(issueDayPass, 'POST', '/v1/passes', {});
  for (let count = 0; count < 60; count += 1) assert.equal((await ask()).status, 200);
  assert.equal((await ask()).refusal, 'too-many-requests');
  assert.equal((await (await city.register(identity(9))).call(issueDayPass, 'POST', '/v1/passes', {})).status, 200);
  city.clock.set(startMs + 86_400_000);
  assert.equal((await ask()).status, 200);
  city.clock.set(startMs);
});

test('when facts change, passes that say otherwise turn invalid, and only those', async () => {
  const [ordered, other] = [await city.register(identity(4)), await city.register(identity(5))];
  await city.prove(ordered);
  await city.prove(other);
  const [stale, sound] = [await passOf(ordered), await passOf(other)];
  const person = await personOf(ordered);
  const health = pseudonymOf(city.vault.keys.health, person);
  assert.equal(await listed(stale.claims), 'valid');
  await order(person, 'test');
  const changed = await city.ask(factsChanged, { subjects: [health, pseudonymOf(city.vault.keys.health, await personOf(other))] });
  assert.equal(changed.content.invalidated, 2, 'both passes of the ordered person: the one shown and the one made to find them');
  assert.deepEqual([await listed(stale.claims), await listed(sound.claims)], ['invalid', 'valid']);
  const fresh = await passOf(ordered);
  assert.deepEqual([fresh.claims.status, await listed(fresh.claims)], ['caution', 'valid']);
  assert.equal((await city.ask(factsChanged, { subjects: [health] })).content.invalidated, 0);
});

test('pseudonyms that are nobody\'s change nothing', async () => {
  assert.equal((await city.ask(factsChanged, { subjects: [healthPseudonym('00000000-0000-4000-8000-000000000000')] })).content.invalidated, 0);
});

test('a proven identity ends the unverified pass', async () => {
  const resident = await city.register(identity(6));
  const before = await passOf(resident);
  await city.prove(resident);
  assert.equal(await listed(before.claims), 'invalid');
});

test('a status list is signed again when something changed or a minute has passed, and not before', async () => {
  const list = listIdOf(localDay('2026-11-23'), 0);
  const first = (await city.ask(signStatusList, { list })).content;
  assert.deepEqual((await city.ask(signStatusList, { list })).content, first);
  city.clock.set(startMs + 60_000);
  assert.notEqual((await city.ask(signStatusList, { list })).content.token, first.token);
  city.clock.set(startMs);
});

test('there are lists of today, of yesterday, which has passes in force until two, and of tomorrow, whose are issued in the evening; and no others', async () => {
  const ask = async (day: string) => (await city.ask(signStatusList, { list: listIdOf(localDay(day), 0) })).refusal;
  const days = ['2026-11-21', '2026-11-22', '2026-11-23', '2026-11-24', '2026-11-25'];
  assert.deepEqual(await Promise.all(days.map(ask)), ['not-found', null, null, null, 'not-found']);
});

/** 18:00, and the midnight after it, of the first day in Shanghai. */
const [eveningStart, midnight] = [Date.parse('2026-11-23T10:00:00Z'), Date.parse('2026-11-23T16:00:00Z')];
/** Tomorrow's pass, verified as of tomorrow's first moment. */
async function tomorrowOf(resident: Resident) {
  const answer = await resident.call(issueDayPass, 'POST', '/v1/passes', { day: 'tomorrow' });
  if (answer.status !== 200) return answer.refusal;
  const [now, then] = await Promise.all([city.clock.now(), midnight].map((at) => verifyPass(bytesOf(answer.content.pass), trust, at)));
  assert.ok(then?.accepted);
  return { ...answer.content, claims: then.pass, now: now?.accepted === false ? now.reason : 'accepted' };
}
const issuedTomorrow = async (resident: Resident) => {
  const issued = await tomorrowOf(resident);
  return typeof issued === 'object' && issued !== null ? issued : assert.fail(`refused: ${issued}`);
};

test("from the evening on there is tomorrow's pass, which is tomorrow's in all it says and not valid before", async (t) => {
  t.after(() => city.clock.set(startMs));
  const resident = await city.register(identity(30));
  await city.prove(resident);
  const person = await personOf(resident);
  city.clock.set(eveningStart - 1);
  assert.equal(await tomorrowOf(resident), 'not-found');
  city.clock.set(eveningStart);
  const { claims, day, expiresAt, now } = await issuedTomorrow(resident);
  assert.deepEqual([day, expiresAt, now], ['2026-11-24', '2026-11-24T18:00:00.000Z', 'not-yet-valid']);
  assert.equal(claims.issuedAt * 1000, midnight);
  assert.ok(claims.statusListId >= listIdOf(localDay('2026-11-24'), 0) && claims.statusListId < listIdOf(localDay('2026-11-25'), 0));
  // The pass id is tomorrow's visit pseudonym under tomorrow's key, which the server gets as today's.
  const { passIdKey } = (await city.ask(dayKeys, { day: localDay('2026-11-24') })).content;
  const visitKey = await city.vault.keys.visit(localDay('2026-11-24'));
  assert.ok(visitKey !== null);
  assert.equal(visitOfPassId(Buffer.from(passIdKey, 'base64url'), claims.passId), pseudonymOf(visitKey, person));
  // Over midnight nothing about it changes, and a pass that is asked for then is of the same id.
  city.clock.set(midnight);
  assert.equal(await listed(claims), 'valid');
  assert.equal((await passOf(resident)).claims.passId.toString(), claims.passId.toString());
});

test("tomorrow's pass says what holds from midnight on, as far as the evening knows", async (t) => {
  t.after(() => city.clock.set(startMs));
  const [ending, beginning] = [await city.register(identity(31)), await city.register(identity(32))];
  await city.prove(ending);
  await city.prove(beginning);
  // An order that ends at midnight holds today and no more.
  const health = async (resident: Resident) => pseudonymOf(city.vault.keys.health, await personOf(resident));
  const untilMidnight = await record(await personOf(ending), 'home-observation', 'approved', new Date(midnight));
  await writeOrder(await health(ending), 'home-observation', untilMidnight, new Date(midnight), false);
  city.clock.set(eveningStart + 3_600_000);
  assert.deepEqual([(await passOf(ending)).claims.status, (await issuedTomorrow(ending)).claims.status], ['isolate', 'clear']);
  const early = await issuedTomorrow(beginning);
  assert.equal(early.claims.status, 'clear');
  // An hour later an order is approved: the list of tomorrow says so long before tomorrow.
  city.clock.set(eveningStart + 2 * 3_600_000);
  await order(await personOf(beginning), 'home-observation');
  assert.equal(await listed(early.claims), 'valid', 'the control: nobody has told the vault yet');
  await city.ask(factsChanged, { subjects: [await health(beginning), await health(ending)] });
  assert.equal(await listed(early.claims), 'invalid');
  assert.equal((await issuedTomorrow(beginning)).claims.status, 'isolate');
});

test("a fact that changes today alone leaves tomorrow's pass as it is", async (t) => {
  t.after(() => city.clock.set(startMs));
  const resident = await city.register(identity(33));
  await city.prove(resident);
  const person = await personOf(resident);
  city.clock.set(eveningStart);
  const [today, tomorrows] = [await passOf(resident), await issuedTomorrow(resident)];
  await writeOrder(pseudonymOf(city.vault.keys.health, person), 'home-observation', await record(person, 'home-observation', 'approved', new Date(midnight)), new Date(midnight), false);
  await city.ask(factsChanged, { subjects: [pseudonymOf(city.vault.keys.health, person)] });
  assert.deepEqual([await listed(today.claims), await listed(tomorrows.claims)], ['invalid', 'valid']);
});

test("with the end of its device tomorrow's pass ends too", async (t) => {
  t.after(() => city.clock.set(startMs));
  const resident = await city.register(identity(34));
  await city.prove(resident);
  city.clock.set(eveningStart);
  const { claims } = await issuedTomorrow(resident);
  // Two registrars move the account to another device.
  await city.moveAtDesk(await city.register(identity(34)));
  assert.equal(await listed(claims), 'invalid');
});

test('a venue code says what the row says, and there is none without a row', async () => {
  const venueId = venueIdOf(randomUuid(city.vault.random));
  await city.database.sql("INSERT INTO venue.venue VALUES ($1, $1, '海川图书馆', 'culture', 'Main street 1', NULL, NULL, 120, NULL, $2)", [venueId, new Date(startMs)]);
  const verified = await verifyVenueCode(bytesOf((await city.ask(signVenue, { venueId })).content.venueCode), trust, startMs);
  assert.ok(verified.accepted);
  assert.deepEqual([verified.venue.venueName, verified.venue.venueKind, verified.venue.usualStayMinutes], ['海川图书馆', 'culture', 120]);
  assert.equal((await city.ask(signVenue, { venueId: venueIdOf(randomUuid(city.vault.random)) })).refusal, 'not-found');
  assert.equal(Buffer.from(verified.venue.venueId).toString('hex'), venueId.replaceAll('-', ''));
});

test('day keys are given for the term of the visits, today and tomorrow', async () => {
  const ask = async (day: string) => (await city.ask(dayKeys, { day: localDay(day) })).refusal;
  assert.deepEqual(await Promise.all(['2026-11-08', '2026-11-09', '2026-11-23', '2026-11-24', '2026-11-25'].map(ask)), ['not-found', null, null, null, 'not-found']);
});
