import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { checkIn, confirmRegistration, type RegistrationId } from '@health-kit/api';
import { makeKey } from '@health-kit/client';
import { ProblemError, Resident, connect, newVisitId, perform, seededRandom, syntheticPerson, instant } from '@health-kit/simulate';
import { startCity, type City } from '../server/city.ts';
import { refused } from '../server/refused.ts';
import { attempt, type Attacker } from './attempt.ts';
import { positionsOf, readTargets, type Position, type Target } from './targets.ts';

let city: City;
before(async () => {
  city = await startCity();
});
after(() => city.close());

let people = 0;
/** Somebody who has asked for a code and not used it yet. */
async function waiting() {
  people += 1;
  const resident = new Resident(city.world, syntheticPerson(600 + people, seededRandom(`row 6, ${people}`)), await makeKey());
  const { registrationId, afterMessage } = await resident.requestCode();
  return { resident, registrationId, code: await resident.readCode(afterMessage) };
}
/** So many codes that are not this one. */
function wrongCodes(code: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => String((Number(code) + 1 + index) % 100_000_000).padStart(8, '0'));
}
const confirmWith = (key: CryptoKeyPair, registrationId: RegistrationId, code: string) => perform(connect(city.world, { key }), confirmRegistration, { params: { registrationId }, body: { code } });

test('row 6: after five wrong guesses a code is dead, the right one included', async () => {
  const { resident, registrationId, code } = await waiting();
  for (const wrong of wrongCodes(code, 5)) await refused(resident.confirm(registrationId, wrong), 'code-refused');
  await refused(resident.confirm(registrationId, code), 'code-refused');
  await refused(resident.ticket(), 'not-authorized');
});

test('row 6: four wrong guesses leave the fifth to the owner', async () => {
  const { resident, registrationId, code } = await waiting();
  for (const wrong of wrongCodes(code, 4)) await refused(resident.confirm(registrationId, wrong), 'code-refused');
  await resident.confirm(registrationId, code);
  assert.equal((await resident.ticket()).identityProven, false);
});

test('row 6: guesses that come at once are counted one by one', async () => {
  const { resident, registrationId, code } = await waiting();
  const outcomes = await Promise.allSettled([...wrongCodes(code, 30)].map((wrong) => resident.confirm(registrationId, wrong)));
  assert.ok(outcomes.every(({ status }) => status === 'rejected'));
  const [row] = await city.rows<{ guesses_left: number }>('SELECT guesses_left FROM vault.registration WHERE registration_id = $1', [registrationId]);
  assert.equal(row?.guesses_left, 0);
  await refused(resident.confirm(registrationId, code), 'code-refused');
});

test('row 6: the right code from another device is no code', async () => {
  const { resident, registrationId, code } = await waiting();
  const thief = await makeKey();
  await refused(confirmWith(thief, registrationId, code), 'code-refused');
  await refused(new Resident(city.world, resident.person, thief).ticket(), 'not-authorized');
  await resident.confirm(registrationId, code);
});

test('row 6: a code is good for its own registration and for no other, neither of the same device nor of another', async () => {
  const [one, other] = [await waiting(), await waiting()];
  assert.notEqual(one.code, other.code);
  await refused(one.resident.confirm(one.registrationId, other.code), 'code-refused');
  await refused(one.resident.confirm(other.registrationId, other.code), 'code-refused');
  // Asking again makes a new challenge; the code of the one before died with it.
  const again = await one.resident.requestCode();
  const fresh = await one.resident.readCode(again.afterMessage);
  await refused(one.resident.confirm(one.registrationId, one.code), 'code-refused');
  if (fresh !== one.code) await refused(one.resident.confirm(again.registrationId, one.code), 'code-refused');
  await one.resident.confirm(again.registrationId, fresh);
  await other.resident.confirm(other.registrationId, other.code);
});

test('row 6: a code is dead after its five minutes', async () => {
  const { resident, registrationId, code } = await waiting();
  await city.advance(5 * 60_000);
  await refused(resident.confirm(registrationId, code), 'code-refused');
});

test('row 6: one guess each at very many challenges ends with the budget of the whole system', async () => {
  // All but a hundred of the guesses of the hour are written down instead of made.
  await city.rows('INSERT INTO vault.failed_code (failure_id, failed_at) SELECT gen_random_uuid(), $1 FROM generate_series(1, 49900)', [new Date(city.now())]);
  const challenges = await Promise.all(Array.from({ length: 30 }, waiting));
  const outcomes: string[] = [];
  for (const { resident, registrationId, code } of challenges) {
    for (const guess of wrongCodes(code, 4)) {
      outcomes.push(await resident.confirm(registrationId, guess).then(() => 'confirmed', (error: unknown) => (error instanceof ProblemError ? error.problem.type : 'unreachable')));
    }
  }
  assert.deepEqual([...new Set(outcomes.map((outcome) => outcome.split(/[:/]/).at(-1)))], ['code-refused', 'too-many-requests']);
  const [first] = challenges;
  assert.ok(first !== undefined);
  await refused(first.resident.confirm(first.registrationId, first.code), 'too-many-requests');
  // The budget is a share of an hour: it opens again, and no account came of it.
  await city.advance(61 * 60_000);
  const { resident, registrationId, code } = await waiting();
  await resident.confirm(registrationId, code);
});

test("row 6: whoever has a resident's ticket, as from a photo, can append a check-in and read nothing", async () => {
  const { venue } = await city.venue();
  const victim = await city.resident({ verified: true });
  const visit = await victim.checkIn(venue.venueCode);
  const thief: Attacker = { name: 'thief', key: await makeKey(), ticket: (await victim.ticket()).ticket };
  const statuses = new Map<string, number>();
  for (const target of await readTargets(city.world.origin)) {
    const answer = await attempt({ origin: city.world.origin, via: city.world.origin, nowMs: city.now() }, target, thief, digestOf(target));
    if (target.authority !== 'anyone') statuses.set(target.id, answer.status);
    assert.ok(!answer.body.includes(visit.visitId), target.id);
  }
  const opened = [...statuses].filter(([id, status]) => status !== 401 && !deviceOperations.has(id)).map(([id]) => id).sort();
  assert.deepEqual(opened, ['checkIn', 'checkOut']);
  await perform(connect(city.world, { ticket: thief.ticket ?? '' }), checkIn, { body: { visitId: newVisitId(), venueCode: venue.venueCode, arrivedAt: instant(city.now()) } });
});
/** What asks for a key alone takes the thief's as a stranger's own, who owns nothing: it does not see the ticket at all. */
const deviceOperations = new Set(['startRegistration', 'confirmRegistration', 'beginStaffSignIn', 'finishStaffSignIn', 'enrolGate', 'askDependantByPhone', 'beginIdentityProof', 'finishIdentityProof', 'fileAppeal', 'readMyAppeals']);
/** A digest of the right length, which chance does not find. */
function digestOf(target: Target): ReadonlyMap<Position, string> {
  return new Map(positionsOf(target).filter(({ name }) => name === 'digest').map((position) => [position, 'A'.repeat(22)]));
}
