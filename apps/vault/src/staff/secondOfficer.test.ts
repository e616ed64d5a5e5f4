import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, test } from 'node:test';
import { approvalText } from '@health-kit/api';
import {
  beginConfirmation, beginOfficerEnrolment, beginOfficerSignIn, beginPasskey, confirmOfficerInvitation, dismissOfficer, finishOfficerEnrolment, finishOfficerSignIn,
  listInvitations, listOfficers, listPasskeys, storePasskey,
} from '@health-kit/api/vault';
import { invitationNumber } from '@health-kit/proof';
import { origin, startCity, type City, type Officer } from '../../test/city.ts';
import { inviteAs, proofOf } from '../../test/invitations.ts';
import { ledgerEvents } from '../../test/ledgerEvents.ts';
import { softwareAuthenticator, type SoftwareAuthenticator } from '../../test/softwareAuthenticator.ts';

let city: City;
let first: Officer;
before(async () => {
  city = await startCity();
  first = await city.officer('First administrator', ['administrator']);
});
after(() => city.close());

const invite = async (officer: Officer, name: string, roles: readonly string[] = ['registrar']) =>
  (await inviteAs(officer, { name, office: 'Health office', unit: `Unit of ${name}`, roles, institutionId: null })).content;
const confirmPath = (invited: string) => `/v1/staff/invitations/${invited}/confirmation`;
const options = (officer: Officer, invited: string) => officer.call(beginConfirmation, 'POST', `${confirmPath(invited)}/options`, {});
const confirm = (officer: Officer, invited: string, assertion: unknown) => officer.call(confirmOfficerInvitation, 'POST', confirmPath(invited), { assertion });
async function enrol(code: string, authenticator: SoftwareAuthenticator): Promise<string | null> {
  const invitation = await invitationNumber(code);
  const begun = await city.ask(beginOfficerEnrolment, { invitation });
  if (begun.refusal !== null) return begun.refusal;
  const credential = authenticator.create(begun.content.options);
  return (await city.ask(finishOfficerEnrolment, { invitation, credential, proof: await proofOf(code, credential) })).refusal;
}
async function signIn(authenticator: SoftwareAuthenticator): Promise<string | null> {
  const session = await city.stranger();
  const { options: signInOptions } = (await session.call(beginOfficerSignIn, 'POST', '/v1/staff/sign-in/options', {})).content;
  return (await session.call(finishOfficerSignIn, 'POST', '/v1/staff/sign-in', { assertion: authenticator.get(signInOptions) })).refusal;
}
const lastEvent = async () => JSON.stringify((await ledgerEvents(city)).at(-1));

test('the one administrator of a new system invites alone, and the ledger says so', async () => {
  const { code, needsConfirmation } = await invite(first, 'Beginner');
  assert.equal(needsConfirmation, false);
  assert.match(await lastEvent(), /"confirmation":"nobody-else-there"/);
  assert.equal(await enrol(code, softwareAuthenticator(origin, 'beginner')), null);
});

