import { systemClock } from '@health-kit/api/process-settings';
import type { StaffRole, Venue } from '@health-kit/api';
import { Host, type NewVenue } from './host.ts';
import { inParallel } from './inParallel.ts';
import { Resident, newVisitId } from './resident.ts';
import { seededRandom, type Random } from './seededRandom.ts';
import { StaffMember, invitationCode, type Invitation } from './staffMember.ts';
import { syntheticPerson } from './syntheticPerson.ts';
import { openWorld, type World } from './world.ts';

export interface DemoCityOptions {
  readonly origin: string;
  readonly outboxOrigin: string;
  /** The invitation of the first administrator, as code or link; it is used up. */
  readonly invitation: string;
  /** Told in one line what has been done. */
  readonly log: (line: string) => void;
  readonly seed?: number | string;
}

export interface DemoCity {
  /** A fresh invitation for each role, for the person who tries the system. */
  readonly invitations: readonly { readonly role: StaffRole; readonly unit: string; readonly link: string }[];
  /** A venue's code as its poster's link, to check in at. */
  readonly venueLink: string;
  readonly residents: number;
  readonly venues: number;
  readonly visits: number;
}

const residentCount = 40;
/** The last few leave their identity unproven, so that the desk has something to do. */
const unprovenCount = 4;
const atOnce = 6;
const minuteMs = 60_000;
const office = '海川市卫生健康局 Haichuan Health Office';

const venues: readonly Omit<NewVenue, 'latitude' | 'longitude'>[] = [
  { name: '滨河农贸市场', kind: 'market', address: '滨河路 18 号' },
  { name: '老码头餐厅', kind: 'restaurant', address: '码头街 3 号' },
  { name: '晨光咖啡馆', kind: 'restaurant', address: '晨光路 52 号' },
  { name: '海川图书馆', kind: 'culture', address: '文化广场 1 号' },
  { name: '星河影院', kind: 'culture', address: '星河路 88 号' },
  { name: '东门地铁站', kind: 'transport', address: '东门大街' },
  { name: '第二中学', kind: 'school', address: '学府路 7 号' },
  { name: '市政务服务中心', kind: 'government', address: '人民路 100 号' },
  { name: '蓝天游泳馆', kind: 'sport', address: '体育路 21 号' },
  { name: '仁和社区诊所', kind: 'hospital', address: '仁和里 5 号' },
  { name: '海川大厦', kind: 'office', address: '中央大道 200 号' },
  { name: '百家超市', kind: 'shop', address: '和平路 66 号' },
];

/**
 * Fills a new system with a small city that does not exist, over its public API and as its own users would: officers
 * with passkeys, residents with proven phones and identities, venues, today's visits, results, and one positive result
 * whose case waits for a tracer. The officers who do this are accounts of their own.
 */
export async function fillDemoCity(options: DemoCityOptions): Promise<DemoCity> {
  const world = openWorld({ origin: options.origin, outboxOrigin: options.outboxOrigin, clock: systemClock, random: seededRandom(options.seed ?? 'haichuan') });
  const officers = await enrolOfficers(world, invitationCode(options.invitation));
  options.log('Two institutions and the officers who fill the city are enrolled.');

  const residents = await inParallel(Array.from({ length: residentCount }, (_, index) => index), atOnce, async (index) => {
    const resident = await Resident.register(world, syntheticPerson(index, world.random.fork(`person ${index}`)));
    if (index >= residentCount - unprovenCount) return resident;
    await officers.registrar.proveIdentity(resident);
    await resident.renewTicket();
    return resident;
  });
  const proven = residents.slice(0, residentCount - unprovenCount);
  options.log(`${residents.length} residents are registered, ${proven.length} of them with proven identity.`);

  const registered = await inParallel(venues, atOnce, async (venue, index) => {
    const random = world.random.fork(`venue ${index}`);
    const place = { latitude: round(24.48 + random.next() * 0.06), longitude: round(118.08 + random.next() * 0.08) };
    return new Host(item(proven, index % 6)).registerVenue({ ...venue, ...place });
  });
  options.log(`${registered.length} venues are registered.`);

  const index = item(proven, 10);
  const plans = planVisits(world, residents, registered, index);
  const dayStart = Date.parse((await index.ticket()).dayStart);
  const now = world.clock.now();
  await inParallel(plans, atOnce, async ({ resident, venue, minutesAgo, stayMinutes }) => {
    // The day may be young: what would lie before its first minute happens in it instead.
    const arrivedAt = Math.max(dayStart, now - minutesAgo * minuteMs);
    const visit = await resident.checkIn(venue.venueCode, { arrivedAt, visitId: newVisitId() });
    const leftAt = arrivedAt + (stayMinutes ?? 0) * minuteMs;
    if (stayMinutes !== null && leftAt <= now) await resident.checkOut(visit, venue.venueCode, leftAt);
  });
  options.log(`${plans.length} visits of today are recorded.`);

  const tested = [index, ...proven.slice(20, 28)];
  await inParallel(tested, atOnce, async (resident, number) => {
    const barcode = `DEMO-${String(number + 1).padStart(6, '0')}`;
    await officers.sampler.registerSpecimen(resident, barcode);
    await officers.laboratory.submitResult(barcode, resident === index ? 'positive' : 'negative');
  });
  options.log(`${tested.length} test results are reported, one of them positive: its case waits for a tracer.`);

  const invitations = await inParallel(demoOfficers(officers.testSiteId, officers.laboratoryId), 1, async (invitation) => {
    const { code } = await officers.administrator.invite(invitation);
    return { role: item(invitation.roles, 0), unit: invitation.unit, link: invitationLink(options, code) };
  });
  return {
    invitations, venueLink: `${options.origin}/v#${item(registered, 1).venueCode}`,
    residents: residents.length, venues: registered.length, visits: plans.length,
  };
}

