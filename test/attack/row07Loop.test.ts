import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Oversight } from '@health-kit/api';
import { readOversight } from '@health-kit/api';
import { ProblemError, Resident, StaffMember, perform, syntheticPerson } from '@health-kit/simulate';
import { startCity, type City } from '../server/city.ts';

/** What the loop wants, and the people whose passes it has got hold of: each of its 10,000 turns asks for one of them, more than the hour's budget of a desk. */
const turns = 10_000;
const people = 160;
/** The desk's budget of the hour, as it is delivered. */
const perHour = 150;

let city: City;
let watcher: StaffMember;
let residents: Resident[];
before(async () => {
  city = await startCity();
  const { code } = await city.administrator.invite({ name: 'Watcher', office: 'Privacy office', unit: 'Privacy', roles: ['privacy-officer'], institutionId: null });
  watcher = await StaffMember.enrol(city.world, code);
  residents = [];
  for (let number = 0; number < people; number += 1) residents.push(await Resident.register(city.world, syntheticPerson(number, city.world.random.fork(`person ${number}`))));
});
after(() => city.close());

const oversight = (): Promise<Oversight> => perform(watcher.connection, readOversight, {});

/** Asks for one person after the other until the account is out, or all turns are done. */
async function loop(officer: StaffMember): Promise<{ readonly seen: number; readonly stoppedAt: number | null; readonly answers: ReadonlyMap<string, number> }> {
  const answers = new Map<string, number>();
  const seen = new Set<number>();
  for (let turn = 0; turn < turns; turn += 1) {
    const index = turn % people;
    const resident = residents[index] ?? assert.fail('nobody');
    const answer = await present(officer, resident);
    answers.set(answer, (answers.get(answer) ?? 0) + 1);
    if (answer === 'seen') seen.add(index);
    if (answer === '401') return { seen: seen.size, stoppedAt: turn, answers };
  }
  return { seen: seen.size, stoppedAt: null, answers };
}

async function present(officer: StaffMember, resident: Resident): Promise<string> {
  try {
    await officer.present(resident);
    return 'seen';
  } catch (error) {
    if (error instanceof ProblemError) return String(error.problem.status);
    throw error;
  }
}

async function registrar(name: string): Promise<StaffMember> {
  const { code } = await city.administrator.invite({ name, office: 'Health office', unit: 'Desk', roles: ['registrar'], institutionId: null });
  return StaffMember.enrol(city.world, code);
}

test("row 7: an officer's loop of 10,000 is capped, the account is frozen, and the privacy officer is told", async () => {
  const officer = await registrar('Loop');
  const { seen, stoppedAt, answers } = await loop(officer);
  assert.equal(seen, 60, 'no more than the minute allows, while time stands still');
  assert.equal(stoppedAt, perHour + 1, `frozen by the first person beyond the hour's budget: ${JSON.stringify([...answers])}`);
  await assert.rejects(officer.signIn(), /account-stopped/, 'and the passkey opens no other session');

  const { alarms, stopped } = await oversight();
  assert.ok(alarms.some(({ kind, officer: whom, acknowledgedAt }) => kind === 'officer-budget' && whom?.name === 'Loop' && acknowledgedAt === null), 'the alarm is there at once');
  assert.deepEqual(stopped.map(({ name }) => name), ['Loop']);
});

test('row 7: the loop is over also where it waits for each next minute, before it has seen more than the hour allows', async () => {
  await city.advance(2 * 3_600_000);
  const officer = await registrar('Patient loop');
  let seen = 0;
  for (const [index, resident] of residents.entries()) {
    if (index % 50 === 0) await city.advance(61_000);
    await resident.renewPass();
    if ((await present(officer, resident)) === 'seen') seen += 1;
  }
  assert.equal(seen, perHour);
  assert.ok((await oversight()).stopped.some(({ name }) => name === 'Patient loop'));
});
