import { getDisclosure, listDisclosures } from '@health-kit/api';
import { countDisclosures, listRecordedDisclosures, readDisclosure } from '@health-kit/api/vault';
import { officerHandler, openHandler } from '../authority/handlers.ts';
import type { OfficerRecord } from '../authority/officers.ts';
import { localDay } from '../identifiers.ts';
import { refuse } from '../refusal.ts';
import { findDisclosure, findDisclosures, summaryOf, type DisclosureRow } from './storedDisclosure.ts';
import { requireRequest } from './signedRequest.ts';

/** Days of public numbers. */
const countedDays = 90;
const dayMs = 86_400_000;

/** Own requests; for whoever decides, what others have signed; everything signed for privacy officers. Pseudonyms and reasons, no names. */
export const listDisclosuresHandler = officerHandler(listRecordedDisclosures, listDisclosures, async (vault, call) => {
  const { officer } = call;
  const rows = await findDisclosures(vault.database, 'd.requested_by = $1 OR ($2 AND d.signed_at IS NOT NULL)', [officer.officerId, decides(officer)]);
  return { disclosures: rows.map((row) => summaryOf(vault, row, officer, call.thumbprint)) };
});

/** One disclosure with the pseudonyms it is about. */
export const readDisclosureHandler = officerHandler(readDisclosure, getDisclosure, async (vault, call) => {
  const { officer } = call;
  const row = await findDisclosure(vault.database, call.params.disclosureId);
  if (row === null || !concerns(row, officer)) return refuse('not-found');
  return { ...summaryOf(vault, row, officer, call.thumbprint), people: requireRequest(row).subjects };
});

/** How many disclosures there were on each day, in public. Quarters of an hour are the finest in which days of any time zone begin. */
export const countDisclosuresHandler = openHandler(countDisclosures, async (vault) => {
  const now = vault.clock.now();
  const { rows } = await vault.database.query<{ quarter: Date; disclosures: number; people: number; emergencies: number; lapsed: number }>(
    `SELECT date_bin('15 minutes', signed_at, timestamptz '2000-01-01 00:00:00Z') AS quarter, count(*)::integer AS disclosures, sum(subjects)::integer AS people,
       count(*) FILTER (WHERE emergency)::integer AS emergencies,
       count(*) FILTER (WHERE emergency AND decision IS DISTINCT FROM 'approved' AND (decision = 'refused' OR signed_at <= $2))::integer AS lapsed
     FROM vault.disclosure WHERE signed_at > $1 AND (emergency OR decision = 'approved') GROUP BY quarter ORDER BY quarter`,
    [new Date(now - countedDays * dayMs), new Date(now - vault.limits.disclosure.emergencyMs)],
  );
  const days = new Map<string, { disclosures: number; people: number; emergencies: number; lapsed: number }>();
  for (const { quarter, ...counts } of rows) {
    const day = vault.calendar.dayOf(quarter.getTime());
    const sum = days.get(day) ?? { disclosures: 0, people: 0, emergencies: 0, lapsed: 0 };
    days.set(day, {
      disclosures: sum.disclosures + counts.disclosures, people: sum.people + counts.people,
      emergencies: sum.emergencies + counts.emergencies, lapsed: sum.lapsed + counts.lapsed,
    });
  }
  return { days: [...days].map(([day, counts]) => ({ day: localDay(day), ...counts })) };
});

function decides(officer: OfficerRecord): boolean {
  return officer.roles.includes('medical-officer') || officer.roles.includes('privacy-officer');
}
function concerns(row: DisclosureRow, officer: OfficerRecord): boolean {
  return row.requested_by === officer.officerId || (decides(officer) && row.signed_at !== null);
}
