/**
 * How many check-ins a second the system answers durably, against raw single-row inserts of such rows into the
 * same table of the same database in the same run: `npm run bench -- checkin`. What the figures mean is in
 * docs/benchmarks.md.
 *
 * The last line is one JSON object: `ratio` is check-ins per second over raw inserts per second.
 */
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { systemClock } from '@health-kit/api/process-settings';
import { startSystem, type System } from '@health-kit/healthkit';
import { Host, Resident, StaffMember, inParallel, invitationCode, openWorld, seededRandom, syntheticPerson } from '@health-kit/simulate';
import { installDebianPackages } from '../bin/debianPackages.ts';
import { loadCheckIns, type LoadFigures, type LoadTarget } from './check-ins/javaScriptLoad.ts';
import { processorTimeMs, startedProgram } from './check-ins/processorTime.ts';
import { insertSingleRows, pgbenchFile, type RawInsertOptions, type RawInserts } from './check-ins/rawInserts.ts';
import { loadByWrk } from './check-ins/wrkLoad.ts';
import { helpOf } from './help.ts';

const residents = 200;
const venues = 20;
const rounds = 5;
const secondsPerRound = 4;
const httpConnections = 128;
/** The raw side runs with whichever of these it is fastest. */
const rawConnections = [8, 15, 32];
const wrkFile = '/usr/bin/wrk';

helpOf(`Usage: npm run bench -- checkin

Measures how many check-ins a second a started system answers durably, beside raw single-row inserts of
such rows into the same table; a few minutes, in a data folder of its own, which is gone afterwards.
The last line is one JSON object: "ratio" is check-ins over raw inserts.

  --help  show this text; there are no other options

What the figures mean: docs/benchmarks.md
`);

const missing = installDebianPackages([{ package: 'wrk', file: wrkFile }, { package: 'postgresql-contrib', file: pgbenchFile }]);
if (missing !== null) process.stdout.write(`${missing} Without wrk the load comes from a JavaScript client that takes as much of the processor as the server; without pgbench the raw inserts come from the pg driver.\n`);
const generator = existsSync(wrkFile) ? 'wrk' : 'javascript';

const dataDir = await mkdtemp(join(tmpdir(), 'hk-bench-city-'));
try {
  const system = await startSystem({ dataDir, port: 0, timeZone: 'Asia/Shanghai', demo: false, log: () => undefined });
  try {
    await measure(system);
  } finally {
    await system.stop();
  }
} finally {
  await rm(dataDir, { recursive: true });
}

interface Round {
  readonly http: LoadFigures;
  readonly raw: RawInserts;
  /** Processor time a check-in, and a raw insert, microseconds. */
  readonly serverUs: number;
  readonly databaseUs: number;
  readonly rawDatabaseUs: number;
}

async function measure(system: System): Promise<void> {
  const { tickets, venueCodes, venueIds, fromMs } = await makeCity(system);
  const { hostname, port } = new URL(system.localOrigin);
  const toMs = Math.max(fromMs, Date.now() - 1000);
  const target: Omit<LoadTarget, 'durationMs'> = {
    host: hostname === 'localhost' ? '127.0.0.1' : hostname, port: Number(port), tickets, venueCodes, connections: httpConnections,
    // Spread over the day so far, as people arrive.
    arrivedAtMs: (index) => fromMs + ((index * 7919) % Math.max(1, toMs - fromMs)),
  };
  const load = generator === 'wrk' ? loadByWrk : loadCheckIns;
  const raw: Omit<RawInsertOptions, 'connections' | 'seconds'> = { databaseUrl: system.databaseUrl, venueIds, subjects: tickets.map(() => crypto.randomUUID()), fromMs, toMs };

  // Both sides warm: compiled code, connections, the first pages of the table. This client knows each visit it was answered.
  const warm = await loadCheckIns({ ...target, durationMs: 2_000 });
  await requireStored(system, warm.visitIds);
  await load({ ...target, durationMs: 2_000 });
  const connections = await fastest(rawConnections, async (each) => (await insertSingleRows({ ...raw, connections: each, seconds: 2 })).perSecond);
  process.stdout.write(`Check-ins: ${rounds} rounds of ${secondsPerRound} s by ${generator}, over ${httpConnections} connections; raw inserts over ${connections}. ${cpus().length} cores.\n`);

  const server = startedProgram('apps/server/src/main.ts');
  const database = startedProgram('postgres');
  const checkIns = async () => {
    const before = { server: processorTimeMs(server), database: processorTimeMs(database), stored: await storedVisits(system) };
    const http = await load({ ...target, durationMs: secondsPerRound * 1000 });
    // What was under way when the generator left off.
    await delay(300);
    const [serverMs, databaseMs] = [processorTimeMs(server) - before.server, processorTimeMs(database) - before.database];
    const stored = await storedVisits(system) - before.stored;
    if (stored < http.recorded || stored > http.sent) throw new Error(`${http.sent} check-ins were sent and ${http.recorded} answered, ${stored} are stored`);
    return { http, serverUs: (serverMs * 1000) / http.recorded, databaseUs: (databaseMs * 1000) / http.recorded };
  };
  const inserts = async () => {
    const before = processorTimeMs(database);
    const inserted = await insertSingleRows({ ...raw, connections, seconds: secondsPerRound });
    return { raw: inserted, rawDatabaseUs: ((processorTimeMs(database) - before) * 1000) / (inserted.perSecond * secondsPerRound) };
  };
  const results: Round[] = [];
  for (let round = 1; round <= rounds; round += 1) results.push({ ...(await checkIns()), ...(await inserts()) });
  report(results, connections);
}

