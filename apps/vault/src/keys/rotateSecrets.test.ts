import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { erasureConfirmation } from '@health-kit/api';
import { beginRegistration, confirmRegistrationCode, dayKeys, eraseAccount, issueDayTicket, listRevokedKeys } from '@health-kit/api/vault';
import { openTicket } from '@health-kit/ticket';
import { calculateJwkThumbprint, exportJWK } from 'jose';
import { identity, startCity, startMs, type City, type Resident } from '../../test/city.ts';
import { advanceAll, finishRotation, rotationsOf, type Rotations } from '../../test/rotations.ts';
import { disclosureId, localDay, officerId as officerIdOf, personId, type PersonId } from '../identifiers.ts';
import { openGrant, sealGrant } from '../disclosure/signedRequest.ts';
import { openEvent } from '../ledger/ledger.ts';
import { holdHashes } from '../holdHashes.ts';
import { documentIndexes, storeDocument } from '../people/identityVault.ts';
import { requirePersonOfDevice } from '../people/people.ts';
import { clearExpired } from '../retention.ts';
import { addCanary, anyCanary, readCanaries, removeCanary } from '../stops/canaries.ts';
import { touchSubjects } from '../stops/countSubjects.ts';

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
const today = localDay('2026-11-23');
let city: City;
let rotations: Rotations;
let phones = 0;
beforeEach(async () => {
  city = await startCity({ processes: 2, limits: { codesPerPhonePerHour: 2, subjects: { trace: { perMinute: 3, perHour: 3, perDay: 3, everybodyPerMinute: 300 } } } });
  rotations = rotationsOf(city);
});
afterEach(() => city.close());

/** Lets time pass; what other processes changed is known by then. */
async function later(minutes: number): Promise<void> {
  for (const vault of city.vaults) await vault.keys.reload();
  city.clock.set(city.clock.now() + minutes * minuteMs);
}
/** Somebody with that document, each time with a phone that got no code yet. */
async function proven(number: number): Promise<Resident> {
  phones += 1;
  const resident = await city.register(identity(number, { phone: `+86139${String(phones).padStart(8, '0')}` }));
  await city.prove(resident);
  return resident;
}
const thumbprintOf = async ({ keys }: Resident) => calculateJwkThumbprint(await exportJWK(keys.publicKey));
const documents = async () => (await city.database.sql<{ key_version: number; person_id: string }>('SELECT key_version, person_id FROM vault.document ORDER BY person_id'));

test('nobody proves a document twice, neither before nor while nor after the key of the blind index is replaced', async () => {
  await proven(1);
  const [account] = await documents();
  await rotations.rotate('blind-index');
  await advanceAll(city.vaults);
  const again = async (when: string, version: number) => {
    await proven(1);
    const rows = await documents();
    assert.deepEqual(rows, [{ key_version: version, person_id: account?.person_id }], `${when}: it is of the account that there is`);
  };
  await again('announced', 1);
  await later(1);
  await again('in use, and no row made anew yet', 1);
  await advanceAll(city.vaults);
  await again('made anew', 2);
  await finishRotation(city, rotations);
  await again('over', 2);
});

test('of two desks at once, one of which began before the new key of the blind index was used, one waits for the other', async () => {
  const [first = assert.fail(), other = assert.fail()] = city.vaults;
  const holder = await city.register(identity(7));
  const [account] = await city.database.sql<{ person_id: string }>('SELECT person_id FROM vault.person');
  const resident = await city.register(identity(7, { phone: '+8613999999999' }));
  await rotations.rotate('blind-index');
  await later(0);
  const committed = Promise.withResolvers<undefined>();
  const stored = Promise.withResolvers<undefined>();
  // What the desk does that began before.
  const early = other.database.transaction(async (queries) => {
    const person = (await requirePersonOfDevice(other, queries, await thumbprintOf(holder)));
    await holdHashes(queries, documentIndexes(other, person.identity));
    await queries.query('UPDATE vault.person SET proven_at = now() WHERE person_id = $1', [person.person]);
    await storeDocument(other, queries, person);
    stored.resolve(undefined);
    await committed.promise;
  });
  await stored.promise;
  city.clock.set(city.clock.now() + minuteMs);
  const proving = assert.rejects(city.prove(resident), /conflict/, 'somebody was first');
  const waits = async () => (await city.database.sql("SELECT FROM pg_locks WHERE locktype = 'transactionid' AND NOT granted")).length > 0;
  for (let attempt = 0; attempt < 500 && !(await waits()); attempt += 1) await new Promise((resolve) => setTimeout(resolve, 10));
  committed.resolve(undefined);
  await Promise.all([early, proving]);
  assert.deepEqual(await documents(), [{ key_version: 1, person_id: account?.person_id }], 'hashed with the old key, and found under it');
  assert.equal(first.keys.blindIndex.version, 2);
  await finishRotation(city, rotations);
  assert.deepEqual((await documents()).map((row) => row.key_version), [2]);
});

