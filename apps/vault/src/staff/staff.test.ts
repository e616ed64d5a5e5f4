import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, test } from 'node:test';
import { signInText } from '@health-kit/api';
import { beginOfficerEnrolment, beginOfficerSignIn, finishOfficerEnrolment, finishOfficerSignIn, listOfficers } from '@health-kit/api/vault';
import { invitationNumber, keyThumbprint } from '@health-kit/proof';
import { openTicket } from '@health-kit/ticket';
import { localDay } from '../identifiers.ts';
import { origin, startCity, startMs, type Caller, type City, type Officer } from '../../test/city.ts';
import { inviteAs, proofOf } from '../../test/invitations.ts';
import { softwareAuthenticator, type SoftwareAuthenticator } from '../../test/softwareAuthenticator.ts';
import { hasAdministrator, inviteFoundingOfficers } from './invitations.ts';

let city: City;
let administrator: Officer;
before(async () => {
  city = await startCity();
  assert.equal(await hasAdministrator(city.vault.database), false);
  administrator = await city.officer('Administrator', ['administrator']);
});
after(() => city.close());

const founding = (name: string) => ({ name, office: 'Health office', unit: 'Desk', roles: ['registrar' as const], institutionId: null });
const invite = (officer: Officer, name: string, changes: object = {}) => inviteAs(officer, { ...founding(name), ...changes });
const signInOptions = async (session: Caller) => (await session.call(beginOfficerSignIn, 'POST', '/v1/staff/sign-in/options', {})).content.options;
const finishSignIn = (session: Caller, assertion: unknown) => session.call(finishOfficerSignIn, 'POST', '/v1/staff/sign-in', { assertion });
const begin = async (code: string) => city.ask(beginOfficerEnrolment, { invitation: await invitationNumber(code) });
const finish = async (code: string, credential: Record<string, unknown>) => city.ask(finishOfficerEnrolment, { invitation: await invitationNumber(code), credential, proof: await proofOf(code, credential) });
async function enrol(code: string, authenticator: SoftwareAuthenticator) {
  const { options } = (await begin(code)).content;
  return finish(code, authenticator.create(options));
}

test('an invited officer makes a passkey, signs in, and gets a ticket with their roles', async () => {
  const { code, officerId } = (await invite(administrator, 'Zhou')).content;
  const authenticator = softwareAuthenticator(origin, 'zhou');
  assert.equal((await enrol(code, authenticator)).status, 200);
  const session = await city.stranger();
  const { ticket, officer, expiresAt } = (await finishSignIn(session, authenticator.get(await signInOptions(session)))).content;
  assert.deepEqual([officer.officerId, officer.name, officer.roles], [officerId, 'Zhou', ['registrar']]);
  assert.equal(expiresAt, '2026-11-23T14:00:00.000Z');
  const opened = openTicket(ticket, (day) => city.vault.keys.ticketKey(localDay(day)));
  assert.ok(opened.ok && opened.ticket.kind === 'staff');
  assert.deepEqual([opened.ticket.officerId, opened.ticket.unit, opened.ticket.roles], [officerId, 'Desk', ['registrar']]);
  assert.ok(await hasAdministrator(city.vault.database));
});

test('an invitation works once, for a week, and not by guessing', async () => {
  const { code } = (await invite(administrator, 'Qian')).content;
  assert.equal((await enrol(code, softwareAuthenticator(origin, 'qian'))).status, 200);
  assert.equal((await begin(code)).refusal, 'code-refused');
  assert.equal((await finish(code, {})).refusal, 'code-refused');
  assert.equal((await begin('A'.repeat(22))).refusal, 'code-refused');
  const late = (await invite(administrator, 'Sun')).content;
  city.clock.set(startMs + 7 * 86_400_000);
  assert.equal((await begin(late.code)).refusal, 'code-refused');
  city.clock.set(startMs);
});

