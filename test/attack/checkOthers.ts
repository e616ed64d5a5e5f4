import { attempt, told, type Answer, type Attacker } from './attempt.ts';
import { positionsOf, type Position, type Target } from './targets.ts';

/** What somebody knows about a person: enough for the form that leaked. */
export interface Known {
  readonly name: string;
  readonly documentNumber: string;
  readonly phone: string;
}
export interface Finding {
  readonly operation: string;
  readonly attacker: string;
  readonly where: string;
  readonly what: string;
}
export interface CheckOthersPlan {
  /** Where the system believes to be; proofs are made over it. */
  readonly origin: string;
  /** Where requests are sent: the system, or something with a planted hole before it. */
  readonly via: string;
  readonly targets: readonly Target[];
  readonly attackers: readonly Attacker[];
  /** A person who exists, with results and visits, and one of the same shape who does not. */
  readonly victim: Known;
  readonly nobody: Known;
  /** Whatever of the victim may never come back. */
  readonly canaries: readonly string[];
}

/**
 * The attack of 28 December 2020, against every operation: whoever types a
 * person's name, document number and phone, into any place of any request, as
 * any role, learns nothing. Each attempt is made twice, for the victim and for
 * a person who does not exist; the answers must tell the same, and no canary
 * of the victim that the attacker did not type may stand in them.
 */
export async function checkOthers(plan: CheckOthersPlan): Promise<{ readonly attempts: number; readonly findings: readonly Finding[]; readonly statuses: ReadonlyMap<string, ReadonlySet<number>> }> {
  const findings: Finding[] = [];
  const statuses = new Map<string, Set<number>>();
  let attempts = 0;
  const jobs = (targets: readonly Target[]) => targets.flatMap((target) => plan.attackers.map((attacker) => async () => {
    for (const fill of fills(positionsOf(target))) {
      attempts += 1;
      const ask = (known: Known) => attempt(plan, target, attacker, valuesOf(fill, known));
      const aboutVictim = await ask(plan.victim);
      const seen = statuses.get(target.id) ?? new Set<number>();
      statuses.set(target.id, seen.add(aboutVictim.status));
      const said = [...valuesOf(fill, plan.victim).values()];
      const where = fill.map(([position, what]) => `${what} in ${position.place} ${position.name}`).join(', ');
      const leaked = plan.canaries.filter((canary) => !said.some((word) => word.includes(canary)) && includes(aboutVictim, canary));
      if (leaked.length > 0) findings.push({ operation: target.id, attacker: attacker.name, where, what: `gave away ${leaked.join(', ')}` });
      if (await tellsApart(ask, aboutVictim, plan, fill)) {
        findings.push({ operation: target.id, attacker: attacker.name, where, what: `tells a person who exists (${aboutVictim.status}) from one who does not` });
      }
    }
  }));
  // What only reads comes first: later an officer would read in the lists what he himself has typed into the forms.
  await inTurns(jobs(plan.targets.filter(({ method }) => method === 'GET')), 6);
  await inTurns(jobs(plan.targets.filter(({ method }) => method !== 'GET' && method !== 'DELETE')), 6);
  // What ends something comes last: whoever has erased his own account is nobody at every other operation.
  await inTurns(jobs(plan.targets.filter(({ method }) => method === 'DELETE')), 6);
  return { attempts, findings, statuses };
}

/** How often both are asked again before a difference counts: a list that grows meanwhile, or a second use of a name, differs by itself. */
const repeats = 4;

async function tellsApart(ask: (known: Known) => Promise<Answer>, aboutVictim: Answer, plan: CheckOthersPlan, fill: Fill): Promise<boolean> {
  const tale = (answer: Answer, known: Known) => told(answer, [...valuesOf(fill, known).values()]);
  const ofVictim = new Set([tale(aboutVictim, plan.victim)]);
  const ofNobody = new Set([tale(await ask(plan.nobody), plan.nobody)]);
  for (let again = 0; again < repeats && [...ofVictim].every((text) => !ofNobody.has(text)); again += 1) {
    ofVictim.add(tale(await ask(plan.victim), plan.victim));
    ofNobody.add(tale(await ask(plan.nobody), plan.nobody));
  }
  return [...ofVictim].every((text) => !ofNobody.has(text));
}

type Fill = readonly (readonly [Position, keyof Known])[];
const kinds = ['name', 'documentNumber', 'phone'] as const;
/** Pairs of places are tried only where there are few enough; the form that leaked had two. */
const mostForPairs = 6;

/** Each thing known in each place alone, and name and number together in each two places. */
function fills(positions: readonly Position[]): Fill[] {
  const single = positions.flatMap((position) => kinds.map((kind): Fill => [[position, kind]]));
  const declared = positions.filter((position) => position.place !== 'header' && position.name !== 'q' && position.name !== 'subject');
  if (declared.length > mostForPairs) return single;
  const pairs = declared.flatMap((first, index) => declared.slice(index + 1).flatMap((second) =>
    [[[first, 'name'], [second, 'documentNumber']], [[first, 'documentNumber'], [second, 'name']]] satisfies Fill[]));
  return [...single, ...pairs];
}

function valuesOf(fill: Fill, known: Known): Map<Position, string> {
  return new Map(fill.map(([position, kind]) => [position, known[kind]]));
}

function includes(answer: { headers: string; body: string }, canary: string): boolean {
  const text = `${answer.headers}\n${answer.body}`;
  return [canary, encodeURIComponent(canary), Buffer.from(canary).toString('base64'), Buffer.from(canary).toString('hex')].some((form) => text.includes(form));
}

async function inTurns(jobs: readonly (() => Promise<void>)[], atOnce: number): Promise<void> {
  const queue = [...jobs];
  await Promise.all(Array.from({ length: atOnce }, async () => {
    for (let job = queue.shift(); job !== undefined; job = queue.shift()) await job();
  }));
}
