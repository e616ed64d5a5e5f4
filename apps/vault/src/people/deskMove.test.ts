import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { beginMoveConfirmation, confirmMoveAtDesk, dismissOfficer, issueDayTicket, listRecoveries, presentPassAtDesk, proveIdentityAtDesk, readAccessLog, stopRecoveries } from '@health-kit/api/vault';
import { openTicket } from '@health-kit/ticket';
import { calculateJwkThumbprint, exportJWK } from 'jose';
import { identity, startCity, startMs, type Caller, type City, type Officer, type Resident } from '../../test/city.ts';
import { ledgerEvents } from '../../test/ledgerEvents.ts';
import { localDay, officerId, personId } from '../identifiers.ts';
import { touchSubjects } from '../stops/countSubjects.ts';
import { completeDueRecoveries } from './completeRecovery.ts';

const hourMs = 3_600_000;

let city: City;
let registrar: Officer;
let second: Officer;
before(async () => {
  city = await startCity({ limits: { subjects: { move: { perMinute: 10, perHour: 10, perDay: 10, everybodyPerMinute: 300, freezesPerDay: 30 } } } });
});
after(() => city.close());
let officers = 0;
beforeEach(async () => {
  city.clock.set(startMs);
  officers += 1;
  registrar = await city.officer(`Registrar ${officers}`, ['registrar']);
  second = await city.officer(`Second registrar ${officers}`, ['registrar']);
});

async function presented(officer: Officer, resident: Resident) {
  const { presentationId } = (await officer.call(presentPassAtDesk, 'POST', '/v1/desk/presentations', { pass: await resident.showPass() })).content;
  const { familyName, givenName, documentType, documentNumber } = resident.identity;
  return { presentationId, sealed: await city.seal({ familyName, givenName, documentType, documentNumber }) };
}
async function prove(officer: Officer, resident: Resident) {
  return officer.call(proveIdentityAtDesk, 'POST', '/v1/desk/identity-proofs', await presented(officer, resident));
}
async function ask(officer: Officer, resident: Resident) {
  const { move } = (await prove(officer, resident)).content;
  return move ?? assert.fail('nothing was asked for');
}
const begin = (officer: Officer, moveId: string) => officer.call(beginMoveConfirmation, 'POST', `/v1/desk/moves/${moveId}/confirmation/options`, {});
const confirm = (officer: Officer, moveId: string, assertion: unknown) => officer.call(confirmMoveAtDesk, 'POST', `/v1/desk/moves/${moveId}/confirmation`, { assertion });
async function sign(officer: Officer, moveId: string) {
  return confirm(officer, moveId, officer.authenticator.get((await begin(officer, moveId)).content.options));
}
const seen = async (device: Caller) => (await device.call(listRecoveries, 'GET', '/v1/me/recoveries')).content;
const ticketOf = (device: Caller) => device.call(issueDayTicket, 'POST', '/v1/tickets', {});
const isProven = async (device: Caller) => (await ticketOf(device)).content.identityProven;
const log = async (device: Caller) => (await device.call(readAccessLog, 'GET', '/v1/me/access-log')).content.entries.map(({ purpose, fields }) => `${purpose}: ${fields.join()}`);
async function healthOf(device: Caller): Promise<string> {
  const opened = openTicket((await ticketOf(device)).content.ticket, (day) => city.vault.keys.ticketKey(localDay(day)));
  assert.ok(opened.ok && opened.ticket.kind === 'resident');
  return opened.ticket.health;
}
const eventsOf = async (type: string) => (await ledgerEvents(city, type)).length;
async function notices(since: number): Promise<readonly { readonly to: string; readonly text: string }[]> {
  await city.vault.messages.settle(2000);
  return city.messages.slice(since).filter(({ kind }) => kind === 'notice');
}
let people = 700;
/** Somebody with a proven account on a phone, and whoever registered the same particulars with another phone and number. */
async function knownPerson(): Promise<{ readonly owner: Resident; readonly other: Resident }> {
  people += 1;
  const owner = await city.register(identity(people));
  assert.equal((await prove(registrar, owner)).content.move, null, 'a first proof waits for nothing');
  return { owner, other: await city.register({ ...owner.identity, phone: `+86139${String(people).padStart(8, '0')}` }) };
}

