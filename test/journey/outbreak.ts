/** An outbreak that officers have worked on before a journey begins, prepared over the API. */
import { expect } from '@playwright/test';
import type { CaseId, SealedIdentity, StaffRole, TracePseudonym } from '@health-kit/api';
import { Host, Resident, StaffMember, instant, syntheticPerson, type World } from '@health-kit/simulate';
import type { StartedCity } from './started.ts';

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

export interface Outbreak {
  /** Open and traced. */
  readonly caseId: CaseId;
  /** The first contact, proven and told of the exposure. */
  readonly exposed: Resident;
  /** All contacts, that one first. */
  readonly contacts: readonly TracePseudonym[];
  readonly registrar: StaffMember;
  readonly sampler: StaffMember;
  readonly laboratory: StaffMember;
  readonly tracer: StaffMember;
  readonly medicalOfficer: StaffMember;
  /** Somebody whose identity is proven. */
  person(number: number): Promise<Resident>;
  /** Has somebody tested positive, and waits for the case. */
  positive(resident: Resident, barcode: string): Promise<CaseId>;
}

/**
 * A case that is open and traced, and contacts (one unless said) of whom one has been told. `number` keeps outbreaks of one city apart.
 * Where the clock stands, nobody is together for a while unless they came some `minutesAgo`. `exposedKey`: the device key of who is told, for a phone that a journey shows.
 */
export async function outbreak({ world, administrator }: StartedCity, number: number, { contactCount = 1, minutesAgo = 0, exposedKey = null }: { contactCount?: number; minutesAgo?: number; exposedKey?: CryptoKeyPair | null } = {}): Promise<Outbreak> {
  const officer = async (role: StaffRole, unit: string, institutionId: Parameters<StaffMember['invite']>[0]['institutionId'] = null) => {
    const { code } = await administrator.invite({ name: `${role} ${number}`, office: '卫生局 Health office', unit, roles: [role], institutionId });
    return StaffMember.enrol(world, code);
  };
  const site = (await administrator.registerInstitution(`Site ${number}`, 'test-site')).institutionId;
  const institution = (await administrator.registerInstitution(`Laboratory ${number}`, 'laboratory')).institutionId;
  const [registrar, sampler, laboratory] = [await officer('registrar', 'Desk'), await officer('sampler', 'Sampling', site), await officer('laboratory', 'Reporting', institution)];
  const [tracer, medicalOfficer] = [await officer('tracer', 'Preparation'), await officer('medical-officer', 'Orders')];
  const person = async (which: number, key: CryptoKeyPair | null = null) => {
    const resident = await registered(world, syntheticPerson(which, world.random.fork(`outbreak ${which}`)), key);
    await registrar.proveIdentity(resident);
    await resident.renewTicket();
    return resident;
  };
  const positive = async (resident: Resident, barcode: string) => {
    const newCase = async () => (await tracer.cases({ state: 'new' }))[0]?.caseId;
    await sampler.registerSpecimen(resident, barcode);
    await laboratory.submitResult(barcode, 'positive');
    let caseId = await newCase();
    await expect.poll(async () => (caseId = await newCase())).toBeDefined();
    if (caseId === undefined) throw new Error('no case');
    return caseId;
  };
  const [index, exposed, host] = [await person(number + 1), await person(number + 2, exposedKey), new Host(await person(number + 3))];
  const venue = await host.registerVenue({ name: '老码头餐厅', kind: 'restaurant', address: '码头街 3 号', latitude: null, longitude: null });
  const arrivedAt = world.clock.now() - minutesAgo * minuteMs;
  await index.checkIn(venue.venueCode, { arrivedAt });
  await exposed.checkIn(venue.venueCode, { arrivedAt });
  const caseId = await positive(index, `TUBE-OUTBREAK-${number}`);
  await tracer.openCase(caseId);
  const now = world.clock.now();
  await tracer.trace(caseId, { from: now - 60 * minuteMs, to: now });
  const [first] = await tracer.contacts(caseId);
  if (first === undefined) throw new Error('no contact');
  const { proposalId } = await tracer.propose(caseId, {
    contacts: [first.contact], kind: 'home-observation', legalBasis: 'Infectious diseases act', reason: 'Close contact', startsAt: instant(now), endsAt: instant(now + 7 * dayMs),
  });
  await medicalOfficer.approve(proposalId);
  for (let more = 1; more < contactCount; more += 1) await (await person(number + 3 + more)).checkIn(venue.venueCode);
  if (contactCount > 1) await tracer.trace(caseId, { from: now - 60 * minuteMs, to: world.clock.now() });
  const contacts = [first.contact, ...(await tracer.contacts(caseId)).map(({ contact }) => contact).filter((contact) => contact !== first.contact)];
  return { caseId, exposed, contacts, registrar, sampler, laboratory, tracer, medicalOfficer, person, positive };
}

async function registered(world: World, person: SealedIdentity, key: CryptoKeyPair | null): Promise<Resident> {
  if (key === null) return Resident.register(world, person);
  const resident = new Resident(world, person, key);
  const { registrationId, afterMessage } = await resident.requestCode();
  await resident.confirm(registrationId, await resident.readCode(afterMessage));
  return resident;
}
