/** Officers over officers, over the wire: no administrator brings anybody in alone, and a dismissal ends a session with its answer. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { StaffMember } from '@health-kit/simulate';
import { startCity, type City } from './city.ts';
import { refused } from './refused.ts';

let city: City;
before(async () => {
  city = await startCity();
});
after(() => city.close());

const invitation = (name: string, role: 'administrator' | 'privacy-officer' | 'registrar') => ({ name, office: 'Health office', unit: `Unit of ${name}`, roles: [role], institutionId: null });

test('from the second officer on, an invitation waits for somebody else', async () => {
  const watcher = await StaffMember.enrol(city.world, (await city.administrator.invite(invitation('Watcher', 'privacy-officer'))).code);
  const { code, officerId, needsConfirmation } = await city.administrator.inviteAlone(invitation('Puppet', 'registrar'));
  assert.equal(needsConfirmation, true);
  await refused(StaffMember.enrol(city.world, code), 'code-refused');
  await refused(city.administrator.confirmInvitation(officerId), 'approval-refused');
  await refused(city.registrar.confirmInvitation(officerId), 'not-permitted');
  await refused(StaffMember.enrol(city.world, code), 'code-refused');
  await watcher.confirmInvitation(officerId);
  await StaffMember.enrol(city.world, code);
});

test('a dismissed administrator is out with the answer, ticket and passkey alike', async () => {
  const leaver = await StaffMember.enrol(city.world, (await city.administrator.invite(invitation('Leaver', 'administrator'))).code);
  await leaver.staff();
  await refused(city.administrator.dismiss(city.administrator.session.officer.officerId), 'conflict');
  await city.administrator.dismiss(leaver.session.officer.officerId);
  // An operation that the server answers by itself, from the ticket.
  await refused(leaver.institutions(), 'not-authorized');
  await refused(leaver.signIn(), 'not-authorized');
});