test('one registrar and one accomplice take nobody\'s account: it waits, phone and device are told, and the owner stops it', async () => {
  const { owner, other } = await knownPerson();
  const health = await healthOf(owner);
  const sent = city.messages.length;
  const { content } = await prove(registrar, other);
  assert.equal(content.holder.identityProven, false);
  assert.deepEqual([content.move?.movesAt, content.move?.own], [new Date(startMs + 24 * hourMs).toISOString(), true]);
  const [message, ...more] = await notices(sent);
  assert.deepEqual([message?.to, more.length], [owner.identity.phone, 0]);
  assert.match(message?.text ?? '', /^【海川健康码】有人在登记服务点申请把您的健康码转移到另一台设备，将于11月24日 ?10:00生效/);
  assert.doesNotMatch(message?.text ?? '', /欧阳|娜娜/);
  assert.deepEqual((await seen(owner)).recoveries, [{ requestedAt: new Date(startMs).toISOString(), completesAt: content.move?.movesAt, atDesk: true }]);
  assert.deepEqual(await seen(other), { recoveries: [], requestedHere: content.move?.movesAt, requestedAtDesk: true, stoppedAtDesk: false, lostAt: null });
  assert.equal((await log(owner))[0], 'identity-proof: familyName,givenName,documentType,documentNumber,deviceAsked');
  assert.equal(await isProven(other), false);

  assert.equal((await owner.call(stopRecoveries, 'DELETE', '/v1/me/recoveries')).status, 200);
  assert.deepEqual(await seen(other), { recoveries: [], requestedHere: null, requestedAtDesk: false, stoppedAtDesk: true, lostAt: null }, 'what was stopped is promised no longer');
  city.clock.set(startMs + 25 * hourMs);
  assert.equal(await completeDueRecoveries(city.vault), 0);
  assert.deepEqual([await isProven(other), await healthOf(owner)], [false, health]);
});

test('nobody objects: after the delay the account is on the new device, though the phone number is another', async () => {
  const { owner, other } = await knownPerson();
  const health = await healthOf(owner);
  await ask(registrar, other);
  city.clock.set(startMs + 24 * hourMs - 1);
  assert.equal(await completeDueRecoveries(city.vault), 0);
  assert.deepEqual([await isProven(other), await isProven(owner)], [false, true]);
  const sent = city.messages.length;
  city.clock.set(startMs + 24 * hourMs);
  assert.equal(await healthOf(other), health, 'the ticket itself completes it');
  assert.equal((await ticketOf(owner)).refusal, 'not-authorized');
  assert.deepEqual((await notices(sent)).map(({ to }) => to), [owner.identity.phone], 'the phone of until then is told');
  assert.deepEqual((await log(other)).slice(0, 2), ['identity-proof: deviceMoved', 'identity-proof: familyName,givenName,documentType,documentNumber,deviceAsked']);
});

test('a second registrar who has seen the document moves the account at once, and both are in the ledger', async () => {
  const { owner, other } = await knownPerson();
  const health = await healthOf(owner);
  const before = [await eventsOf('desk-move-asked'), await eventsOf('desk-move-confirmed')];
  const asked = await ask(registrar, other);
  const again = await ask(second, other);
  assert.deepEqual(again, { ...asked, own: false });
  assert.equal(again.askedBy.name, `Registrar ${officers}`);
  const { content } = await sign(second, asked.moveId);
  assert.deepEqual([content.holder.identityProven, content.holder.phone.slice(0, 3)], [true, '139']);
  assert.equal(await healthOf(other), health);
  assert.equal((await ticketOf(owner)).refusal, 'not-authorized');
  assert.deepEqual(await seen(owner), { recoveries: [], requestedHere: null, requestedAtDesk: false, stoppedAtDesk: false, lostAt: new Date(startMs).toISOString() }, 'the former device hears when');
  assert.deepEqual((await log(other)).slice(0, 1), ['identity-proof: deviceMoved']);
  assert.deepEqual([await eventsOf('desk-move-asked'), await eventsOf('desk-move-confirmed')], before.map((count) => count + 1));
  assert.equal((await begin(second, asked.moveId)).refusal, 'not-found');
});

test('the registrar who asked is not the second, nor is one who has not seen the document, or long ago', async () => {
  const { owner, other } = await knownPerson();
  const { moveId } = await ask(registrar, other);
  assert.equal((await ask(registrar, other)).moveId, moveId, 'again is the same move');
  assert.equal((await begin(registrar, moveId)).refusal, 'approval-refused');
  assert.equal((await begin(second, moveId)).refusal, 'not-found');
  await ask(second, other);
  const { options } = (await begin(second, moveId)).content;
  assert.equal((await confirm(second, moveId, registrar.authenticator.get(options))).refusal, 'approval-refused', 'another passkey');
  assert.equal((await confirm(registrar, moveId, registrar.authenticator.get(options))).refusal, 'approval-refused');
  const sampler = await city.officer(`Sampler ${officers}`, ['sampler', 'administrator']);
  assert.equal((await begin(sampler, moveId)).refusal, 'not-permitted');
  city.clock.set(startMs + 10 * 60_000);
  assert.equal((await confirm(second, moveId, second.authenticator.get(options))).refusal, 'not-found');
  assert.deepEqual([await isProven(owner), await isProven(other)], [true, false]);
  city.clock.set(startMs);
});