test('with a second officer there, an invitation is good only once that one confirmed it by passkey', async () => {
  const watcher = await city.officer('Watcher', ['privacy-officer']);
  const { code, officerId, needsConfirmation } = await invite(first, 'Puppet', ['tracer']);
  assert.equal(needsConfirmation, true);
  assert.equal(await enrol(code, softwareAuthenticator(origin, 'puppet')), 'code-refused');
  // Not by the inviter, nor by anybody without the role, nor with a signature over something else.
  assert.equal((await options(first, officerId)).refusal, 'approval-refused');
  assert.equal((await options(await city.officer('Tracer', ['tracer']), officerId)).refusal, 'not-permitted');
  const other = await invite(first, 'Other');
  const overOther = watcher.authenticator.get((await options(watcher, other.officerId)).content.options);
  assert.equal((await confirm(watcher, officerId, overOther)).refusal, 'approval-refused');
  assert.equal((await confirm(first, officerId, first.authenticator.get((await options(watcher, officerId)).content.options))).refusal, 'approval-refused');
  assert.equal(await enrol(code, softwareAuthenticator(origin, 'puppet')), 'code-refused');

  const { options: asked, statement } = (await options(watcher, officerId)).content;
  const digest = createHash('sha256').update(statement).digest();
  assert.equal((await confirm(watcher, officerId, watcher.authenticator.get({ ...asked, challenge: digest.toString('base64url') }))).refusal, 'approval-refused', 'without its meaning');
  assert.equal(asked['challenge'], createHash('sha256').update(approvalText('invitation', digest)).digest('base64url'));
  assert.match(statement, /"name":"Puppet".*"roles":\["tracer"\]/);

  const listed = (await watcher.call(listInvitations, 'GET', '/v1/staff/invitations')).content.invitations.find(({ officer }) => officer.officerId === officerId);
  assert.deepEqual([listed?.waits, listed?.own, listed?.invitedBy], [true, false, 'First administrator']);
  assert.equal((await confirm(watcher, officerId, watcher.authenticator.get((await options(watcher, officerId)).content.options))).status, 200);
  assert.match(await lastEvent(), /"type":"invitation-confirmed"/);
  assert.equal(await enrol(code, softwareAuthenticator(origin, 'puppet')), null);
});

test('whoever puts every other confirmer out of the way still invites nobody alone, and it raises alarms', async () => {
  const own = await startCity();
  try {
    const administrator = await own.officer('Lone', ['administrator']);
    const watchers = [await own.officer('Gone administrator', ['administrator']), await own.officer('Gone watcher', ['privacy-officer'])];
    for (const { officerId } of watchers) assert.equal((await administrator.call(dismissOfficer, 'POST', `/v1/staff/${officerId}/dismissal`, { reason: 'Left' })).status, 200);
    const invited = (await inviteAs(administrator, { name: 'Puppet', office: 'Health office', unit: 'Desk', roles: ['tracer'], institutionId: null })).content;
    assert.equal(invited.needsConfirmation, true);
    assert.equal((await own.ask(beginOfficerEnrolment, { invitation: await invitationNumber(invited.code) })).refusal, 'code-refused');
    assert.deepEqual((await own.database.sql<{ kind: string; officer_id: string }>('SELECT kind, officer_id FROM vault.alarm')).map(({ kind, officer_id }) => `${kind} ${officer_id}`).sort(),
      watchers.map(({ officerId }) => `watcher-dismissed ${officerId}`).sort());
  } finally {
    await own.close();
  }
});

test('an administrator is neither tracer nor medical officer', async () => {
  for (const role of ['tracer', 'medical-officer']) {
    const body = { name: 'Both', office: 'Health office', unit: 'Desk', roles: ['administrator', role], institutionId: null };
    assert.equal((await inviteAs(first, body)).refusal, 'invalid-request');
  }
});

test('a renewed invitation has to be confirmed anew: what was confirmed was another code', async () => {
  const watcher = await city.officer('Second watcher', ['privacy-officer']);
  const { officerId } = await invite(first, 'Renewed');
  assert.equal((await confirm(watcher, officerId, watcher.authenticator.get((await options(watcher, officerId)).content.options))).status, 200);
  const again = await invite(first, 'Renewed');
  assert.equal(await enrol(again.code, softwareAuthenticator(origin, 'renewed')), 'code-refused');
});