test('a document that is held is held under the new key, too, and the old version reads as long as it is', async () => {
  const leaver = await proven(1);
  await city.result(leaver, 'positive');
  assert.equal((await leaver.call(eraseAccount, 'DELETE', '/v1/me', { confirmation: erasureConfirmation })).status, 200);
  const [held] = await city.database.sql<{ until: Date }>('SELECT until FROM vault.held_account');
  await rotations.rotate('blind-index');
  await finishRotation(city, rotations);
  const former = async () => (await rotations.entries('blind-index')).find(({ version }) => version === 1);
  assert.equal((await former())?.until, held?.until.toISOString());
  await assert.rejects(proven(1), /document-held/);

  city.clock.set((held?.until.getTime() ?? 0) + dayMs);
  await clearExpired(city.vault);
  await later(0);
  assert.equal(await former(), undefined);
});

test('a canary is one at every moment of replacing the key of the stops, and its row opens with the new one alone', async () => {
  await city.register(identity(1));
  const [row] = await city.database.sql<{ person_id: string }>('SELECT person_id FROM vault.person');
  const canary = personId(row?.person_id ?? '');
  await addCanary(city.vault, city.vault.database, { person: canary, visits: false, reference: 'ABCDEFGHJK' });
  const former = city.vault.keys.stops;
  const isOne = async (when: string) => {
    for (const vault of city.vaults) assert.equal(await anyCanary(vault, vault.database, [canary]), true, when);
  };
  await rotations.rotate('stops');
  await isOne('announced');
  await later(1);
  await isOne('in use, and no row sealed anew yet');
  await advanceAll(city.vaults);
  await isOne('sealed anew');
  const over = await finishRotation(city, rotations);
  assert.deepEqual([over.done, over.total], [1, 1]);
  await isOne('over');
  assert.notDeepEqual(city.vault.keys.stops.key, former.key);
  await later(25 * 60);
  await clearExpired(city.vault);
  await later(0);
  assert.deepEqual(city.vault.keys.allStops.map(({ version }) => version), [2]);
  await isOne('the old version is gone');
  assert.deepEqual(await readCanaries(city.vault, city.vault.database), [{ person: canary, visits: false, reference: 'ABCDEFGHJK' }]);
  assert.equal((await removeCanary(city.vault, city.vault.database, 'ABCDEFGHJK'))?.person, canary, 'its reference still retires it');
});

test('whom an officer touched under the old key of the stops and under the new one counts once', async () => {
  const { officerId } = await city.officer('Tracer', ['tracer']);

  const people: PersonId[] = [1, 2, 3].map((number) => personId(`00000000-0000-4000-8000-00000000000${number}`));
  const touch = async () => touchSubjects(city.vault, { officer: { officerId: officerIdOf(officerId) }, people, kind: 'trace' });
  assert.equal(await touch(), 'free');
  await rotations.rotate('stops');
  await later(1);
  assert.equal(await touch(), 'free', 'three are as many as the budget has, and four would not be free');
  assert.equal((await city.database.sql('SELECT FROM vault.subject_touch')).length, 3);
});

test('a code that was sent before its key is replaced is good afterwards; revoked, it is not; and neither is a way around the budget', async () => {
  for (const revoke of [false, true]) {
    const phone = `+861391111111${Number(revoke)}`;
    const [device, other] = [await city.stranger(), await city.stranger()];
    const { registrationId, code } = await city.startRegistration(identity(1, { phone }), device);
    assert.ok((await city.startRegistration(identity(2, { phone }), other)).code !== null);
    await rotations.rotate('one-time-code', revoke);
    await later(1);
    await advanceAll(city.vaults);
    const confirmed = await device.call(confirmRegistrationCode, 'POST', `/v1/registrations/${registrationId}/confirmation`, { code });
    assert.equal(confirmed.refusal, revoke ? 'code-refused' : null);
    assert.equal((await city.startRegistration(identity(3, { phone }), other)).code, null, 'two messages an hour, whatever the key');
    await later(61);
    const after = await city.startRegistration(identity(3, { phone }), other);
    assert.ok(after.code !== null);
    assert.equal((await other.call(confirmRegistrationCode, 'POST', `/v1/registrations/${after.registrationId}/confirmation`, { code: after.code })).status, 200);
    await finishRotation(city, rotations);
  }
});

