/** Disclosures for those who watch over officers: numbers, and nothing of whom they were about. */
import type { Oversight } from '@health-kit/api';
import type { Vault } from '../vault.ts';
import { awaitsReview } from './disclosureState.ts';
import { factsOf, findDisclosures, purposeOf } from './storedDisclosure.ts';

const countedDays = 30;
const dayMs = 86_400_000;

/** Disclosures that could be opened, by the office of whoever asked and by purpose. */
export async function countByOffice(vault: Vault): Promise<Oversight['disclosures']> {
  const now = vault.clock.now();
  const { rows } = await vault.database.query<{ office: string; purpose: string; disclosures: number; people: number; unconfirmed: number }>(
    `SELECT o.office, d.purpose, count(*)::int AS disclosures, sum(d.subjects)::int AS people,
       count(*) FILTER (WHERE d.emergency AND d.decision IS DISTINCT FROM 'approved' AND (d.decision = 'refused' OR d.signed_at <= $2))::int AS unconfirmed
     FROM vault.disclosure d JOIN vault.officer o ON o.officer_id = d.requested_by
     WHERE d.signed_at > $1 AND (d.emergency OR d.decision = 'approved') GROUP BY o.office, d.purpose ORDER BY o.office, d.purpose LIMIT 200`,
    [new Date(now - countedDays * dayMs), new Date(now - vault.limits.disclosure.emergencyMs)],
  );
  return rows.map(({ purpose, ...counts }) => ({ ...counts, purpose: purposeOf(purpose) }));
}

/** How many are over and wait for a review; of very many, those of the last while. */
export async function countUnreviewed(vault: Vault): Promise<number> {
  const rows = await findDisclosures(vault.database, "d.signed_at IS NOT NULL AND d.reviewed_at IS NULL AND (d.emergency OR d.decision = 'approved')", []);
  return rows.filter((row) => awaitsReview(factsOf(row), vault.clock.now(), vault.limits.disclosure)).length;
}