test('a dismissed officer loses sessions, passkeys and the invitations they made, and the name is free for another officer', async () => {
  const leaver = await city.officer('Leaver', ['administrator']);
  const dismiss = (by: Officer, officerId: string) => by.call(dismissOfficer, 'POST', `/v1/staff/${officerId}/dismissal`, { reason: 'Left the office' });
  const puppet = await invite(leaver, 'Puppet of the leaver');
  const confirmed = await confirm(first, puppet.officerId, first.authenticator.get((await options(first, puppet.officerId)).content.options));
  assert.equal(confirmed.status, 200);
  assert.equal((await dismiss(leaver, leaver.officerId)).refusal, 'conflict');
  assert.equal((await dismiss(await city.officer('Clerk', ['registrar']), leaver.officerId)).refusal, 'not-permitted');
  assert.equal((await dismiss(first, '00000000-0000-4000-8000-000000000000')).refusal, 'not-found');
  assert.equal((await dismiss(first, leaver.officerId)).status, 200);
  assert.match(await lastEvent(), /"reason":"Left the office","type":"officer-dismissed"/);
  assert.equal((await dismiss(first, leaver.officerId)).status, 200);

  assert.equal((await leaver.call(listOfficers, 'GET', '/v1/staff')).refusal, 'not-authorized');
  assert.equal(await signIn(leaver.authenticator), 'not-authorized');
  assert.equal(await enrol(puppet.code, softwareAuthenticator(origin, 'puppet of the leaver')), 'code-refused');
  assert.ok(!(await first.call(listOfficers, 'GET', '/v1/staff')).content.officers.some(({ officerId }) => officerId === leaver.officerId));
  const [revoked] = await city.database.sql<{ count: number }>('SELECT count(*)::int AS count FROM vault.revoked_key');
  assert.equal(revoked?.count, 1);
  const successor = await city.officer('Leaver', ['administrator'], 'Unit of Leaver');
  assert.notEqual(successor.officerId, leaver.officerId);
});

test('of two administrators who dismiss each other at once one stays', async () => {
  for (let round = 0; round < 3; round += 1) {
    const [a, b] = [await city.officer(`Racer ${round}`, ['administrator']), await city.officer(`Rival ${round}`, ['administrator'])];
    const dismiss = (by: Officer, { officerId }: Officer) => by.call(dismissOfficer, 'POST', `/v1/staff/${officerId}/dismissal`, { reason: 'The other one' });
    assert.deepEqual((await Promise.all([dismiss(a, b), dismiss(b, a)])).map(({ refusal }) => refusal ?? 'done').sort(), ['done', 'not-authorized']);
  }
});

test('a second passkey is made by approval with the first, which signs exactly the new one', async () => {
  const officer = await city.officer('Careful', ['registrar']);
  const added = softwareAuthenticator(origin, 'careful, second');
  const begin = async () => (await officer.call(beginPasskey, 'POST', '/v1/staff/passkeys/options', {})).content.options;
  const store = (credential: Record<string, unknown>, assertion: unknown) => officer.call(storePasskey, 'POST', '/v1/staff/passkeys', { credential, assertion });
  const approvalOf = (credential: Record<string, unknown>, by: SoftwareAuthenticator) => by.get({ challenge: challengeOf(credential) });
  const listed = async () => (await officer.call(listPasskeys, 'GET', '/v1/staff/passkeys')).content.passkeys.length;

  const swapped = added.create(await begin());
  const thiefs = softwareAuthenticator(origin, 'thief');
  assert.equal((await store(thiefs.create({ challenge: challengeIn(swapped) }), approvalOf(swapped, officer.authenticator))).refusal, 'approval-refused', 'another key than the one that was signed');
  const unsigned = added.create(await begin());
  assert.equal((await store(unsigned, approvalOf(unsigned, added))).refusal, 'approval-refused', 'the new one signs for itself');
  assert.equal(await listed(), 1);

  const credential = added.create(await begin());
  assert.equal((await store(credential, approvalOf(credential, officer.authenticator))).status, 200);
  assert.equal((await store(credential, approvalOf(credential, officer.authenticator))).refusal, 'code-refused', 'its challenge was used');
  assert.equal(await listed(), 2);
  assert.equal(await signIn(added), null);
});

function challengeOf(credential: Record<string, unknown>): string {
  const text = JSON.stringify(credential);
  const part = (name: string) => new RegExp(`"${name}":"([^"]+)"`).exec(text)?.[1] ?? '';
  return createHash('sha256').update(`hk-passkey-1|${part('rawId')}|${part('clientDataJSON')}|${part('attestationObject')}`).digest('base64url');
}
function challengeIn(credential: Record<string, unknown>): string {
  const clientData = /"clientDataJSON":"([^"]+)"/.exec(JSON.stringify(credential))?.[1] ?? '';
  return /"challenge":"([^"]+)"/.exec(Buffer.from(clientData, 'base64url').toString('utf8'))?.[1] ?? '';
}
