/** The cases of a replay: index people are tested, and their contacts traced as a tracer does. */
import type { CaseId } from '@health-kit/api';
import type { Contact, InstitutionSystem, Random, StaffMember } from '@health-kit/simulate';
import { intersectStays, type ReferenceVisit, type TimeWindow } from '@health-kit/policy';
import { setTimeout as delay } from 'node:timers/promises';
import { openLaboratorySystem, patiently, type Progress, type ReplayCity } from './replayCity.ts';
import type { TracedCase } from './replayComparison.ts';

const caseWaitMs = 30_000;

export type TracedCases = { readonly cases: readonly TracedCase[]; /** Time of each trace as the tracer sees it, request to answer. */ readonly traceMs: readonly number[] };

/**
 * The index people: half of them those who met most others, so that there is much to find, the rest at random among
 * everybody else, many of whom met nobody. The same seed chooses the same people.
 */
export function chooseIndexPeople(visits: readonly ReferenceVisit[], count: number, random: Random): string[] {
  const met = meetings(visits);
  const people = random.shuffled([...new Set(visits.map(({ person }) => person))].sort());
  const social = people.toSorted((a, b) => (met.get(b)?.size ?? 0) - (met.get(a)?.size ?? 0)).slice(0, Math.ceil(count / 2));
  return [...social, ...people.filter((person) => !social.includes(person))].slice(0, count);
}

/** Whom everybody met. */
function meetings(visits: readonly ReferenceVisit[]): ReadonlyMap<string, ReadonlySet<string>> {
  const met = new Map<string, Set<string>>();
  const note = (person: string, other: string) => met.set(person, (met.get(person) ?? new Set()).add(other));
  for (const atVenue of Map.groupBy(visits, ({ venue }) => venue).values()) {
    for (const [index, visit] of atVenue.entries()) {
      for (const other of atVenue.slice(index + 1)) {
        if (other.person === visit.person || intersectStays(visit, other) === null) continue;
        note(visit.person, other.person);
        note(other.person, visit.person);
      }
    }
  }
  return met;
}

/**
 * Tests each index person (specimen by the sampler, positive result by the laboratory's system as FHIR), waits for the
 * case that follows from it, and has a tracer open it, trace it over `window` and read all of its contacts. One after
 * the other, because that is how a tracer's new case is known to be this person's: nothing else tells.
 */
export async function traceIndexPeople(city: ReplayCity, indexPeople: readonly string[], window: TimeWindow, progress: Progress): Promise<TracedCases> {
  const { tracer } = city.officers;
  const laboratory = await openLaboratorySystem(city.officers);
  const venueNames = new Map([...city.venues].map(([name, { venueId }]) => [venueId, name]));
  const cases: TracedCase[] = [];
  const traceMs: number[] = [];
  for (const [number, indexPerson] of indexPeople.entries()) {
    const caseId = await makeCase(city, laboratory, indexPerson, `REPLAY-${String(number + 1).padStart(6, '0')}`);
    await patiently(() => tracer.openCase(caseId));
    const beganAt = performance.now();
    await patiently(() => tracer.trace(caseId, window, 'Replay'));
    traceMs.push(performance.now() - beganAt);
    const contacts = await patiently(() => tracer.contacts(caseId));
    cases.push({ indexPerson, contacts: contacts.map((contact) => ({ pseudonym: contact.contact, exposures: exposuresOf(contact, venueNames) })) });
    if ((number + 1) % 5 === 0 || number + 1 === indexPeople.length) progress(`${number + 1} of ${indexPeople.length} cases traced`);
  }
  return { cases, traceMs };
}

async function makeCase(city: ReplayCity, laboratory: InstitutionSystem, indexPerson: string, barcode: string): Promise<CaseId> {
  const resident = city.residents.get(indexPerson);
  if (resident === undefined) throw new TypeError('an index person who does not exist');
  const { sampler, tracer } = city.officers;
  await patiently(() => sampler.registerSpecimen(resident, barcode));
  await patiently(() => laboratory.submit([{ barcode, value: 'positive' }]));
  return newCase(tracer);
}

/** The one case that nobody has opened. */
async function newCase(tracer: StaffMember): Promise<CaseId> {
  const deadline = performance.now() + caseWaitMs;
  do {
    const cases = await patiently(() => tracer.cases({ state: 'new' }));
    const [first, second] = cases;
    if (second !== undefined) throw new Error('one positive result made two cases');
    if (first !== undefined) return first.caseId;
    await delay(50);
  } while (performance.now() < deadline);
  throw new Error('a positive result made no case');
}

function exposuresOf(contact: Contact, venueNames: ReadonlyMap<string, string>): TracedCase['contacts'][number]['exposures'] {
  return contact.exposures.map(({ venueId, from, to }) => ({ venue: venueNames.get(venueId) ?? venueId, from: Date.parse(from), to: Date.parse(to) }));
}
