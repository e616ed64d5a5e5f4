/** A code to the dependant's phone, and a desk that sees the dependant's document. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { SealedDependantDocument, SealedIdentity } from '@health-kit/api';
import {
  beginGuardianRequest, confirmGuardianLink, confirmGuardianRequest, endGuardianLink, issuePassOfDependant, linkAtDesk, presentPassAtDesk, readAccessLog, readGuardianships,
} from '@health-kit/api/vault';
import { identity, residentId, startCity, startMs, type Caller, type City, type Officer, type Resident } from '../../test/city.ts';
import { localDay } from '../identifiers.ts';
import { runDestruction } from '../retention.ts';
import { confirmDueLinks } from './confirmDueLinks.ts';

const hourMs = 3_600_000;
let city: City;
let registrar: Officer;
before(async () => {
  city = await startCity();
  registrar = await city.officer('Registrar of guardians', ['registrar']);
});
after(() => city.close());

let people = 500;
async function proven(changes: Partial<SealedIdentity> = {}): Promise<Resident> {
  people += 1;
  const resident = await city.register(identity(people, changes));
  await city.prove(resident);
  return resident;
}
/** Somebody with a proven account whose device went to somebody else. */
async function withoutDevice(): Promise<Resident> {
  const resident = await proven();
  people += 1;
  await city.register(identity(people), resident);
  return resident;
}
/** Messages to a phone since the last look. */
async function messagesTo(phone: string): Promise<string[]> {
  await city.vault.messages.settle(2000);
  return city.messages.splice(0).filter(({ to }) => to === phone).map(({ text }) => text);
}
async function ask(guardian: Caller, dependant: SealedIdentity, changes: Partial<SealedIdentity> = {}) {
  const { language: _, ...particulars } = { ...dependant, ...changes };
  await messagesTo('');
  const answer = await guardian.call(beginGuardianRequest, 'POST', '/v1/me/dependant-requests', { sealed: await city.sealAny(particulars) });
  const [text] = await messagesTo(dependant.phone);
  return { answer, code: /\d{8}/.exec(text ?? '')?.[0] ?? null };
}
const enter = (guardian: Caller, requestId: string, code: string) => guardian.call(confirmGuardianRequest, 'POST', `/v1/me/dependant-requests/${requestId}/confirmation`, { code });
const links = async (caller: Caller) => (await caller.call(readGuardianships, 'GET', '/v1/me/guardianships')).content;
const pass = (guardian: Caller, id: string) => guardian.call(issuePassOfDependant, 'POST', `/v1/me/dependants/${id}/passes`, {});
const confirm = (dependant: Caller, id: string) => dependant.call(confirmGuardianLink, 'POST', `/v1/me/guardianships/${id}/confirmation`, {});
const end = (caller: Caller, id: string) => caller.call(endGuardianLink, 'DELETE', `/v1/me/guardianships/${id}`);
const log = async (caller: Caller) => (await caller.call(readAccessLog, 'GET', '/v1/me/access-log')).content.entries.filter(({ purpose }) => purpose === 'guardian').map(({ fields, office }) => `${fields.join()} ${office}`.trim());

async function atDesk(guardian: Resident, dependant: Omit<SealedDependantDocument, 'birthDate'>, { by = registrar, birthDate }: { readonly by?: Officer; readonly birthDate?: SealedDependantDocument['birthDate'] } = {}) {
  const { presentationId } = (await by.call(presentPassAtDesk, 'POST', '/v1/desk/presentations', { pass: await guardian.showPass() })).content;
  const { familyName, givenName, documentType, documentNumber } = dependant;
  await messagesTo('');
  return by.call(linkAtDesk, 'POST', '/v1/desk/guardianships', { presentationId, sealed: await city.sealAny({ familyName, givenName, documentType, documentNumber, ...(birthDate === undefined ? {} : { birthDate }) }) });
}
function bornOn(day: string, number: number) {
  return { familyName: '欧阳', givenName: '小宝', documentType: 'resident-id' as const, documentNumber: residentId(day, number) };
}