test('a passkey made for another challenge or another site is refused, and the invitation stays good', async () => {
  const { code } = (await invite(administrator, 'Li')).content;
  const { options } = (await begin(code)).content;
  const answer = (credential: Record<string, unknown>) => finish(code, credential);
  assert.equal((await answer(softwareAuthenticator(origin, 'li').create({ challenge: 'AAAA' }))).refusal, 'not-authorized');
  assert.equal((await answer(softwareAuthenticator('https://evil.example', 'li').create(options))).refusal, 'not-authorized');
  assert.equal((await answer({})).refusal, 'code-refused', 'nothing that the code could be proven over');
  assert.equal((await answer(softwareAuthenticator(origin, 'li').create(options))).status, 200);
});

test('a page can tell by nonce and its own session key that a challenge is of its sign-in', async () => {
  const session = await city.stranger();
  const begin = async () => (await session.call(beginOfficerSignIn, 'POST', '/v1/staff/sign-in/options', {})).content;
  const { options, nonce } = await begin();
  const expected = createHash('sha256').update(signInText(Buffer.from(nonce, 'base64url'), await keyThumbprint(session.keys.publicKey))).digest('base64url');
  assert.equal(options['challenge'], expected);
  assert.notEqual((await begin()).nonce, nonce);
});

test('a passkey\'s signature is good for the session that asked, once, with a counter that moves on', async () => {
  const authenticator = administrator.authenticator;
  const [mine, theirs] = [await city.stranger(), await city.stranger()];
  const assertion = authenticator.get(await signInOptions(mine));
  await signInOptions(theirs);
  assert.equal((await finishSignIn(theirs, assertion)).refusal, 'not-authorized', "another session's");
  assert.equal((await finishSignIn(mine, assertion)).status, 200);
  assert.equal((await finishSignIn(mine, assertion)).refusal, 'not-authorized', 'again');
  assert.equal((await finishSignIn(mine, authenticator.get(await signInOptions(mine), { counterStep: 0 }))).refusal, 'not-authorized', 'a cloned authenticator');
  assert.equal((await finishSignIn(mine, authenticator.get(await signInOptions(mine), { origin: 'http://evil.example' }))).refusal, 'not-authorized', 'another site');
  assert.equal((await finishSignIn(mine, softwareAuthenticator(origin, 'nobody').get(await signInOptions(mine)))).refusal, 'not-authorized', 'an unknown passkey');
  assert.equal((await finishSignIn(mine, authenticator.get(await signInOptions(mine), { userVerified: false }))).refusal, 'not-authorized', 'nobody was verified');
  const options = await signInOptions(mine);
  assert.equal(options['userVerification'], 'required');
  city.clock.set(startMs + 300_000);
  assert.equal((await finishSignIn(mine, authenticator.get(options))).refusal, 'not-authorized', 'too late');
  city.clock.set(startMs);
});

test('a session ends after twelve hours', async () => {
  assert.equal((await administrator.call(listOfficers, 'GET', '/v1/staff')).status, 200);
  city.clock.set(startMs + 12 * 3_600_000);
  assert.equal((await administrator.call(listOfficers, 'GET', '/v1/staff')).refusal, 'not-authorized');
  city.clock.set(startMs);
});

test('an administrator sees who is a member of staff', async () => {
  const { officers } = (await administrator.call(listOfficers, 'GET', '/v1/staff')).content;
  assert.ok(officers.some(({ name, roles }) => name === 'Administrator' && roles.includes('administrator')));
});

test('inviting again renews an invitation that nobody used; with other duties it is a conflict', async () => {
  const first = (await invite(administrator, 'Zheng')).content;
  const second = (await invite(administrator, 'Zheng')).content;
  assert.equal(second.officerId, first.officerId);
  assert.equal((await begin(first.code)).refusal, 'code-refused', 'the older invitation has ended');
  assert.equal((await invite(administrator, 'Zheng', { unit: 'Another' })).refusal, 'conflict');
  assert.equal((await invite(administrator, '  Zheng ', { office: 'Health office ' })).content.officerId, first.officerId, 'spaces around a name make no second officer');
});

