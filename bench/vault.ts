/**
 * What the vault does a second, and what of a processor it takes: `npm run bench -- vault`. Each figure stands beside
 * something known that is measured in the same run. What they mean is in docs/benchmarks.md.
 *
 * The last line is one JSON object.
 */
import { cpus } from 'node:os';
import { DAY_MS } from '@health-kit/policy';
import {
  approveRecordedDisclosure, beginRecordedDisclosureApproval, beginTrace, issueDayTicket, recordDisclosure, registerCase, releaseRecordedDisclosure, resolveContacts, signRecordedDisclosure,
} from '@health-kit/api/vault';
import { makeProof } from '@health-kit/proof';
import { inParallel } from '@health-kit/simulate';
import { calculateJwkThumbprint, exportJWK } from 'jose';
import { Value } from 'typebox/value';
import { installDebianPackages } from '../bin/debianPackages.ts';
import { personId, resultId, type PersonId } from '../apps/vault/src/identifiers.ts';
import { peopleOf, pseudonymOf, pseudonymsOf } from '../apps/vault/src/keys/pseudonym.ts';
import { storePerson } from '../apps/vault/src/people/people.ts';
import { randomUuid } from '../apps/vault/src/randomness.ts';
import { identity, origin, startCity, startMs, type City, type Officer, type Resident } from '../apps/vault/test/city.ts';
import { processorTimeMs } from './check-ins/processorTime.ts';
import { pgbenchFile } from './check-ins/rawInserts.ts';
import { helpOf } from './help.ts';
import { perSecond, rawBlocks, rawInsertMs, rawSelects, rawVerifications } from './vault/peers.ts';
import { startVaultProcess, type VaultProcess } from './vault/vaultProcess.ts';

const devices = 100;
const connections = 16;
const rounds = 5;
const ticketsARound = 4_000;
const contactsOfCase = 10_000;
const disclosures = 10;

helpOf(`Usage: npm run bench -- vault

Measures the vault on a database and keys of its own, which are gone afterwards; some minutes.
Prints a figure a line, and all of them as one JSON object on the last line:

  pseudonym derivations and resolutions a second, beside bare AES-256 blocks
  day tickets a second over the vault's socket, and milliseconds of a processor for each,
    beside single-row reads and signature checks
  ${contactsOfCase.toLocaleString('en')} contacts of a case resolved at once, beside the bare insert of their rows
  disclosures a second, from the request to the release, and the vault's memory

  --help  show this text; there are no other options

What the figures mean: docs/benchmarks.md
`);

const missing = installDebianPackages([{ package: 'postgresql-contrib', file: pgbenchFile }]);
if (missing !== null) process.stdout.write(`${missing} Without pgbench the day tickets stand beside no single-row reads.\n`);

const city = await startCity({ durable: true });
try {
  const vault = await startVaultProcess(city, connections);
  try {
    await measure(city, vault);
  } finally {
    await vault.stop();
  }
} finally {
  await city.close();
}

async function measure(place: City, vault: VaultProcess): Promise<void> {
  const idleMb = vault.memoryMb();
  const derivations = derive(place);
  const tickets = await issueTickets(place, vault);
  const resolutions = await resolve(place, vault);
  const opened = await disclose(place);
  const figures = {
    bench: 'vault', cores: cpus().length, ...derivations, ...tickets, ...resolutions, ...opened, memoryIdleMb: idleMb, memoryAfterMb: vault.memoryMb(),
  };
  for (const [name, value] of Object.entries(figures)) process.stdout.write(`${name.padEnd(32)}${String(value)}\n`);
  process.stdout.write(`${JSON.stringify(figures)}\n`);
}