async function fastest(candidates: readonly number[], perSecondWith: (candidate: number) => Promise<number>): Promise<number> {
  let best = { candidate: candidates[0] ?? 1, perSecond: 0 };
  for (const candidate of candidates) {
    const perSecond = await perSecondWith(candidate);
    if (perSecond > best.perSecond) best = { candidate, perSecond };
  }
  return best.candidate;
}

/** Residents with day tickets and venues with signed codes, all made over the API. */
async function makeCity(system: System) {
  if (system.invitation === null) throw new Error('a new system invites its first administrator');
  const world = openWorld({ origin: system.origin, outboxOrigin: system.outboxOrigin, clock: systemClock, random: seededRandom('bench') });
  const administrator = await StaffMember.enrol(world, invitationCode(system.invitation));
  const { code } = await administrator.invite({ name: 'Registrar', office: 'Health office', unit: 'Desk', roles: ['registrar'], institutionId: null });
  const registrar = await StaffMember.enrol(world, code);
  const people = await inParallel(Array.from({ length: residents }, (_, index) => index), 8, (index) => Resident.register(world, syntheticPerson(index, world.random.fork(`person ${index}`))));
  const [hostResident] = people;
  if (hostResident === undefined) throw new Error('there are no residents');
  await registrar.proveIdentity(hostResident);
  await hostResident.renewTicket();
  const host = new Host(hostResident);
  const places = await inParallel(Array.from({ length: venues }, (_, index) => index), 4, (index) =>
    host.registerVenue({ name: `Venue ${index + 1}`, kind: 'shop', address: `Street ${index + 1}`, latitude: null, longitude: null }));
  const dayTickets = await inParallel(people, 8, (person) => person.ticket());
  return {
    tickets: dayTickets.map(({ ticket }) => ticket), venueCodes: places.map(({ venueCode }) => venueCode), venueIds: places.map(({ venueId }) => venueId),
    fromMs: Date.parse((await hostResident.ticket()).dayStart),
  };
}

/** Every check-in that was answered with success is in the table; otherwise the numbers mean nothing. */
async function requireStored(system: System, visitIds: readonly string[]): Promise<void> {
  const stored = await count(system, 'SELECT count(*) AS count FROM unnest($1::uuid[]) AS answered(visit_id) JOIN visit.visit USING (visit_id)', [visitIds]);
  if (stored !== visitIds.length) throw new Error(`${visitIds.length} check-ins were answered, ${stored} are stored`);
}

function storedVisits(system: System): Promise<number> {
  return count(system, 'SELECT count(*) AS count FROM visit.visit', []);
}

async function count(system: System, text: string, values: readonly unknown[]): Promise<number> {
  const client = new pg.Client({ connectionString: system.databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ count: string }>(text, [...values]);
    return Number(rows[0]?.count);
  } finally {
    await client.end();
  }
}

function report(results: readonly Round[], connections: number): void {
  const perSecond = ({ http }: Round) => (http.recorded * 1000) / http.elapsedMs;
  const ratio = (round: Round) => perSecond(round) / round.raw.perSecond;
  const line = (cells: readonly (string | number)[]) => process.stdout.write(`${cells.map((cell) => String(cell).padStart(15)).join('')}\n`);
  line(['round', 'check-ins/s', 'p50 ms', 'p99 ms', 'raw inserts/s', 'ratio', 'server µs', 'database µs', 'raw: database µs']);
  for (const [index, round] of results.entries()) {
    line([
      index + 1, Math.round(perSecond(round)), round.http.p50Ms.toFixed(1), round.http.p99Ms.toFixed(1), Math.round(round.raw.perSecond), ratio(round).toFixed(2),
      round.serverUs.toFixed(1), round.databaseUs.toFixed(1), round.rawDatabaseUs.toFixed(1),
    ]);
  }
  const medianOf = (figure: (round: Round) => number, digits: number) => Number(median(results.map(figure)).toFixed(digits));
  process.stdout.write(`${JSON.stringify({
    bench: 'checkin',
    ratio: medianOf(ratio, 3),
    perSecond: medianOf(perSecond, 0),
    rawPerSecond: medianOf(({ raw }) => raw.perSecond, 0),
    p50Ms: medianOf(({ http }) => http.p50Ms, 1),
    p99Ms: medianOf(({ http }) => http.p99Ms, 1),
    serverUs: medianOf(({ serverUs }) => serverUs, 1),
    databaseUs: medianOf(({ databaseUs }) => databaseUs, 1),
    rawDatabaseUs: medianOf(({ rawDatabaseUs }) => rawDatabaseUs, 1),
    recorded: results.reduce((sum, { http }) => sum + http.recorded, 0),
    refused: results.reduce((sum, { http }) => sum + http.refused, 0),
    generator,
    connections: httpConnections,
    peer: results[0]?.raw.peer,
    rawConnections: connections,
    cores: cpus().length,
  })}\n`);
}

function median(values: readonly number[]): number {
  const ascending = [...values].sort((a, b) => a - b);
  return ascending[Math.floor(ascending.length / 2)] ?? Number.NaN;
}