test('a code to the phone of somebody without a device makes a guardian, and the phone is told', async () => {
  const [guardian, dependant] = [await proven(), await withoutDevice()];
  const { answer, code } = await ask(guardian, dependant.identity);
  assert.ok(code !== null);
  const wrong = code === '00000000' ? '11111111' : '00000000';
  assert.equal((await enter(guardian, answer.content.requestId, wrong)).refusal, 'code-refused');
  const linked = (await enter(guardian, answer.content.requestId, code)).content;
  assert.equal(linked.waitsUntil, null);
  assert.equal((await pass(guardian, linked.linkId)).status, 200);
  assert.match((await messagesTo(dependant.identity.phone)).join(), /有人已成为您的监护人/);
  assert.deepEqual(await log(guardian), ['guardianLinked Haichuan Health Kit']);
  assert.equal((await enter(guardian, answer.content.requestId, code)).refusal, 'code-refused', 'once');
});

test('where the dependant has a device, the code alone makes nothing: the device is asked, and a day later it is over', async () => {
  const [guardian, dependant] = [await proven(), await proven()];
  for (const confirms of [true, false]) {
    const { answer, code } = await ask(guardian, dependant.identity);
    const { linkId, waitsUntil } = (await enter(guardian, answer.content.requestId, code ?? '')).content;
    assert.equal(waitsUntil, new Date(city.clock.now() + 24 * hourMs).toISOString());
    assert.match((await messagesTo(dependant.identity.phone)).join(), /有人申请成为您的监护人/);
    assert.equal((await pass(guardian, linkId)).refusal, 'not-found');
    assert.equal((await links(dependant)).asking.length, 1);
    if (confirms) {
      assert.equal((await confirm(dependant, linkId)).status, 200);
      assert.equal((await pass(guardian, linkId)).status, 200);
      await end(dependant, linkId);
    } else {
      city.clock.set(startMs + 24 * hourMs);
      assert.equal(await confirmDueLinks(city.vault), 0);
      assert.equal((await pass(guardian, linkId)).refusal, 'not-found');
      assert.equal((await confirm(dependant, linkId)).refusal, 'not-found');
      city.clock.set(startMs);
    }
  }
});

test('a desk registers a child who has no account, and the pass is on the parent\'s phone until majority', async () => {
  const parent = await proven();
  const child = bornOn('2026-10-01', 1);
  const { holder, waitsUntil } = (await atDesk(parent, child)).content;
  assert.deepEqual([holder.name, holder.documentLastTwo, holder.phone, holder.identityProven, waitsUntil], ['欧阳＊＊', child.documentNumber.slice(-2), '', true, null]);
  assert.match((await messagesTo(parent.identity.phone)).join(), /登记了一位被监护人/);
  const [link] = (await links(parent)).dependants;
  assert.deepEqual([link?.holder.name, link?.endsOn], ['欧阳＊＊', '2044-10-01']);
  const issued = (await pass(parent, link?.linkId ?? '')).content;
  assert.equal(issued.holder.identityProven, true);
  assert.deepEqual(await log(parent), ['guardianLinked Centre for Disease Control']);
  // The other parent, at the desk too: the same account.
  const other = await proven();
  assert.equal((await atDesk(other, child)).content.waitsUntil, null);
  assert.equal((await city.database.sql<{ count: number }>("SELECT count(*)::int AS count FROM vault.person p WHERE NOT EXISTS (SELECT FROM vault.device d WHERE d.person_id = p.person_id) AND EXISTS (SELECT FROM vault.guardian_link l WHERE l.dependant_id = p.person_id)"))[0]?.count, 2, 'with the one of the first test');
  assert.equal((await atDesk(other, { ...child, givenName: '大宝' })).refusal, 'document-mismatch', 'in another name it is refused');
});

test('of a document whose number does not say it, the birth date that was read off it ends the guardianship', async () => {
  const parent = await proven();
  const passport = { familyName: 'Brandt', givenName: 'Anna', documentType: 'passport', documentNumber: 'E99887766' } as const;
  await atDesk(parent, passport, { birthDate: localDay('2009-03-04') });
  assert.deepEqual((await links(parent)).dependants.map(({ endsOn }) => endsOn), ['2027-03-04']);
});

