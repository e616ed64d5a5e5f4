/**
 * Estonia, July 2021: 286,438 photos from 9,000 addresses, each below every limit of its own. Here 9,000 real source
 * addresses ask for somebody in every place of every operation, with keys that nobody has proven; nothing comes back,
 * and a privacy officer is told within the minute.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { acknowledgeAlarm, readOversight, startRegistration, type Alarm, type SealedIdentity } from '@health-kit/api';
import { sealTo } from '@health-kit/client';
import { ProblemError, StaffMember, perform, seededRandom, syntheticPerson } from '@health-kit/simulate';
import { startCity, type City } from '../server/city.ts';
import { plainRequest, prove, told, type Answer, type Attacker, type PlainRequest } from './attempt.ts';
import { provenResident } from './busyCity.ts';
import type { Known } from './checkOthers.ts';
import { sendFrom, sourceAddress } from './manySources.ts';
import { plantHole } from './plantedHole.ts';
import { knownOf } from './startedCity.ts';
import { positionsOf, readTargets, type Position, type Target } from './targets.ts';
import { relayVault } from './vaultRelay.ts';

const manySources = 9_000;
/** The last of so many parts registers as the person, with new keys and everything sealed as it should be; the others try every place. */
const registeringPart = 9;
/** Just over what the watch takes for a flood. */
const fewSources = 1_300;
const minuteMs = 60_000;
const atOnce = 24;
/** Prime to the number of places, so that everybody comes to every place. */
const peopleThere = 11;

let city: City;
let watcher: StaffMember;
let targets: readonly Target[];
let keys: readonly CryptoKeyPair[];
const people: SealedIdentity[] = [];
before(async () => {
  city = await startCity();
  const { code } = await city.administrator.invite({ name: 'Watcher', office: 'Privacy office', unit: 'Privacy', roles: ['privacy-officer'], institutionId: null });
  watcher = await StaffMember.enrol(city.world, code);
  for (let number = 0; number < peopleThere; number += 1) {
    const person: SealedIdentity = { ...syntheticPerson(700 + number, seededRandom(`there ${number}`)), familyName: '金丝', givenName: `雀明${stems[number] ?? ''}` };
    await provenResident(city, person);
    people.push(person);
  }
  targets = await readTargets(city.world.origin);
  keys = await Promise.all(Array.from({ length: 50 }, newKey));
});
after(() => city.close());

const stems = ['甲', '乙', '丙', '丁', '戊', '己', '庚', '辛', '壬', '癸', '子'] as const;
const newKey = () => crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify']);
const oneOf = <T>(list: readonly T[], index: number): T => list[index % list.length] ?? assert.fail('an empty list');

/** Of every two sources one asks for somebody who is there, the other for somebody of the same form who is not. */
function askedBy(index: number): { readonly identity: SealedIdentity; readonly isThere: boolean } {
  const isThere = index % 2 === 0;
  if (isThere) return { identity: oneOf(people, index / 2), isThere };
  return { identity: { ...syntheticPerson(10_000 + index, seededRandom(`nobody ${index}`)), familyName: '金丝', givenName: `无${stems[index % stems.length] ?? ''}` }, isThere };
}

interface Place {
  readonly target: Target;
  readonly position: Position;
  readonly what: keyof Known;
}
function placesOf(list: readonly Target[]): Place[] {
  return list.flatMap((target) => positionsOf(target).flatMap((position) => (['name', 'documentNumber', 'phone'] as const).map((what) => ({ target, position, what }))));
}

interface Flood {
  readonly findings: readonly string[];
  readonly statuses: ReadonlyMap<number, number>;
  readonly sources: number;
  /** Ways of asking in which both somebody who is there and nobody were asked for. */
  readonly compared: number;
}

/** Lets each source ask once, and gathers what came back of people and where somebody who is there is told from nobody. */
async function flood(via: string, list: readonly Target[], sources: number): Promise<Flood> {
  const places = placesOf(list);
  const { sealingKey } = await city.world.trust();
  const findings: string[] = [];
  const statuses = new Map<number, number>();
  const used = new Set<string>();
  const tales = new Map<string, { there: Set<string>; nobody: Set<string> }>();
  const canaries = people.flatMap(({ givenName, documentNumber, phone }) => [givenName, documentNumber, phone.slice(3)]);

  function note(where: string, isThere: boolean, answer: Answer, said: readonly string[]): void {
    statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
    const text = `${answer.headers}\n${answer.body}`;
    const leaked = canaries.filter((canary) => !said.some((word) => word.includes(canary)) && text.includes(canary));
    if (leaked.length > 0) findings.push(`${where} gave away ${leaked.join(', ')}`);
    // What everybody together asks too often says nothing about whom.
    if (answer.status === 429) return;
    const tale = tales.get(where) ?? { there: new Set(), nobody: new Set() };
    (isThere ? tale.there : tale.nobody).add(told(answer, said));
    tales.set(where, tale);
  }
  async function ask(index: number): Promise<void> {
    const source = sourceAddress(index);
    used.add(source);
    const { identity, isThere } = askedBy(index);
    if (index >= sources - Math.floor(sources / registeringPart)) {
      const target = list.find(({ id }) => id === startRegistration.id);
      if (target === undefined) return;
      const body = new TextEncoder().encode(JSON.stringify({ sealed: await sealTo(sealingKey, identity) }));
      const request: PlainRequest = { path: startRegistration.path, search: '', body, headers: new Headers({ 'content-type': 'application/json' }) };
      return note('registering as the person', isThere, await sendProven(via, source, target, { name: 'new', key: await newKey(), ticket: null }, request), []);
    }
    // Two sources in a row ask in the same place: for somebody, and for nobody.
    const { target, position, what } = oneOf(places, Math.floor(index / 2));
    const said = knownOf(identity)[what];
    const request = plainRequest(target, new Map([[position, said]]));
    const answer = await sendProven(via, source, target, { name: 'unproven', key: oneOf(keys, index), ticket: null }, request);
    note(`${target.id} with ${what} in ${position.place} ${position.name}`, isThere, answer, [said]);
  }
  await inTurns(sources, ask);
  const compared = [...tales].filter(([, { there, nobody }]) => there.size > 0 && nobody.size > 0);
  for (const [where, { there, nobody }] of compared) {
    if ([...there].every((tale) => !nobody.has(tale))) findings.push(`${where} tells somebody who is there from nobody`);
  }
  return { findings, statuses, sources: used.size, compared: compared.length };
}

