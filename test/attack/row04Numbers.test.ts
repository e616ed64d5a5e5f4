/**
 * Numbers in sequence, before anybody signs in: 100,000 of them in the places of all operations, and a
 * registration, which takes a person's particulars sealed, by the times of its answers. The sweep takes seconds because nobody gets as far as
 * the vault; registrations, which do, are compared by a sample.
 */
import assert from 'node:assert/strict';
import { Agent, createServer, request as httpRequest } from 'node:http';
import { after, before, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { startRegistration, type SealedIdentity } from '@health-kit/api';
import { sealTo } from '@health-kit/client';
import { makeProof } from '@health-kit/proof';
import { seededRandom, syntheticPerson } from '@health-kit/simulate';
import { startCity, type City } from '../server/city.ts';
import { plainRequest, told } from './attempt.ts';
import { provenResident } from './busyCity.ts';
import { askMany, type WireRequest } from './manyAnswers.ts';
import { plantHole } from './plantedHole.ts';
import { positionsOf, readTargets, type Position, type Target } from './targets.ts';
import { tellByTime } from './timeTold.ts';

const numbersTried = 100_000;
/** The heavenly stems and two branches: endings of made-up names. */
const stems = ['甲', '乙', '丙', '丁', '戊', '己', '庚', '辛', '壬', '癸', '子', '丑'] as const;
const peopleThere = stems.length;
/** Limited to so many requests a minute by everybody; these are asked about those who exist, and as many who do not. */
const limited = new Set(['startRegistration', 'confirmRegistration', 'beginStaffEnrolment', 'finishStaffEnrolment', 'beginStaffSignIn', 'finishStaffSignIn', 'enrolGate', 'issueInstitutionToken']);

let city: City;
let people: SealedIdentity[];
before(async () => {
  city = await startCity();
  people = [];
  for (let index = 0; index < peopleThere; index += 1) {
    const person: SealedIdentity = { ...syntheticPerson(700 + index, seededRandom(`there ${index}`)), documentType: 'resident-id', documentNumber: numberAt(index * 8_000 + 37), familyName: '阮', givenName: `在${stems[index] ?? ''}` };
    await provenResident(city, person);
    people.push(person);
  }
});
after(() => city.close());

/** The n-th of the numbers in sequence: all valid, 999 to a birthday (GB 11643). */
function numberAt(index: number): string {
  const day = new Date(Date.UTC(1980, 0, 1 + Math.floor(index / 999))).toISOString().slice(0, 10).replaceAll('-', '');
  const digits = `119999${day}${String(1 + (index % 999)).padStart(3, '0')}`;
  const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
  const sum = weights.reduce((total, weight, at) => total + weight * Number(digits[at]), 0);
  return digits + ('10X98765432'[sum % 11] ?? '');
}

interface Place {
  readonly target: Target;
  readonly position: Position;
}

/** Every place of every operation that somebody without any credentials can put something into. */
function placesOf(targets: readonly Target[]): Place[] {
  return targets.flatMap((target) => positionsOf(target).map((position) => ({ target, position })));
}

function wireRequest({ target, position }: Place, number: string): WireRequest {
  const { path, search, body, headers } = plainRequest(target, new Map([[position, number]]));
  return { method: target.method, path: path + search, headers: new Map(headers), body: body === null ? null : Buffer.from(body).toString('utf8') };
}

interface Sweep {
  readonly asked: number;
  /** Places where not all numbers got one and the same answer. */
  readonly findings: readonly string[];
}

/** What anybody sees of a number by itself: one in eleven ends in an X, which is no digit. */
const formOf = (number: string) => (number.endsWith('X') ? 'ending in X' : 'of digits');

/** Puts numbers into places and gathers, for each place, what the answers say. A place is asked about all who exist, and about its share of the rest. */
async function sweep(origin: string, places: readonly Place[], numbers: readonly string[]): Promise<Sweep> {
  const jobs = [
    ...places.flatMap((place) => people.map(({ documentNumber }) => ({ place, number: documentNumber }))),
    ...numbers.flatMap((number, index) => {
      const place = places[index % places.length];
      return place === undefined ? [] : [{ place, number }];
    }),
  ];
  const answers = new Map<Place, Map<string, Map<string, string>>>();
  const shed: number[] = [];
  const ask = (indexes: readonly number[]) => askMany(origin, indexes.length, (index) => {
    const job = jobs[indexes[index] ?? 0];
    if (job === undefined) throw new RangeError('no such request');
    return wireRequest(job.place, job.number);
  }, (index, { status, text }) => {
    const job = jobs[indexes[index] ?? 0];
    if (job === undefined) return;
    // A process that is late turns requests away before it looks at them.
    if (status === 503) return void shed.push(indexes[index] ?? 0);
    const ofPlace = answers.get(job.place) ?? new Map<string, Map<string, string>>();
    const seen = ofPlace.get(formOf(job.number)) ?? new Map<string, string>();
    const length = /^content-length: .*$/im.exec(text)?.[0] ?? '';
    seen.set(`${length} ${told({ status, headers: '', body: text }, [job.number])}`, job.number);
    answers.set(job.place, ofPlace.set(formOf(job.number), seen));
  });
  await ask(jobs.map((_, index) => index));
  for (let again = 0; shed.length > 0 && again < 20; again += 1) {
    await delay(500);
    await ask(shed.splice(0));
  }
  assert.equal(shed.length, 0, 'all were answered');
  return {
    asked: jobs.length,
    findings: [...answers].flatMap(([{ target, position }, ofPlace]) => [...ofPlace.values()].flatMap((seen) => (seen.size === 1 ? [] : [`${target.id} with a number in ${position.place} ${position.name}: ${[...seen.values()].join(', ')} are answered differently`]))),
  };
}

test('row 4: 100,000 numbers in sequence, in every place of every operation, are answered alike: body, length, status and headers', async (context) => {
  const targets = await readTargets(city.world.origin);
  const numbers = Array.from({ length: numbersTried }, (_, index) => numberAt(index));
  const began = performance.now();
  const swept = await sweep(city.world.origin, placesOf(targets.filter(({ id }) => !limited.has(id))), numbers);
  const few = await sweep(city.world.origin, placesOf(targets.filter(({ id }) => limited.has(id))), numbers.slice(0, 200));
  context.diagnostic(`${swept.asked + few.asked} requests in ${Math.round((performance.now() - began) / 1000)} s`);
  assert.ok(swept.asked > numbersTried);
  assert.deepEqual([...swept.findings, ...few.findings], []);
});

test('row 4: the sweep catches a planted operation that knows one number of them', async () => {
  const somebody = people.find(({ documentNumber }) => formOf(documentNumber) === 'of digits');
  const hole = await plantHole(city.world.origin, { path: '/v1/check', answer: (query) => ({ status: 200, body: JSON.stringify({ found: query.get('number') === somebody?.documentNumber }) }) });
  try {
    const targets = (await readTargets(hole.origin)).filter(({ id }) => id === 'plantedHole');
    const { findings } = await sweep(hole.origin, placesOf(targets), [numberAt(1), numberAt(2)]);
    assert.equal(findings.length, 1);
    assert.match(findings.join(), /plantedHole with a number in query number/);
  } finally {
    await hole.close();
  }
});

/** A registration, ready to be sent: sealed and proven by a key of its own. */
async function registration(person: SealedIdentity): Promise<{ readonly body: string; readonly proof: string }> {
  const { sealingKey } = await city.world.trust();
  const body = JSON.stringify({ sealed: await sealTo(sealingKey, person) });
  const key = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify']);
  const proof = await makeProof({ key, method: 'POST', url: city.world.origin + startRegistration.path, body: Buffer.from(body), ticket: null, nowMs: city.now(), nonce: crypto.getRandomValues(new Uint8Array(16)) });
  return { body, proof };
}

const agent = new Agent({ keepAlive: true, maxSockets: 1 });
after(() => agent.destroy());

/** Sends it over a connection that is there already, and returns how long the answer took, ms, and what it said. */
function timed(via: string, { body, proof }: { readonly body: string; readonly proof: string }): Promise<{ readonly ms: number; readonly status: number }> {
  return new Promise((resolve, reject) => {
    const began = performance.now();
    const outgoing = httpRequest(via.replace('localhost', '127.0.0.1') + startRegistration.path, { agent, method: 'POST', headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body), dpop: proof } }, (incoming) => {
      incoming.resume();
      incoming.on('end', () => resolve({ ms: performance.now() - began, status: incoming.statusCode ?? 0 }));
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

let phones = 0;
/** A telephone number that nobody has had yet, in a range that is not used up. */
function freshPhone(): string {
  phones += 1;
  return `+86${1_310_000_000 + (phones % 50) * 10_000_000 + phones}`.padEnd(14, '0').slice(0, 14);
}

/** Compares registering with the number of somebody who is there, and of nobody. `isThere` is told which bodies are about the former. */
function compareRegistrations(via: string, isThere?: (body: string) => void, rounds?: number) {
  return tellByTime(async (pair, isFirst) => {
    const person = people[pair % people.length];
    if (person === undefined) throw new RangeError('nobody is there');
    const phone = freshPhone();
    // Nobody's number has the same form, and lies between those of people who are there.
    const ready = await registration(isFirst ? { ...person, phone } : { ...person, givenName: `无${stems[pair % stems.length] ?? ''}`, documentNumber: numberAt(pair * 31 + 7_001), phone });
    if (isFirst) isThere?.(ready.body);
    const { ms, status } = await timed(via, ready);
    assert.equal(status, 202);
    return ms;
  }, rounds);
}

test('row 4: how long a registration takes does not tell whether somebody with this number and name is there', async (context) => {
  const verdict = await compareRegistrations(city.world.origin);
  context.diagnostic(`score ${verdict.score.toFixed(2)} after ${verdict.pairs} pairs`);
  assert.equal(verdict.told, false, JSON.stringify(verdict));
});

test('row 4: the comparison catches planted 2 ms for somebody who is there', async (context) => {
  const there = new Set<string>();
  const slow = createServer((incoming, outgoing) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const pass = async () => {
        const body = Buffer.concat(chunks).toString('utf8');
        if (there.has(body)) await delay(2);
        const answer = await fetch(city.world.origin + (incoming.url ?? ''), { method: 'POST', headers: { 'content-type': 'application/json', dpop: String(incoming.headers['dpop']) }, body });
        outgoing.writeHead(answer.status).end(await answer.text());
      };
      pass().catch(() => outgoing.destroy());
    });
  });
  await new Promise<void>((resolve) => slow.listen(0, '127.0.0.1', resolve));
  const address = slow.address();
  assert.ok(address !== null && typeof address !== 'string');
  try {
    const verdict = await compareRegistrations(`http://127.0.0.1:${address.port}`, (body) => there.add(body), 8);
    context.diagnostic(`score ${verdict.score.toFixed(2)} after ${verdict.pairs} pairs`);
    assert.equal(verdict.told, true, JSON.stringify(verdict));
  } finally {
    slow.closeAllConnections();
    slow.close();
  }
});
