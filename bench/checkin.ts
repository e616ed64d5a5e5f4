/**
 * How many check-ins a second the system answers durably, against raw single-row inserts of such rows into the
 * same table of the same database in the same run: `npm run bench -- checkin`.
 *
 * The last line is one JSON object: `ratio` is check-ins per second over raw inserts per second.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { systemClock } from '@health-kit/api/process-settings';
import { startSystem, type System } from '@health-kit/healthkit';
import { Host, Resident, StaffMember, inParallel, invitationCode, openWorld, seededRandom, syntheticPerson } from '@health-kit/simulate';
import { loadCheckIns, quantile, type LoadResult } from './checkInLoad.ts';
import { insertSingleRows, type RawInserts } from './rawInserts.ts';

const residents = 200;
const venues = 20;
const rounds = 3;
const secondsPerRound = 5;
const httpConnections = 128;
const rawConnections = 32;

const dataDir = await mkdtemp(join(tmpdir(), 'hk-bench-city-'));
try {
  process.stdout.write(`Check-ins: ${rounds} rounds of ${secondsPerRound} s, over ${httpConnections} connections; raw inserts over ${rawConnections}. ${cpus().length} cores.\n`);
  const system = await startSystem({ dataDir, port: 0, timeZone: 'Asia/Shanghai', demo: false, log: () => undefined });
  try {
    await measure(system);
  } finally {
    await system.stop();
  }
} finally {
  await rm(dataDir, { recursive: true });
}

async function measure(system: System): Promise<void> {
  const { tickets, venueCodes, venueIds, fromMs } = await makeCity(system);
  const { hostname, port } = new URL(system.localOrigin);
  const now = Date.now();
  const toMs = Math.max(fromMs, now - 1000);
  const load = (seconds: number) => loadCheckIns({
    host: hostname === 'localhost' ? '127.0.0.1' : hostname, port: Number(port), tickets, venueCodes, connections: httpConnections, durationMs: seconds * 1000,
    // Spread over the day so far, as people arrive.
    arrivedAtMs: (index) => fromMs + ((index * 7919) % Math.max(1, toMs - fromMs)),
  });
  const raw = (seconds: number) => insertSingleRows({ databaseUrl: system.databaseUrl, venueIds, fromMs, toMs, connections: rawConnections, seconds });

  // Both sides warm: compiled code, connections, the first pages of the table.
  await load(2);
  await raw(1);
  const results: { readonly http: LoadResult; readonly raw: RawInserts }[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    // Alternating, and each in turn first: what else the machine does falls on both.
    if (round % 2 === 1) {
      const http = await load(secondsPerRound);
      results.push({ http, raw: await raw(secondsPerRound) });
    } else {
      const inserted = await raw(secondsPerRound);
      results.push({ http: await load(secondsPerRound), raw: inserted });
    }
  }
  await requireStored(system, results.flatMap(({ http }) => http.visitIds));
  report(results);
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
  const client = new pg.Client({ connectionString: system.databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ stored: string }>('SELECT count(*) AS stored FROM unnest($1::uuid[]) AS answered(visit_id) JOIN visit.visit USING (visit_id)', [visitIds]);
    if (Number(rows[0]?.stored) !== visitIds.length) throw new Error(`${visitIds.length} check-ins were answered, ${rows[0]?.stored ?? 0} are stored`);
  } finally {
    await client.end();
  }
}

function report(results: readonly { readonly http: LoadResult; readonly raw: RawInserts }[]): void {
  const perSecond = results.map(({ http }) => (http.recorded * 1000) / http.elapsedMs);
  const rawPerSecond = results.map(({ raw }) => raw.perSecond);
  const refused = results.reduce((sum, { http }) => sum + [...http.refused.values()].reduce((a, b) => a + b, 0), 0);
  const line = (cells: readonly (string | number)[]) => process.stdout.write(`${cells.map((cell) => String(cell).padStart(14)).join('')}\n`);
  line(['round', 'check-ins/s', 'p50 ms', 'p99 ms', 'raw inserts/s', 'ratio']);
  for (const [index, { http }] of results.entries()) {
    const [checkIns, raw] = [perSecond[index] ?? 0, rawPerSecond[index] ?? 0];
    line([index + 1, Math.round(checkIns), quantile(http.latenciesMs, 0.5).toFixed(1), quantile(http.latenciesMs, 0.99).toFixed(1), Math.round(raw), (checkIns / raw).toFixed(2)]);
  }
  const latencies = Float64Array.from(results.flatMap(({ http }) => [...http.latenciesMs])).sort();
  process.stdout.write(`${JSON.stringify({
    bench: 'checkin',
    ratio: Number((median(perSecond.map((value, index) => value / (rawPerSecond[index] ?? Number.NaN)))).toFixed(3)),
    perSecond: Math.round(median(perSecond)),
    rawPerSecond: Math.round(median(rawPerSecond)),
    p50Ms: Number(quantile(latencies, 0.5).toFixed(1)),
    p99Ms: Number(quantile(latencies, 0.99).toFixed(1)),
    recorded: results.reduce((sum, { http }) => sum + http.recorded, 0),
    refused,
    peer: results[0]?.raw.peer,
    connections: httpConnections,
    cores: cpus().length,
  })}\n`);
}

function median(values: readonly number[]): number {
  const ascending = [...values].sort((a, b) => a - b);
  return ascending[Math.floor(ascending.length / 2)] ?? Number.NaN;
}