test('whoever has a passkey is not invited again by an administrator, who would become them', async () => {
  const particulars = { unit: 'Tracing', roles: ['tracer'] };
  const { code, officerId } = (await invite(administrator, 'Feng', particulars)).content;
  const enrolled = async () => (await administrator.call(listOfficers, 'GET', '/v1/staff')).content.officers.find((officer) => officer.officerId === officerId)?.enrolled;
  assert.equal(await enrolled(), false, 'the list tells who is only invited');
  assert.equal((await enrol(code, softwareAuthenticator(origin, 'feng'))).status, 200);
  assert.equal(await enrolled(), true);
  for (const name of ['Feng', ' Feng']) assert.equal((await invite(administrator, name, particulars)).refusal, 'conflict');
  // The operator of the machine may: a passkey was lost. An administrator cannot turn that invitation into their own either.
  const [founded] = await inviteFoundingOfficers(city.vault, [{ ...founding('Feng'), unit: 'Tracing', roles: ['tracer'] }]);
  assert.equal(founded?.officer.officerId, officerId);
  assert.equal((await invite(administrator, 'Feng', particulars)).refusal, 'conflict');
  assert.equal((await enrol(founded?.code ?? '', softwareAuthenticator(origin, 'feng, new'))).status, 200, 'the invitation of the operator is still good');
});

test('a name, an office and a unit are stored trimmed and in NFC, and are never spaces alone', async () => {
  const { officerId } = (await invite(administrator, ' Zoe\u0308 ', { office: ' Health office', unit: 'Desk  ' })).content;
  const { officers } = (await administrator.call(listOfficers, 'GET', '/v1/staff')).content;
  const stored = officers.find((officer) => officer.officerId === officerId);
  assert.deepEqual([stored?.name, stored?.office, stored?.unit], ['Zo\u00eb', 'Health office', 'Desk']);
  for (const changes of [{ unit: ' ' }, { office: '\u3000' }]) assert.equal((await invite(administrator, 'He', changes)).refusal, 'invalid-request');
});

test('nobody is invited to propose orders and decide them', async () => {
  assert.equal((await invite(administrator, 'Wu', { roles: ['tracer', 'medical-officer'] })).refusal, 'invalid-request');
  assert.equal((await invite(administrator, 'Wu', { roles: ['privacy-officer', 'registrar'] })).refusal, 'invalid-request');
});

test('founding officers are invited by the parent process alone, and never twice made', async () => {
  const [first] = await inviteFoundingOfficers(city.vault, [founding('Founder')]);
  const [again] = await inviteFoundingOfficers(city.vault, [founding('Founder')]);
  assert.equal(again?.officer.officerId, first?.officer.officerId);
  assert.notEqual(again?.code, first?.code);
  assert.equal((await city.app.inject({ method: 'POST', url: '/invite-founding-officers', payload: { officers: [founding('Intruder')] } })).body, '{"refusal":"not-authorized"}');
});

test('who is no administrator invites nobody', async () => {
  const registrar = await city.officer('Registrar', ['registrar']);
  assert.equal((await invite(registrar, 'Friend')).refusal, 'not-permitted');
});

test('an officer who is frozen or dismissed does nothing more, and does not sign in', async () => {
  for (const [column, refusal] of [['frozen_at', 'account-stopped'], ['dismissed_at', 'not-authorized']] as const) {
    const officer = await city.officer(`Stopped by ${column}`, ['administrator']);
    assert.equal((await officer.call(listOfficers, 'GET', '/v1/staff')).status, 200, 'the control');
    await city.database.sql(`UPDATE vault.officer SET ${column} = now() WHERE officer_id = $1`, [officer.officerId]);
    assert.equal((await officer.call(listOfficers, 'GET', '/v1/staff')).refusal, 'not-authorized');
    const session = await city.stranger();
    assert.equal((await finishSignIn(session, officer.authenticator.get(await signInOptions(session)))).refusal, refusal);
  }
});