/** Pseudonyms one at a time, and 10,000 at once, beside AES-256 blocks by the cipher alone. */
function derive({ vault: { keys, random } }: City) {
  const people = Array.from({ length: 10_000 }, () => personId(randomUuid(random)));
  const [one] = people;
  if (one === undefined) throw new Error('there is nobody');
  const pseudonyms = pseudonymsOf(keys.health, people);
  const results = Array.from({ length: rounds }, () => {
    const blocks = rawBlocks(people.length, 300);
    const batch = perSecond(people.length, 300, () => void pseudonymsOf(keys.health, people));
    return { single: perSecond(1, 300, () => void pseudonymOf(keys.health, one)), batch, inverse: perSecond(people.length, 300, () => void peopleOf(keys.health, pseudonyms)), blocks, ratio: batch / blocks };
  });
  return {
    derivationsPerSecond: median(results.map(({ single }) => single), 0), derivationsPerSecondInBatches: median(results.map(({ batch }) => batch), 0),
    inversionsPerSecondInBatches: median(results.map(({ inverse }) => inverse), 0), rawBlocksPerSecond: median(results.map(({ blocks }) => blocks), 0), derivationRatio: median(results.map(({ ratio }) => ratio), 4),
  };
}

/** Day tickets to devices that come back, beside single-row reads of the same query, and verifications of signatures. */
async function issueTickets(place: City, vault: VaultProcess) {
  const residents: Resident[] = [];
  for (let number = 0; number < devices; number += 1) residents.push(await place.register(identity(number)));
  const thumbprints = await Promise.all(residents.map(async ({ keys }) => calculateJwkThumbprint(await exportJWK(keys.publicKey))));
  const prepared = (count: number) => Promise.all(Array.from({ length: count }, async (_, index) => {
    const keys = residents[index % residents.length]?.keys;
    if (keys === undefined) throw new Error('there is nobody');
    const [method, path, body] = ['POST', '/v1/tickets', '{}'];
    const proof = await makeProof({ key: keys, method, url: origin + path, body: Buffer.from(body), ticket: null, nowMs: startMs, nonce: crypto.getRandomValues(new Uint8Array(16)) });
    return JSON.stringify({ caller: { proof, method, path, body, ticket: null } });
  }));
  const load = async (requests: readonly string[]) => {
    const before = processorTimeMs(vault.pid);
    const began = performance.now();
    await inParallel(requests, connections, (request) => vault.ask(issueDayTicket.name, request));
    return { perSecond: (requests.length * 1000) / (performance.now() - began), processorMs: (processorTimeMs(vault.pid) - before) / requests.length };
  };
  await load(await prepared(ticketsARound));
  const results = [];
  for (let round = 0; round < rounds; round += 1) {
    const tickets = await load(await prepared(ticketsARound));
    const selects = await rawSelects(place.database.urlOf('postgres'), thumbprints, connections, 2);
    const verifications = rawVerifications(500);
    results.push({ ...tickets, selects, verifications, toSelects: selects === null ? Number.NaN : tickets.perSecond / selects, toVerifications: tickets.perSecond / verifications });
  }
  return {
    ticketsPerSecond: median(results.map((round) => round.perSecond), 0), ticketProcessorMs: median(results.map(({ processorMs }) => processorMs), 3),
    rawSelectsPerSecond: median(results.map(({ selects }) => selects ?? Number.NaN), 0), ticketsToSelects: median(results.map(({ toSelects }) => toSelects), 3),
    rawVerificationsPerSecond: median(results.map(({ verifications }) => verifications), 0), ticketsToVerifications: median(results.map(({ toVerifications }) => toVerifications), 3),
  };
}

/** All contacts of a case at once, each round another case, beside plain inserts of as many rows. */
async function resolve(place: City, vault: VaultProcess) {
  const people = await crowd(place, contactsOfCase);
  const day = place.vault.calendar.dayOf(startMs);
  const visitKey = await place.vault.keys.visit(day);
  if (visitKey === null) throw new Error('the day has no key');
  const subjects = pseudonymsOf(visitKey, people).map((subject) => ({ day, subject }));
  const tracer = await place.officer('Tracer', ['tracer'], 'Tracing');
  const results = [];
  for (let round = 0; round <= rounds; round += 1) {
    const index = await place.register(identity(500 + round));
    await place.prove(index);
    const { caseId } = (await place.ask(registerCase, { resultId: resultId(await place.result(index, 'positive')) })).content;
    const { traceId } = (await tracer.call(beginTrace, 'POST', `/v1/cases/${caseId}/trace`, {
      from: new Date(startMs - DAY_MS).toISOString(), to: new Date(startMs).toISOString(), reason: 'Contact tracing',
    })).content;
    const body = JSON.stringify({ traceId, subjects });
    const before = processorTimeMs(vault.pid);
    const began = performance.now();
    const answer: unknown = JSON.parse(await vault.ask(resolveContacts.name, body));
    const ms = performance.now() - began;
    if (!Value.Check(resolveContacts.response, answer) || answer.contacts.some((contact) => contact === null)) throw new Error('a contact was not resolved');
    const rawMs = await rawInsertMs(place.database.urlOf('postgres'), contactsOfCase);
    // The first is the warm-up.
    if (round > 0) results.push({ ms, processorMs: processorTimeMs(vault.pid) - before, rawMs, ratio: rawMs / ms });
  }
  return {
    contactsOfCase, resolveMs: median(results.map(({ ms }) => ms), 0), slowestResolveMs: Math.round(Math.max(...results.map(({ ms }) => ms))), resolveProcessorMs: median(results.map(({ processorMs }) => processorMs), 0),
    resolutionsPerSecond: median(results.map(({ ms }) => (contactsOfCase * 1000) / ms), 0), rawInsertMs: median(results.map(({ rawMs }) => rawMs), 0), resolveRatio: median(results.map(({ ratio }) => ratio), 3),
  };
}

