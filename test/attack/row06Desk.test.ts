/** Row 6, at the desk: a registrar with an accomplice, who registered the particulars of somebody known, gets nobody's account. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { beginDeskMoveConfirmation, confirmDeskMove, type DeskMove } from '@health-kit/api';
import { ProblemError, Resident, perform, type StaffMember } from '@health-kit/simulate';
import { startCity, type City } from '../server/city.ts';
import { refused } from '../server/refused.ts';

const hourMs = 3_600_000;

let city: City;
before(async () => {
  city = await startCity();
});
after(() => city.close());

let numbers = 0;
/** Somebody with a proven account, and the accomplice: the same particulars with another phone and number, proven by the registrar. */
async function conspire() {
  numbers += 1;
  const victim = await city.resident({ verified: true });
  const accomplice = await Resident.register(city.world, { ...victim.person, phone: `+8613700060${String(numbers).padStart(3, '0')}` });
  const { move } = await city.registrar.proveIdentity(accomplice);
  return { victim, accomplice, move };
}
/** Whether the accomplice has the victim's account now. */
async function hasTaken({ victim, accomplice }: { readonly victim: Resident; readonly accomplice: Resident }): Promise<boolean> {
  const proven = (await accomplice.renewTicket()).identityProven;
  const lost = await victim.renewTicket().then(() => false, (error: unknown) => error instanceof ProblemError);
  assert.equal(proven, lost, 'one of the two has it');
  return proven;
}
/** The registrar tries to be the second one, too, with everything a registrar has. */
async function confirmAlone(registrar: StaffMember, move: DeskMove): Promise<void> {
  const { moveId } = move;
  await refused(perform(registrar.connection, beginDeskMoveConfirmation, { params: { moveId }, body: {} }), 'approval-refused');
  await refused(perform(registrar.connection, confirmDeskMove, { params: { moveId }, body: { assertion: {} } }), 'approval-refused');
}

test('row 6: a registrar and an accomplice get no account, and its owner is told on the phone, the device and in the log, and stops it', async () => {
  const attacked = await conspire();
  const { victim, accomplice, move } = attacked;
  assert.equal(await hasTaken(attacked), false);
  await confirmAlone(city.registrar, move ?? assert.fail('it would have moved'));
  // Again, from a new session and as often as they like.
  await city.registrar.signIn();
  for (let time = 0; time < 3; time += 1) await confirmAlone(city.registrar, (await city.registrar.proveIdentity(accomplice)).move ?? assert.fail());
  assert.equal(await hasTaken(attacked), false);
  await city.advance(23 * hourMs);
  assert.equal(await hasTaken(attacked), false);
  assert.deepEqual((await victim.recoveries()).recoveries.map(({ atDesk }) => atDesk), [true]);
  assert.ok((await victim.accessLog()).some(({ purpose, fields }) => purpose === 'identity-proof' && fields.includes('deviceAsked')));
  await victim.stopRecoveries();
  await city.advance(2 * hourMs);
  assert.equal(await hasTaken(attacked), false);
});

test('row 6: the attack notices a wait that is not there, and a second registrar', async () => {
  const planted = await conspire();
  await city.rows('UPDATE vault.recovery SET completes_at = $2 WHERE move_id = $1', [planted.move?.moveId, new Date(city.now())]);
  assert.equal(await hasTaken(planted), true, 'without the wait the account is gone');

  const lost = await conspire();
  assert.equal(await hasTaken(lost), false);
  await (await city.secondRegistrar()).confirmMove(lost.accomplice);
  assert.equal(await hasTaken(lost), true, 'who really lost a phone has the account at once');
});