test('a passkey over one move confirms no other', async () => {
  const [one, two] = [await knownPerson(), await knownPerson()];
  const [first, other] = [await ask(registrar, one.other), await ask(registrar, two.other)];
  await ask(second, one.other);
  await ask(second, two.other);
  const assertion = second.authenticator.get((await begin(second, first.moveId)).content.options);
  assert.equal((await confirm(second, other.moveId, assertion)).refusal, 'approval-refused');
  assert.equal(await isProven(two.owner), true);
});

test('after the owner stopped it, one registrar waits out the block as well, and two registrars do not', async () => {
  const { owner, other } = await knownPerson();
  const asked = await ask(registrar, other);
  await owner.call(stopRecoveries, 'DELETE', '/v1/me/recoveries');
  await ask(second, other).then(({ own }) => assert.equal(own, true, 'what was stopped is nobody\'s first half'));
  assert.equal((await begin(second, asked.moveId)).refusal, 'not-found');
  const { movesAt, moveId, own, ownerObjected } = await ask(registrar, other);
  assert.deepEqual([asked.ownerObjected, own, ownerObjected], [false, false, true], 'the second one is told that the owner objected');
  assert.equal(Date.parse(movesAt), startMs + (7 * 24 + 24) * hourMs);
  assert.equal((await sign(registrar, moveId)).status, 200);
  assert.equal(await isProven(other), true);
});

test('an account that nobody has on a device any more moves at once', async () => {
  const { owner, other } = await knownPerson();
  const health = await healthOf(owner);
  // The phone is somebody else's now, who registered on it.
  await city.register(identity(699), owner);
  const { content } = await prove(registrar, other);
  assert.deepEqual([content.move, content.holder.identityProven], [null, true]);
  assert.equal(await healthOf(other), health);
});

test('what a registrar asked for ends with the registrar', async () => {
  const { owner, other } = await knownPerson();
  await ask(registrar, other);
  const administrator = await city.officer(`Administrator ${officers}`, ['administrator']);
  assert.equal((await administrator.call(dismissOfficer, 'POST', `/v1/staff/${registrar.officerId}/dismissal`, { reason: 'Conspired' })).status, 200);
  assert.deepEqual((await seen(owner)).recoveries, []);
  city.clock.set(startMs + 25 * hourMs);
  await completeDueRecoveries(city.vault);
  assert.deepEqual([await isProven(owner), await isProven(other)], [true, false]);
});