/** People as registrations make them, without the messages. */
async function crowd({ vault }: City, count: number): Promise<PersonId[]> {
  const people = Array.from({ length: count }, () => personId(randomUuid(vault.random)));
  for (let from = 0; from < count; from += 1_000) {
    await vault.database.transaction(async (queries) => {
      for (const [at, person] of people.slice(from, from + 1_000).entries()) await storePerson(vault, queries, person, identity(at), new Date(startMs));
    });
  }
  return people;
}

/** Disclosures of one person from request to release, two officers with a passkey each, one after the other; callers included. */
async function disclose(place: City) {
  const [index, contact] = [await place.register(identity(900)), await place.register(identity(901))];
  for (const resident of [index, contact]) await place.prove(resident);
  const tracer = await place.officer('Second tracer', ['tracer'], 'Second tracing');
  const approver = await place.officer('Medical officer', ['medical-officer'], 'Medicine');
  const { caseId, index: subject } = (await place.ask(registerCase, { resultId: resultId(await place.result(index, 'positive')) })).content;
  const { kty, crv, x, y } = await exportJWK((await crypto.subtle.generateKey({ name: 'ECDH', namedCurve: 'P-256' }, false, ['deriveBits'])).publicKey);
  const release = (officer: Officer, id: string) => officer.call(releaseRecordedDisclosure, 'POST', `/v1/disclosures/${id}/release`, { publicKey: { kty, crv, x, y } });
  const cycles: number[] = [];
  const releases: number[] = [];
  for (let count = 0; count <= disclosures; count += 1) {
    const began = performance.now();
    const { disclosureId, options } = (await tracer.call(recordDisclosure, 'POST', `/v1/cases/${caseId}/disclosures`, { purpose: 'telephone-interview', subjects: [subject], fields: ['name', 'phone'], reason: 'Interview' })).content;
    const answers = [await tracer.call(signRecordedDisclosure, 'POST', `/v1/disclosures/${disclosureId}/signature`, { assertion: tracer.authenticator.get(options) })];
    const approval = (await approver.call(beginRecordedDisclosureApproval, 'POST', `/v1/disclosures/${disclosureId}/approval/options`, {})).content;
    answers.push(await approver.call(approveRecordedDisclosure, 'POST', `/v1/disclosures/${disclosureId}/approval`, { assertion: approver.authenticator.get(approval.options) }));
    const beforeRelease = performance.now();
    const released = await release(tracer, disclosureId);
    if ([...answers, released].some(({ status }) => status !== 200)) throw new Error(`a disclosure was refused: ${released.refusal ?? ''}`);
    if (count > 0) {
      cycles.push(performance.now() - began);
      releases.push(performance.now() - beforeRelease);
    }
  }
  return { disclosuresPerSecond: median(cycles.map((ms) => 1000 / ms), 1), releasesPerSecond: median(releases.map((ms) => 1000 / ms), 1) };
}

function median(values: readonly number[], digits: number): number {
  const ascending = [...values].sort((a, b) => a - b);
  return Number((ascending[Math.floor(ascending.length / 2)] ?? Number.NaN).toFixed(digits));
}