async function enrolOfficers(world: World, administratorCode: string) {
  const administrator = await StaffMember.enrol(world, administratorCode);
  const { institutionId: testSiteId } = await administrator.registerInstitution('Riverside test site', 'test-site');
  const { institutionId: laboratoryId } = await administrator.registerInstitution('Central laboratory', 'laboratory');
  const enrol = async (role: StaffRole, institutionId: Invitation['institutionId']) => {
    const { code } = await administrator.invite({ name: `演示 Demo autopilot (${role})`, office, unit: 'Demo autopilot', roles: [role], institutionId });
    return StaffMember.enrol(world, code);
  };
  const registrar = await enrol('registrar', null);
  const sampler = await enrol('sampler', testSiteId);
  const laboratory = await enrol('laboratory', laboratoryId);
  return { administrator, registrar, sampler, laboratory, testSiteId, laboratoryId };
}

function demoOfficers(testSiteId: Invitation['institutionId'], laboratoryId: Invitation['institutionId']): Invitation[] {
  return [
    { name: '登记员 Registrar', office, unit: 'Desk East', roles: ['registrar'], institutionId: null },
    { name: '采样员 Sampler', office: 'Riverside test site', unit: 'Sampling', roles: ['sampler'], institutionId: testSiteId },
    { name: '检验员 Laboratory', office: 'Central laboratory', unit: 'Reporting', roles: ['laboratory'], institutionId: laboratoryId },
    { name: '流调员 Tracer', office, unit: 'Tracing A', roles: ['tracer'], institutionId: null },
    { name: '医师 Medical officer', office, unit: 'Orders B', roles: ['medical-officer'], institutionId: null },
    { name: '隐私保护官 Privacy officer', office, unit: 'Privacy', roles: ['privacy-officer'], institutionId: null },
    { name: '管理员 Administrator', office, unit: 'Administration', roles: ['administrator'], institutionId: null },
  ];
}

interface PlannedVisit {
  readonly resident: Resident;
  readonly venue: Venue;
  readonly minutesAgo: number;
  /** Null where nobody checks out. */
  readonly stayMinutes: number | null;
}

/** The index person's three visits, each in company, and one to three visits of everybody else at their own times. */
function planVisits(world: World, residents: readonly Resident[], places: readonly Venue[], index: Resident): PlannedVisit[] {
  const random: Random = world.random.fork('visits');
  const visits: PlannedVisit[] = [];
  const others = random.shuffled(residents.filter((resident) => resident !== index));
  for (const [number, place] of [1, 3, 9].entries()) {
    const venue = item(places, place);
    const minutesAgo = 300 - number * 90;
    visits.push({ resident: index, venue, minutesAgo, stayMinutes: 60 });
    for (const resident of others.slice(number * 4, number * 4 + 4)) {
      visits.push({ resident, venue, minutesAgo: minutesAgo - random.integer(50), stayMinutes: random.next() < 0.5 ? 20 + random.integer(60) : null });
    }
  }
  for (const resident of others.slice(12)) {
    const count = 1 + random.integer(3);
    for (let visit = 0; visit < count; visit += 1) {
      const stayMinutes = random.next() < 0.5 ? 15 + random.integer(40) : null;
      visits.push({ resident, venue: random.pick(places), minutesAgo: 400 - visit * 130 - random.integer(60), stayMinutes });
    }
  }
  return visits;
}

/** The link for another invitation, in the form of the administrator's own. */
function invitationLink(options: DemoCityOptions, code: string): string {
  const own = invitationCode(options.invitation);
  return options.invitation.slice(0, -own.length) + code;
}

function item<Item>(items: readonly Item[], index: number): Item {
  const found = items[index];
  if (found === undefined) throw new RangeError(`there is no item ${index}`);
  return found;
}

/** Degrees with five decimals, about a metre. */
function round(degrees: number): number {
  return Math.round(degrees * 1e5) / 1e5;
}
