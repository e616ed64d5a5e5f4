import { computeStatus, type Fact, type Status, type StatusContext, type StatusDecision } from '@health-kit/policy';
import Type from 'typebox';
import { Compile } from 'typebox/compile';
import type { Queries } from '../database.ts';
import type { PersonId } from '../identifiers.ts';
import { pseudonymOf } from '../keys/pseudonym.ts';
import type { Vault } from '../vault.ts';
import { readApprovals, rests } from './approvedFacts.ts';

const Epoch = Type.Number();
const NullableEpoch = Type.Union([Epoch, Type.Null()]);
const resultData = Compile(Type.Object({ value: Type.Union([Type.Literal('positive'), Type.Literal('negative'), Type.Literal('inconclusive')]), collectedAt: Epoch, reportedAt: Epoch, testCode: Type.String() }));
const orderData = Compile(Type.Object({
  orderKind: Type.Union([Type.Literal('home-observation'), Type.Literal('central-observation'), Type.Literal('test')]),
  legalBasis: Type.String(), startsAt: Epoch, endsAt: Epoch, releasedAt: NullableEpoch,
}));
const exposureData = Compile(Type.Object({ day: Type.String(), exposureKind: Type.Union([Type.Literal('close'), Type.Literal('casual')]), noticedAt: Epoch, withdrawnAt: NullableEpoch }));
const declarationData = Compile(Type.Object({ symptoms: Type.Boolean(), temperature: NullableEpoch, at: Epoch }));

interface Subject {
  readonly person: PersonId;
  readonly identityProven: boolean;
}
type FactRow = { subject: string; kind: string; fact_id: string; data: unknown; proposal_id: string | null };

/**
 * The statuses of people with what they are owed about them, by the published rules, from the facts that stand in view health.fact: in the
 * order asked, now unless another moment is given. Nobody hands a status, or a fact, to the vault; and since the server writes these rows, an order or an
 * exposure counts only where it rests on a proposal that the vault itself recorded as approved for that person.
 */
export async function decideStatuses(vault: Vault, queries: Queries, people: readonly Subject[], atMs = vault.clock.now()): Promise<StatusDecision[]> {
  const factsOf = await readFacts(vault, queries, people);
  return people.map(({ person, identityProven }) => computeStatus(factsOf.get(person) ?? [], statusContext(vault, identityProven, atMs)));
}

/** What the vault decides a status under: now, or at a later moment as far as it can be told now (epoch ms). */
export function statusContext(vault: Vault, identityProven: boolean, atMs = vault.clock.now()): StatusContext {
  return { identityProven, now: new Date(atMs), profile: vault.profile, utcOffsetMinutes: vault.calendar.offsetMinutes(atMs) };
}

/** The facts that count of each person, those of later days included. */
export async function readFacts(vault: Vault, queries: Queries, people: readonly Pick<Subject, 'person'>[]): Promise<ReadonlyMap<PersonId, Fact[]>> {
  const subjects = people.map(({ person }) => ({ person, health: pseudonymOf(vault.keys.health, person) }));
  const { rows } = await queries.query<FactRow>(
    'SELECT subject, kind, fact_id, data, proposal_id FROM health.fact WHERE subject = ANY($1)', [subjects.map(({ health }) => health)],
  );
  const approvals = await readApprovals(queries, rows.flatMap(({ proposal_id }) => proposal_id ?? []));
  const personBehind = new Map<string, PersonId>(subjects.map(({ health, person }) => [health, person]));
  const factsOf = new Map<PersonId, Fact[]>();
  for (const row of rows) {
    const fact = factOf(row);
    const person = personBehind.get(row.subject);
    if (person === undefined || !rests(fact, row.proposal_id, person, approvals)) continue;
    const facts = factsOf.get(person) ?? [];
    facts.push(fact);
    factsOf.set(person, facts);
  }
  return factsOf;
}

/** The statuses alone; see {@link decideStatuses}. */
export async function readStatuses(vault: Vault, queries: Queries, people: readonly Subject[], atMs = vault.clock.now()): Promise<Status[]> {
  return (await decideStatuses(vault, queries, people, atMs)).map(({ status }) => status);
}

/** A fact out of its row. A fact that cannot be read is an error, never an absence: it could be a reason not to be clear. */
function factOf({ kind, fact_id, data }: FactRow): Fact {
  if (kind === 'result' && resultData.Check(data)) return { kind, resultId: fact_id, value: data.value, collectedAt: data.collectedAt, reportedAt: data.reportedAt, testCode: data.testCode };
  if (kind === 'order' && orderData.Check(data)) {
    // The view takes what ends an order early from health.withdrawn_fact alone, which nobody but the vault writes: no word of the server lifts one.
    return { kind, orderId: fact_id, orderKind: data.orderKind, legalBasis: data.legalBasis, startsAt: data.startsAt, endsAt: data.endsAt, releasedAt: data.releasedAt };
  }
  if (kind === 'exposure' && exposureData.Check(data)) return { kind, exposureId: fact_id, day: data.day, exposureKind: data.exposureKind, noticedAt: data.noticedAt, withdrawnAt: data.withdrawnAt };
  if (kind === 'declaration' && declarationData.Check(data)) return { kind, symptoms: data.symptoms, temperature: data.temperature, at: data.at };
  throw new TypeError('a fact is not of its form');
}
