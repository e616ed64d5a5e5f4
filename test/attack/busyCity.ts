/** A city in which everything has happened once, so that every operation has been used and everything that could leak is there. */
import type { CaseId, SealedIdentity } from '@health-kit/api';
import { Resident, instant } from '@health-kit/simulate';
import type { City } from '../server/city.ts';
import { openOffices, type Offices } from '../server/labsOffices.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

export interface Outbreak {
  readonly caseId: CaseId;
  readonly index: Resident;
  readonly contact: Resident;
}

/** Registers somebody with just this identity, and lets the desk see the document. */
export async function provenResident(city: City, identity: SealedIdentity): Promise<Resident> {
  const resident = await Resident.register(city.world, identity);
  await city.registrar.proveIdentity(resident);
  await resident.renewTicket();
  await resident.setPortrait(new TextEncoder().encode(`portrait ${identity.phone}`));
  return resident;
}

/** Both were at one place, one is ill: from the specimen over the case to an order that a second officer approved. */
export async function outbreakOf(city: City, offices: Offices, index: Resident, contact: Resident): Promise<Outbreak> {
  const { venue } = await city.venue({ kind: 'restaurant', name: '老码头餐厅' });
  for (const resident of [index, contact]) {
    const visit = await resident.checkIn(venue.venueCode, { arrivedAt: city.now() - 90 * minuteMs });
    await resident.checkOut(visit, venue.venueCode, city.now() - 30 * minuteMs);
  }
  await offices.test(index, 'positive');
  const caseId = await offices.openNewestCase();
  await offices.tracer.trace(caseId, { from: city.now() - 2 * hourMs, to: city.now() });
  const contacts = await offices.tracer.contacts(caseId);
  const order = {
    contacts: contacts.map((each) => each.contact), kind: 'home-observation', legalBasis: 'Infectious diseases act, section 41', reason: 'Close contact of a case',
    startsAt: instant(city.now()), endsAt: instant(city.now() + 7 * dayMs),
  } as const;
  const refused = await offices.tracer.propose(caseId, { ...order, kind: 'test' });
  await offices.medicalOfficer.refuse(refused.proposalId, 'Not needed');
  const { proposalId } = await offices.tracer.propose(caseId, order);
  await offices.medicalOfficer.approve(proposalId);
  for (const resident of [index, contact]) await everydayOf(resident);
  return { caseId, index, contact };
}

/** What the app of a resident asks every day. */
export async function everydayOf(resident: Resident): Promise<void> {
  await resident.renewTicket();
  await resident.renewPass();
  await resident.status();
  await resident.notices();
  await resident.results();
  await resident.accessLog();
}

export { openOffices, type Offices };
