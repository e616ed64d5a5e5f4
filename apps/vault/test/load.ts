import type { VisitPseudonym } from '@health-kit/api';
import { beginTrace, issueDayPass, issueDayTicket, readAccessLog, registerCase, resolveContacts } from '@health-kit/api/vault';
import { personId, resultId } from '../src/identifiers.ts';
import { pseudonymsOf } from '../src/keys/pseudonym.ts';
import { identity, startMs, type City, type Resident } from './city.ts';

/** What goes on in a city while something else is tried: nothing of it may be refused, and nothing lost. */
export interface Load {
  /** People whose identity a desk has proven under the load, and before it. */
  readonly residents: readonly Resident[];
  /** Waits until so many requests were answered from now on; fails as soon as one is refused. */
  answered(requests: number): Promise<void>;
  /** Ends it; fails where anything was refused. */
  stop(): Promise<void>;
}

/** A city's limits that a load on a clock that stands still does not reach. */
export const limitsUnderLoad = {
  passesPerDevicePerDay: 100_000, codesPerRangePerHour: 100_000, subjects: { desk: { perMinute: 10_000, perHour: 10_000, perDay: 10_000, everybodyPerMinute: 10_000 } },
} as const;

/**
 * Begins registrations with their proof at the desk, tickets, passes, looks at the own access log, officers' sign-ins
 * and resolutions of contacts, all at once and until it is stopped. Each read of an access log is compared with what
 * the person must find in it.
 */
export async function startLoad(city: City): Promise<Load> {
  const residents: Resident[] = [];
  for (const number of [1, 2]) {
    const resident = await city.register(identity(number));
    await city.prove(resident);
    residents.push(resident);
  }
  const [index] = residents;
  if (index === undefined) throw new Error('nobody');
  const someone = (round: number) => residents[round % residents.length] ?? index;
  const { caseId } = (await city.ask(registerCase, { resultId: resultId(await city.result(index, 'positive')) })).content;
  const tracer = await city.officer('Tracer under load', ['tracer']);
  let stopped = false;
  let requests = 0;
  const repeat = async (work: (round: number) => Promise<unknown>) => {
    for (let round = 0; !stopped; round += 1) {
      await work(round);
      requests += 1;
    }
  };
  const loops = Promise.all([
    repeat(async (round) => {
      const resident = await city.register(identity(10 + round));
      await city.prove(resident);
      residents.push(resident);
    }),
    repeat(async (round) => {
      const resident = someone(round);
      const answers = [await resident.call(issueDayTicket, 'POST', '/v1/tickets', {}), await resident.call(issueDayPass, 'POST', '/v1/passes', {})];
      for (const { status, refusal } of answers) if (status !== 200) throw new Error(`refused: ${status} ${refusal ?? ''}`);
    }),
    repeat(async (round) => {
      const { entries } = (await someone(round).call(readAccessLog, 'GET', '/v1/me/access-log')).content;
      if (entries.filter(({ purpose }) => purpose === 'identity-proof').length < 2) throw new Error('an entry of an access log is lost');
    }),
    repeat((round) => city.officer(`Officer ${round}`, ['tracer'])),
    repeat(async () => {
      const { traceId } = (await tracer.call(beginTrace, 'POST', `/v1/cases/${caseId}/trace`, {
        from: new Date(startMs - 86_400_000).toISOString(), to: new Date(startMs).toISOString(), reason: 'a positive result',
      })).content;
      const subjects = await visitsOfEverybody(city);
      const { contacts } = (await city.ask(resolveContacts, { traceId, subjects })).content;
      if (contacts.includes(null)) throw new Error('a contact is lost');
    }),
  ]);
  // Looked at when somebody waits, so that a failure is told there.
  loops.catch(() => undefined);
  return {
    residents,
    async answered(more) {
      const until = requests + more;
      const reached = (async () => {
        while (requests < until) await new Promise((resolve) => setTimeout(resolve, 5));
      })();
      await Promise.race([reached, loops]);
    },
    async stop() {
      stopped = true;
      await loops;
    },
  };
}

async function visitsOfEverybody(city: City) {
  const day = city.vault.calendar.dayOf(startMs);
  const key = await city.vault.keys.visit(day);
  if (key === null) throw new Error('a day has no key');
  const people = await city.database.sql<{ person_id: string }>('SELECT person_id FROM vault.person p WHERE NOT EXISTS (SELECT FROM vault.case_authority c WHERE c.person_id = p.person_id) LIMIT 50');
  return pseudonymsOf(key, people.map((row) => personId(row.person_id))).map((subject: VisitPseudonym) => ({ day, subject }));
}
