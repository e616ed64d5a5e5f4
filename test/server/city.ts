/** A whole system for a test: started in a folder of its own, on a controlled clock, with people who act over its API. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { Venue } from '@health-kit/api';
import { controlledClock } from '@health-kit/api/process-settings';
import { startSystem, type System } from '@health-kit/healthkit';
import { Gate, Host, Resident, StaffMember, invitationCode, openWorld, seededRandom, syntheticPerson, type NewVenue, type World } from '@health-kit/simulate';

/** Ten in the morning of a Monday in Shanghai. */
const startMs = Date.parse('2026-11-23T02:00:00Z');

export interface City {
  readonly system: System;
  readonly world: World;
  readonly administrator: StaffMember;
  readonly registrar: StaffMember;
  /** A registrar more, the same one each time. */
  secondRegistrar(): Promise<StaffMember>;
  /** A new resident; `verified`: the desk has seen the document. */
  resident(options?: { readonly verified?: boolean }): Promise<Resident>;
  /** A new venue with a new host of its own. */
  venue(venue?: Partial<NewVenue>): Promise<{ readonly host: Host; readonly venue: Venue }>;
  /** An enrolled gate of a venue. */
  gate(host: Host, venue: Venue): Promise<Gate>;
  /** Epoch ms, for everybody. */
  now(): number;
  /** Moves everybody's time ahead by so many ms, and returns when all processes have set it. */
  advance(ms: number): Promise<void>;
  /** Rows of a query by the database's admin. */
  rows<Row extends pg.QueryResultRow>(text: string, values?: readonly unknown[]): Promise<Row[]>;
  close(): Promise<void>;
}

/** Starts a city. Close it, or its processes stay. */
export async function startCity(): Promise<City> {
  const dataDir = await mkdtemp(join(tmpdir(), 'hk-city-'));
  const system = await startSystem({ dataDir, port: 0, timeZone: 'Asia/Shanghai', clock: 'controlled', startMs, demo: false, log: () => undefined });
  const clock = controlledClock(startMs);
  const world = openWorld({ origin: system.origin, outboxOrigin: system.outboxOrigin, clock, random: seededRandom('city') });
  const database = new pg.Pool({ connectionString: system.databaseUrl, max: 2 });
  // The test kills databases: what breaks while idle is replaced.
  database.on('error', () => undefined);
  try {
    if (system.invitation === null) throw new Error('a new system invites its first administrator');
    const administrator = await StaffMember.enrol(world, invitationCode(system.invitation));
    const { code } = await administrator.invite({ name: 'Registrar', office: 'Health office', unit: 'Desk', roles: ['registrar'], institutionId: null });
    const registrar = await StaffMember.enrol(world, code);
    let people = 0;
    let second: Promise<StaffMember> | null = null;
    async function enrolSecond(): Promise<StaffMember> {
      if (clock.now() >= Date.parse(administrator.session.expiresAt)) await administrator.signIn();
      return StaffMember.enrol(world, (await administrator.invite({ name: 'Second registrar', office: 'Health office', unit: 'Desk', roles: ['registrar'], institutionId: null })).code);
    }
    const city: City = {
      system, world, administrator, registrar,
      secondRegistrar: () => (second ??= enrolSecond()),
      async resident({ verified = false } = {}) {
        people += 1;
        const resident = await Resident.register(world, syntheticPerson(people, world.random.fork(`person ${people}`)));
        if (verified) {
          if (clock.now() >= Date.parse(registrar.session.expiresAt)) await registrar.signIn();
          await registrar.proveIdentity(resident);
          await resident.renewTicket();
        }
        return resident;
      },
      async venue(venue = {}) {
        const host = new Host(await city.resident({ verified: true }));
        return { host, venue: await host.registerVenue({ name: '滨河市场', kind: 'shop', address: '滨河路 18 号', latitude: null, longitude: null, ...venue }) };
      },
      async gate(host, venue) {
        return Gate.enrol(world, (await host.inviteGate(venue.venueId, 'East gate')).code);
      },
      now: () => clock.now(),
      async advance(ms) {
        clock.set(clock.now() + ms);
        await system.setTime(clock.now());
      },
      async rows<Row extends pg.QueryResultRow>(text: string, values: readonly unknown[] = []) {
        return (await database.query<Row>(text, [...values])).rows;
      },
      async close() {
        await database.end();
        await system.stop();
        await rm(dataDir, { recursive: true });
      },
    };
    return city;
  } catch (error) {
    await database.end();
    await system.stop();
    throw error;
  }
}
