import type { Fact } from '@health-kit/policy';
import Type from 'typebox';
import { Value } from 'typebox/value';
import type { Queries } from '../database.ts';
import type { PersonId } from '../identifiers.ts';

const Terms = Type.Object({ kind: Type.String(), startsAt: Type.String(), endsAt: Type.String() });

interface Approval {
  readonly people: Set<string>;
  readonly kind: string;
  readonly startsAt: number;
  readonly endsAt: number;
}
/** Approved proposals by identifier. */
export type Approvals = ReadonlyMap<string, Approval>;

/** Those of the proposals that were approved, with their people and terms, as the vault recorded them. */
export async function readApprovals(queries: Queries, proposals: readonly string[]): Promise<Approvals> {
  const approvals = new Map<string, Approval>();
  if (proposals.length === 0) return approvals;
  const { rows } = await queries.query<{ proposal_id: string; canonical: string; person_id: string }>(
    `SELECT p.proposal_id, p.canonical, s.person_id FROM vault.order_proposal p JOIN vault.order_subject s USING (proposal_id)
     WHERE p.proposal_id = ANY($1) AND p.decision = 'approved'`, [[...new Set(proposals)]],
  );
  for (const row of rows) {
    const approval = approvals.get(row.proposal_id) ?? approvalOf(row.canonical);
    approval.people.add(row.person_id);
    approvals.set(row.proposal_id, approval);
  }
  return approvals;
}

/**
 * Whether a fact may count: a result always, an order or an exposure only by an approved proposal that names the
 * person; an order, moreover, only as it was approved. A row that somebody else wrote makes nobody isolate.
 */
export function rests(fact: Fact, proposal: string | null, person: PersonId, approvals: Approvals): boolean {
  if (fact.kind !== 'order' && fact.kind !== 'exposure') return true;
  const approval = proposal === null ? undefined : approvals.get(proposal);
  if (approval === undefined || !approval.people.has(person)) return false;
  return fact.kind === 'exposure' || (fact.orderKind === approval.kind && fact.startsAt === approval.startsAt && fact.endsAt === approval.endsAt);
}

function approvalOf(canonical: string): Approval {
  return { people: new Set(), ...termsOf(canonical) };
}

/** Kind and term of a proposal, from its canonical form. */
export function termsOf(canonical: string): Pick<Approval, 'kind' | 'startsAt' | 'endsAt'> {
  const { kind, startsAt, endsAt } = Value.Parse(Terms, JSON.parse(canonical));
  return { kind, startsAt: Date.parse(startsAt), endsAt: Date.parse(endsAt) };
}