test('what a registrar asked for is over when the registrar is frozen, and three owners who refuse freeze one', async () => {
  const hasty = await city.officer('Hasty registrar', ['registrar']);
  const guardian = await proven();
  for (let count = 0; count < 3; count += 1) {
    const dependant = await proven();
    assert.ok((await atDesk(guardian, dependant.identity, { by: hasty })).content.waitsUntil !== null);
    const [{ linkId } = { linkId: '' }] = (await links(dependant)).asking;
    if (count === 0) await atDesk(await proven(), (await proven()).identity, { by: hasty });
    assert.equal((await end(dependant, linkId)).status, 200);
  }
  assert.deepEqual(await city.database.sql('SELECT name FROM vault.officer WHERE frozen_at IS NOT NULL'), [{ name: 'Hasty registrar' }]);
  city.clock.set(startMs + 24 * hourMs);
  assert.equal(await confirmDueLinks(city.vault), 0);
  assert.deepEqual(await city.database.sql('SELECT link_id FROM vault.guardian_link WHERE waits_until <= $1 AND asked_by IS NOT NULL', [new Date(city.clock.now())]), []);
  city.clock.set(startMs);
});

test('an account that was made at a desk and gets a device asks it about every guardian', async () => {
  const parent = await proven();
  const child = bornOn('2015-06-07', 2);
  await atDesk(parent, child);
  const [{ linkId } = { linkId: '' }] = (await links(parent)).dependants;
  assert.equal((await pass(parent, linkId)).status, 200);
  people += 1;
  const grown = await city.register({ ...identity(people), ...child });
  await city.prove(grown);
  // The first device of this account: it says who was made guardian without it, and nothing is in force before it agrees.
  assert.equal((await pass(parent, linkId)).refusal, 'not-found');
  const [valid] = await city.database.sql<{ count: number }>(
    'SELECT count(*)::int AS count FROM vault.pass p JOIN vault.guardian_link l ON l.dependant_id = p.person_id JOIN vault.device d ON d.thumbprint = p.thumbprint AND d.person_id = l.guardian_id WHERE l.link_id = $1 AND NOT p.invalid', [linkId]);
  assert.equal(valid?.count, 0);
  assert.deepEqual((await links(grown)).asking.map((each) => each.linkId), [linkId]);
  assert.equal((await confirm(grown, linkId)).status, 200);
  assert.equal((await pass(parent, linkId)).status, 200);
});

test('a guardian whom the own device confirmed goes on being so on the next one', async () => {
  const [guardian, dependant] = [await proven(), await proven()];
  const { answer, code } = await ask(guardian, dependant.identity);
  const { linkId } = (await enter(guardian, answer.content.requestId, code ?? '')).content;
  await confirm(dependant, linkId);
  const next = await city.register(dependant.identity);
  await city.moveAtDesk(next);
  assert.deepEqual((await links(next)).guardians.map((each) => each.linkId), [linkId]);
  assert.equal((await pass(guardian, linkId)).status, 200);
  assert.equal((await end(next, linkId)).status, 200);
});

// Last: the daily destruction ends everybody's sessions.
test('an account that has a device is asked at the desk too, is told under the office, and is in force after a day of silence', async () => {
  const [guardian, dependant] = [await proven(), await proven()];
  assert.equal((await atDesk(guardian, dependant.identity)).content.waitsUntil, new Date(city.clock.now() + 24 * hourMs).toISOString());
  assert.match((await messagesTo(dependant.identity.phone)).join(), /有人申请成为您的监护人/);
  assert.deepEqual(await log(dependant), ['guardianAsked Centre for Disease Control']);
  const [{ linkId } = { linkId: '' }] = (await links(guardian)).asked;
  assert.equal((await pass(guardian, linkId)).refusal, 'not-found');
  city.clock.set(startMs + 24 * hourMs - 1);
  assert.equal(await confirmDueLinks(city.vault), 0);
  city.clock.set(startMs + 24 * hourMs);
  await runDestruction(city.vault);
  assert.equal(await confirmDueLinks(city.vault), 1);
  assert.equal((await pass(guardian, linkId)).status, 200);
  assert.equal((await links(dependant)).guardians.length, 1);
  city.clock.set(startMs);
});
