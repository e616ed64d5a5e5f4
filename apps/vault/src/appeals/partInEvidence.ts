import type { AppealEvidence } from '@health-kit/api';
import type { OfficerRecord } from '../authority/officers.ts';
import { uuidArray } from '../binaryArrays.ts';
import type { Queries } from '../database.ts';
import { sameUnit } from '../staff/officerNames.ts';

/** Who made the orders and exposures that an appeal is against. */
export interface Makers {
  readonly proposer: string;
  readonly approver: string | null;
  readonly approverUnit: string | null;
}

/** The makers of orders and exposures, by the fact's identifier, as the vault recorded the proposals that they rest on. */
export async function makersOf(queries: Queries, evidence: readonly AppealEvidence[]): Promise<ReadonlyMap<string, Makers>> {
  const ids = uuidArray([...new Set(evidence.filter(({ kind }) => kind === 'order' || kind === 'exposure').map(({ id }) => id))]);
  const { rows } = await queries.query<{ fact_id: string; proposed_by: string; decided_by: string | null; unit: string | null }>(
    `SELECT f.fact_id, p.proposed_by, p.decided_by, o.unit
     FROM (SELECT order_id AS fact_id, proposal_id FROM health.observation_order WHERE order_id = ANY($1::uuid[])
           UNION ALL SELECT exposure_id, proposal_id FROM health.exposure WHERE exposure_id = ANY($1::uuid[])) AS f
     JOIN vault.order_proposal p USING (proposal_id) LEFT JOIN vault.officer o ON o.officer_id = p.decided_by`, [ids],
  );
  return new Map(rows.map((row) => [row.fact_id, { proposer: row.proposed_by, approver: row.decided_by, approverUnit: row.unit }]));
}

/** Whether an officer had no part in what an appeal is against: neither proposed nor approved it, and is of another unit than whoever approved it. */
export function hadNoPart(officer: Pick<OfficerRecord, 'officerId' | 'unit'>, evidence: readonly AppealEvidence[], makers: ReadonlyMap<string, Makers>): boolean {
  return evidence.every(({ id }) => {
    const made = makers.get(id);
    if (made === undefined) return true;
    if (made.proposer === officer.officerId || made.approver === officer.officerId) return false;
    return made.approverUnit === null || !sameUnit(made.approverUnit, officer.unit);
  });
}
