/** The people and venues of a replay, made over the API, and their days. */
import type { VenueId, VisitId } from '@health-kit/api';
import type { ControlledClock } from '@health-kit/api/process-settings';
import {
  Host, InstitutionSystem, ProblemError, Resident, StaffMember, UnreachableError, inParallel, newVisitId, syntheticPerson, type World,
} from '@health-kit/simulate';
import { setTimeout as delay } from 'node:timers/promises';
import type { CheckIn, Venue } from './replayFiles.ts';
import type { ReplayDay, ReplayWindow } from './replayWindow.ts';

/** Requests under way at once: enough to fill group commits, few enough not to be shed. */
const checkInsAtOnce = 48;
const requestsAtOnce = 12;
const venuesPerHost = 50;
const mostRetries = 8;

export type ReplayVenue = { readonly venueId: VenueId; readonly venueCode: string };

export type ReplayCity = {
  readonly residents: ReadonlyMap<string, Resident>;
  readonly venues: ReadonlyMap<string, ReplayVenue>;
  readonly officers: ReplayOfficers;
};

export type ReplayOfficers = {
  readonly registrar: StaffMember;
  readonly sampler: StaffMember;
  readonly laboratory: StaffMember;
  readonly tracer: StaffMember;
};

/** Tells how far a long step has come, in at most ten lines. */
export type Progress = (text: string) => void;

/** Registers everybody who checks in (phone and identity proven) and every venue where somebody does. */
export async function makeReplayCity(world: World, window: ReplayWindow, files: { readonly venues: ReadonlyMap<string, Venue> }, invitation: string, progress: Progress): Promise<ReplayCity> {
  const checkIns = window.days.flatMap((day) => day.checkIns);
  const people = [...new Set(checkIns.map(({ person }) => person))];
  const visited = [...new Set(checkIns.map(({ venue }) => venue))];
  const officers = await enrolOfficers(world, invitation);

  const registered = counting(people.length, 'people registered', progress);
  const residents = await inParallel(people, requestsAtOnce, async (_, index) => {
    const resident = await patiently(() => Resident.register(world, syntheticPerson(index, world.random.fork(`person ${index}`))));
    await patiently(() => officers.registrar.proveIdentity(resident));
    registered();
    return resident;
  });

  const hosts = residents.slice(0, Math.ceil(visited.length / venuesPerHost)).map((resident) => new Host(resident));
  const opened = counting(visited.length, 'venues registered', progress);
  const venues = await inParallel(visited, requestsAtOnce, async (name, index) => {
    const host = hosts[index % hosts.length];
    const place = files.venues.get(name);
    if (host === undefined || place === undefined) throw new TypeError('a check-in without its venue');
    const { latitude, longitude } = place;
    const venue = await patiently(() => host.registerVenue({ name: `Venue ${name}`.slice(0, 20), kind: 'other', address: `${latitude}, ${longitude}`, latitude, longitude }));
    opened();
    return { venueId: venue.venueId, venueCode: venue.venueCode };
  });
  return { residents: new Map(zip(people, residents)), venues: new Map(zip(visited, venues)), officers };
}

async function enrolOfficers(world: World, invitation: string): Promise<ReplayOfficers> {
  const administrator = await StaffMember.enrol(world, invitation);
  const testSite = await administrator.registerInstitution('Replay test site', 'test-site');
  const laboratory = await administrator.registerInstitution('Replay laboratory', 'laboratory');
  const enrol = async (role: keyof ReplayOfficers, institutionId: typeof testSite.institutionId | null) => {
    const { code } = await administrator.invite({ name: `Replay ${role}`, office: 'Replay', unit: `Replay ${role}`, roles: [role], institutionId });
    return StaffMember.enrol(world, code);
  };
  return {
    registrar: await enrol('registrar', null),
    sampler: await enrol('sampler', testSite.institutionId),
    laboratory: await enrol('laboratory', laboratory.institutionId),
    tracer: await enrol('tracer', null),
  };
}

/** A check-in as it goes out: its id is made once, so that a repetition is the same visit. */
type Departure = { readonly resident: Resident; readonly venueCode: string; readonly checkIn: CheckIn; readonly visitId: VisitId };

export type DaySent = { readonly accepted: number; readonly refused: readonly string[]; /** Time in which the check-ins went out, tickets not counted. */ readonly elapsedMs: number };

/**
 * One day: moves the clock to its last moment, gives everybody who goes out that day a ticket, and sends the day's
 * check-ins with the times at which they happened, as devices do that were offline. A check-in counts as accepted once
 * it was answered with success.
 */
export async function sendDay(city: ReplayCity, day: ReplayDay, clock: ControlledClock, setTime: (epochMs: number) => Promise<void>): Promise<DaySent> {
  await setTime(day.endsAt - 1);
  clock.set(day.endsAt - 1);
  const departures = day.checkIns.map((checkIn): Departure => {
    const resident = city.residents.get(checkIn.person);
    const venue = city.venues.get(checkIn.venue);
    if (resident === undefined || venue === undefined) throw new TypeError('a check-in of nobody, or nowhere');
    return { resident, venueCode: venue.venueCode, checkIn, visitId: newVisitId() };
  });
  await inParallel([...new Set(departures.map(({ resident }) => resident))], requestsAtOnce, (resident) => patiently(() => resident.ticket()));

  const beganAt = performance.now();
  const refused: string[] = [];
  let accepted = 0;
  await inParallel(departures, checkInsAtOnce, async ({ resident, venueCode, checkIn, visitId }) => {
    try {
      for (let time = 0; time < checkIn.times; time += 1) await patiently(() => resident.checkIn(venueCode, { arrivedAt: checkIn.at, visitId }));
      accepted += 1;
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      refused.push(`line ${checkIn.line}: ${error.problem.title}`);
    }
  });
  return { accepted, refused, elapsedMs: performance.now() - beganAt };
}

/** A laboratory's own system at the replay's laboratory, whose officers have signed in for the day. */
export async function openLaboratorySystem(officers: ReplayOfficers): Promise<InstitutionSystem> {
  for (const officer of Object.values(officers)) await officer.signIn();
  return InstitutionSystem.register(officers.laboratory, 'Replay laboratory system');
}

/** Does what the system may be too busy for, again when it asks to come back later. */
export async function patiently<Result>(work: () => Promise<Result>): Promise<Result> {
  for (let retry = 0; ; retry += 1) {
    try {
      return await work();
    } catch (error) {
      const busy = error instanceof UnreachableError || (error instanceof ProblemError && [429, 503].includes(error.problem.status));
      if (!busy || retry === mostRetries) throw error;
      const asked = error instanceof ProblemError ? (error.problem.retryAfterSeconds ?? 1) : 1;
      await delay(Math.min(asked, 10) * 1000);
    }
  }
}

function counting(total: number, what: string, progress: Progress): () => void {
  const step = Math.max(1, Math.ceil(total / 5));
  let done = 0;
  return () => {
    done += 1;
    if (done === total || done % step === 0) progress(`${done} of ${total} ${what}`);
  };
}

function zip<A, B>(a: readonly A[], b: readonly B[]): [A, B][] {
  return a.flatMap((first, index): [A, B][] => {
    const second = b[index];
    return second === undefined ? [] : [[first, second]];
  });
}
