import { caseId, disclosureId, officerId } from '../identifiers.ts';
import { nowOf, recordEvent, type Vault } from '../vault.ts';
import { raiseAlarm, tellPrivacyOfficers } from './alarms.ts';

/**
 * Raises an alarm for each emergency disclosure that one officer opened alone and no second one confirmed: refused, or
 * its time is over. Once each, whoever looks at the same moment; its lapse is an event of the ledger.
 */
export async function tellOfLapsedEmergencies(vault: Vault): Promise<void> {
  const now = nowOf(vault);
  const told = await vault.database.transaction(async (queries) => {
    const { rows } = await queries.query<{ disclosure_id: string; case_id: string; requested_by: string; views: number; refused: boolean }>(
      `UPDATE vault.disclosure SET lapse_told_at = $1
       WHERE emergency AND signed_at IS NOT NULL AND decision IS DISTINCT FROM 'approved' AND lapse_told_at IS NULL AND (decision = 'refused' OR signed_at <= $2)
       RETURNING disclosure_id, case_id, requested_by, views, decision IS NOT NULL AS refused`,
      [now, new Date(now.getTime() - vault.limits.disclosure.emergencyMs)],
    );
    for (const row of rows) {
      const officer = officerId(row.requested_by);
      // A refusal stands in the ledger already.
      if (!row.refused) await recordEvent(vault, queries, 'disclosure-lapsed', { disclosure: disclosureId(row.disclosure_id), case: caseId(row.case_id), officer, views: row.views });
      await raiseAlarm(vault, queries, 'emergency-lapsed', officer);
    }
    return rows.length > 0;
  });
  if (told) tellPrivacyOfficers(vault, 'emergency-lapsed');
}