/** Runs a job for each index, some at once; resolves to what they gave, in order of the index. */
async function inTurns<T>(count: number, job: (index: number) => Promise<T>): Promise<T[]> {
  const given: T[] = [];
  let next = 0;
  await Promise.all(Array.from({ length: atOnce }, async () => {
    while (next < count) {
      const index = next++;
      given[index] = await job(index);
    }
  }));
  return given;
}

async function sendProven(via: string, source: string, target: Target, attacker: Attacker, request: PlainRequest): Promise<Answer> {
  await prove({ origin: city.world.origin, via, nowMs: city.now() }, target, attacker, request.path, request.body, request.headers);
  return sendFrom(via, source, target.method, request);
}

/** The alarm about the sources that waits to be seen; null where none has come within so many ms. */
async function alarmWithin(ms: number): Promise<Alarm | null> {
  for (const until = performance.now() + ms; ;) {
    const raised = (await readAlarms()).find(({ kind, acknowledgedAt }) => kind === 'refused-sources' && acknowledgedAt === null);
    if (raised !== undefined) return raised;
    if (performance.now() > until) return null;
    await delay(500);
  }
}

/** The alarms as the privacy officer reads them; none where the process sheds load at this moment. */
async function readAlarms(): Promise<readonly Alarm[]> {
  try {
    return (await perform(watcher.connection, readOversight, {})).alarms;
  } catch (error) {
    if (error instanceof ProblemError && error.problem.status === 503) return [];
    throw error;
  }
}

/** A registration that is not one, by somebody behind a proxy on this machine, who claims to be somebody else. */
async function claim(claimed: string, real: string): Promise<number> {
  const headers = new Headers({ 'content-type': 'application/json', 'x-forwarded-for': `${claimed}, ${real}` });
  const request: PlainRequest = { path: startRegistration.path, search: '', body: new TextEncoder().encode('{}'), headers };
  return (await sendFrom(city.world.origin, '127.0.0.1', 'POST', request)).status;
}

test('row 2: an address that somebody only claims is not believed: many names do not make many sources, and one name not one', async () => {
  const many = await inTurns(fewSources, (index) => claim(sourceAddress(index), '203.0.113.7'));
  assert.equal(many.filter((status) => status !== 429).length, 60, 'the one who claims to be many has the limit of one');
  assert.equal(await alarmWithin(2_000), null, 'and raises no alarm about many');
  const one = await inTurns(120, (index) => claim('198.51.100.9', `203.0.113.${100 + index}`));
  assert.ok(!one.includes(429), 'many who claim to be one are not limited as one, nor is anybody in whose name they ask');
});

test('row 2: 9,000 addresses, each after another person, get nothing, and a privacy officer is told within the minute', async (context) => {
  const began = performance.now();
  const alarm = alarmWithin(minuteMs).then((raised) => ({ raised, afterMs: performance.now() - began }));
  const { findings, statuses, sources, compared } = await flood(city.world.origin, targets, manySources);
  const { raised, afterMs } = await alarm;
  context.diagnostic(`${sources} sources in ${Math.round((performance.now() - began) / 1000)} s, the alarm after ${Math.round(afterMs / 1000)} s; ${JSON.stringify([...statuses])}`);
  assert.deepEqual(findings, []);
  assert.equal(sources, manySources);
  assert.equal(compared, placesOf(targets).length + 1, 'in every place somebody was asked for, and nobody');
  assert.ok(raised !== null && afterMs < minuteMs);
  assert.equal(raised.officer, null, 'it is no single officer whom it is about');
  await perform(watcher.connection, acknowledgeAlarm, { params: { alarmId: raised.alarmId }, body: {} });
});

test('row 2: the attack catches a planted operation that gives a person by name and number, from whichever address', async () => {
  const somebody = people[0] ?? assert.fail();
  const hole = await plantHole(city.world.origin, {
    path: '/v1/photos',
    answer: (query) => (query.get('number') === somebody.documentNumber ? { status: 200, body: JSON.stringify({ portrait: `portrait ${somebody.phone}` }) } : { status: 404, body: '{}' }),
  });
  try {
    const planted = (await readTargets(hole.origin)).filter(({ id }) => id === 'plantedHole');
    const { findings } = await flood(hole.origin, planted, 600);
    assert.ok(findings.some((finding) => /^plantedHole with documentNumber in query number gave away/.test(finding)), findings.join('\n'));
  } finally {
    await hole.close();
  }
});

test('row 2: the attack notices where nobody is told, because the report of the flood is lost', async () => {
  const relay = await relayVault(city.system, 'report-refused-sources');
  try {
    await flood(city.world.origin, targets.filter(({ authority }) => authority === 'staff'), fewSources);
    assert.ok(relay.captured.some(({ name }) => name === 'report-refused-sources'), 'the server saw the flood');
    assert.equal(await alarmWithin(10_000), null);
  } finally {
    await relay.remove();
  }
});