/** Has something under way wait for a lock, in the state that the statements leave, until `release` commits them. */
async function holding(...statements: readonly string[]): Promise<{ readonly waiters: (count: number) => Promise<void>; readonly release: () => Promise<void> }> {
  const [held, released] = [Promise.withResolvers<null>(), Promise.withResolvers<null>()];
  const transaction = city.vault.database.transaction(async (queries) => {
    for (const sql of statements) await queries.query(sql);
    held.resolve(null);
    await released.promise;
  });
  await held.promise;
  return {
    async waiters(count) {
      const until = Date.now() + 10_000;
      for (;;) {
        const waiting = await city.database.sql("SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'");
        if (waiting.length >= count) return;
        assert.ok(Date.now() < until, 'nothing waited');
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    },
    async release() {
      released.resolve(null);
      await transaction;
    },
  };
}

test('a move that a registrar is just asking for ends with the registrar, too: the dismissal waits for it', async () => {
  const { owner, other } = await knownPerson();
  const administrator = await city.officer(`Administrator of the race ${officers}`, ['administrator']);
  const [account] = await city.database.sql<{ person_id: string }>('SELECT person_id FROM vault.device WHERE thumbprint = $1', [await calculateJwkThumbprint(await exportJWK(owner.keys.publicKey), 'sha256')]);
  const lock = await holding(`SELECT FROM vault.person WHERE person_id = '${account?.person_id ?? assert.fail()}' FOR UPDATE`);
  const asking = prove(registrar, other);
  await lock.waiters(1);
  const dismissing = administrator.call(dismissOfficer, 'POST', `/v1/staff/${registrar.officerId}/dismissal`, { reason: 'Conspired' });
  // Without the wait the dismissal is over by now, and has found nothing to end.
  await Promise.race([dismissing, lock.waiters(2)]);
  await lock.release();
  assert.equal((await asking).status, 200);
  assert.equal((await dismissing).status, 200);
  assert.deepEqual((await seen(owner)).recoveries, []);
  city.clock.set(startMs + 25 * hourMs);
  assert.equal(await completeDueRecoveries(city.vault), 0);
  assert.deepEqual([await isProven(owner), await isProven(other)], [true, false]);
});

test('whoever is stopped between the signature and the deed does nothing any more', async () => {
  const { owner, other } = await knownPerson();
  const lock = await holding(`UPDATE vault.officer SET frozen_at = now() WHERE officer_id = '${registrar.officerId}'`);
  const { presentationId, sealed } = await presented(second, other);
  await city.database.sql('UPDATE vault.presentation SET officer_id = $2 WHERE presentation_id = $1', [presentationId, registrar.officerId]);
  const asking = registrar.call(proveIdentityAtDesk, 'POST', '/v1/desk/identity-proofs', { presentationId, sealed });
  await lock.waiters(1);
  await lock.release();
  assert.equal((await asking).refusal, 'not-authorized');
  assert.deepEqual((await seen(owner)).recoveries, []);
});

test('what a registrar asked for is not completed once the registrar is stopped, whatever became of the rest', async () => {
  const { owner, other } = await knownPerson();
  for (const column of ['frozen_at', 'dismissed_at']) {
    const { movesAt } = await ask(registrar, other);
    await city.database.sql(`UPDATE vault.officer SET ${column} = now() WHERE officer_id = $1`, [registrar.officerId]);
    city.clock.set(Date.parse(movesAt));
    assert.equal(await completeDueRecoveries(city.vault), 0);
    assert.deepEqual([await isProven(owner), await isProven(other)], [true, false]);
    city.clock.set(startMs);
    registrar = await city.officer(`Registrar after ${column} ${officers}`, ['registrar']);
  }
});

const isFrozen = async () => (await city.database.sql('SELECT FROM vault.officer WHERE officer_id = $1 AND frozen_at IS NOT NULL', [registrar.officerId])).length === 1;
const alarmsOf = async (kind: string) => (await city.database.sql('SELECT FROM vault.alarm WHERE kind = $1 AND officer_id = $2 AND acknowledged_at IS NULL', [kind, registrar.officerId])).length;

test('the eleventh account that a registrar would move in a day is refused with an alarm, and the desk goes on: those who stand there freeze nobody', async () => {
  const pairs = [];
  for (let pair = 0; pair < 11; pair += 1) {
    pairs.push(await knownPerson());
    // Within the day, a few an hour: it is the day's budget that ends.
    city.clock.set(city.clock.now() + 60_000);
  }
  for (const { other } of pairs.slice(0, 10)) assert.equal((await prove(registrar, other)).status, 200);
  assert.equal((await ask(registrar, pairs[0]?.other ?? assert.fail())).own, true, 'the same account again counts once');
  const last = pairs[10] ?? assert.fail();
  for (let again = 0; again < 2; again += 1) assert.equal((await prove(registrar, last.other)).refusal, 'too-many-requests');
  assert.deepEqual([await isFrozen(), await alarmsOf('desk-moves'), await alarmsOf('officer-budget')], [false, 1, 0]);
  assert.deepEqual((await seen(last.owner)).recoveries, []);
  assert.equal((await seen(pairs[0]?.owner ?? assert.fail())).recoveries.length, 1, 'what was asked for goes on');
  await knownPerson();
  assert.equal((await ask(second, last.other)).own, true, 'another registrar still asks');
});

test('the thirtieth account in a day freezes the registrar, ends what waits, and privacy officers hear of it', async () => {
  const { owner, other } = await knownPerson();
  await ask(registrar, other);
  const touch = (person: number) => touchSubjects(city.vault, { officer: { officerId: officerId(registrar.officerId) }, kind: 'move', people: [personId(`00000000-0000-4000-8000-${String(person).padStart(12, '0')}`)] });
  for (let person = 2; person < 30; person += 1) await touch(person);
  assert.equal(await isFrozen(), false);
  assert.equal(await touch(30), 'beyond-budget');
  assert.deepEqual([await isFrozen(), await alarmsOf('officer-budget')], [true, 1]);
  assert.deepEqual((await seen(owner)).recoveries, []);
});

test('three owners who stop what one registrar asked for in a day freeze the registrar; one owner does not, however often', async () => {
  const [one, two, three, waiting] = [await knownPerson(), await knownPerson(), await knownPerson(), await knownPerson()];
  const stopIt = async (pair: typeof one) => {
    await ask(registrar, pair.other);
    assert.equal((await pair.owner.call(stopRecoveries, 'DELETE', '/v1/me/recoveries')).status, 200);
  };
  await ask(registrar, waiting.other);
  for (const pair of [one, one, one, two]) await stopIt(pair);
  assert.equal(await isFrozen(), false);
  await stopIt(three);
  assert.deepEqual([await isFrozen(), await alarmsOf('moves-stopped')], [true, 1]);
  assert.deepEqual((await seen(waiting.owner)).recoveries, [], 'what else it asked for has ended');
});