test('what an app sealed to the old key opens for a day, and not once the key is revoked', async () => {
  const device = await city.stranger();
  const send = (sealed: string) => device.call(beginRegistration, 'POST', '/v1/registrations', { sealed });
  const early = await city.seal(identity(1));
  await rotations.rotate('sealing');
  await finishRotation(city, rotations);
  assert.deepEqual(await rotations.states('sealing'), { 'sealing/1': 'former', 'sealing/2': 'current' });
  assert.equal((await send(early)).status, 200);
  await later(25 * 60);
  assert.equal((await send(early)).refusal, 'invalid-request');
  const stolen = await city.seal(identity(1));
  await rotations.rotate('sealing', true);
  await later(0);
  assert.equal((await send(stolen)).refusal, 'invalid-request');
  assert.equal((await send(await city.seal(identity(1)))).status, 200);
});

test('events of every version open; what disclosures grant does, too, until its version is revoked', async () => {
  const id = disclosureId('00000000-0000-4000-8000-000000000001');
  const grant = { digest: 'd', session: 's', requestedBy: 'r', approvedBy: null, until: 0 };
  const sealed = sealGrant(city.vault, id, grant);
  await rotations.rotate('ledger-event');
  await finishRotation(city, rotations);
  assert.equal(city.vault.keys.ledgerEvents.length, 2);
  for (const vault of city.vaults) assert.deepEqual(openGrant(vault, id, sealed), grant);
  await rotations.rotate('ledger-event', true);
  await finishRotation(city, rotations);
  for (const vault of city.vaults) assert.equal(openGrant(vault, id, sealed), null);
  assert.deepEqual(openGrant(city.vaults[1] ?? assert.fail(), id, sealGrant(city.vault, id, grant)), grant);
  const events = await city.database.sql<{ seq: string; sealed: Buffer }>('SELECT seq, sealed FROM ledger.event ORDER BY seq');
  const versionsUsed = new Set(events.map(({ seq, sealed: event }) => city.vault.keys.ledgerEvents.findIndex((key) => openEvent([key], Number(seq), event) !== null)));
  assert.deepEqual([...versionsUsed].sort(), [0, 1, 2], 'each is opened by one of three versions');
  await clearExpired(city.vault);
  await later(0);
  assert.equal(city.vault.keys.ledgerEvents.length, 3, 'also of a day later');
});

test('a root of tickets is replaced from the day after tomorrow on, and revoked at once', async () => {
  const resident = await city.register(identity(1));
  const ticketOf = async () => (await resident.call(issueDayTicket, 'POST', '/v1/tickets', {})).content.ticket;
  const keyOf = async (day = today) => (await city.ask(dayKeys, { day })).content;
  const opensWith = (ticket: string, key: string) => openTicket(ticket, () => Buffer.from(key, 'base64url')).ok;
  const revoked = async () => (await city.ask(listRevokedKeys, { since: new Date(startMs).toISOString() })).content.revokedTicketRoot;
  const [tomorrow, dayAfter] = [localDay('2026-11-24'), localDay('2026-11-25')];
  const known = { today: await keyOf(), tomorrow: await keyOf(tomorrow) };
  await rotations.rotate('ticket-root');
  await finishRotation(city, rotations);
  assert.deepEqual([await keyOf(), await keyOf(tomorrow)], [known.today, known.tomorrow], 'what servers have is still good');
  assert.deepEqual([known.today.ticketRoot, await revoked()], [1, 0]);
  await later(2 * 24 * 60);
  const [first, second] = [await keyOf(dayAfter), await keyOf(dayAfter)];
  assert.deepEqual([first.ticketRoot, first], [2, second], 'the same in both processes');
  assert.equal(first.passIdKey, (await keyOf(dayAfter)).passIdKey);

  const ticket = await ticketOf();
  assert.equal(opensWith(ticket, first.ticketKey), true);
  await rotations.rotate('ticket-root', true);
  await later(0);
  const anew = await keyOf(dayAfter);
  assert.deepEqual([anew.ticketRoot, await revoked(), anew.passIdKey], [3, 2, first.passIdKey]);
  assert.equal(opensWith(ticket, anew.ticketKey), false, 'a ticket of the revoked root is worth nothing');
  assert.equal(opensWith(await ticketOf(), anew.ticketKey), true);
});
