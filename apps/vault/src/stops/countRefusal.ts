import type { VaultRefusal } from '@health-kit/api/vault';
import type { OfficerRecord } from '../authority/officers.ts';
import { nowOf, type Vault } from '../vault.ts';

/** Counts what an officer was refused, by office and day: for those who watch over officers, and about nobody else. */
export async function countRefusal(vault: Vault, officer: OfficerRecord, operation: string, refusal: VaultRefusal): Promise<void> {
  await vault.database.query(
    `INSERT INTO vault.officer_refusal (day, office, operation, refusal, refusals) VALUES ($1, $2, $3, $4, 1)
     ON CONFLICT (day, office, operation, refusal) DO UPDATE SET refusals = vault.officer_refusal.refusals + 1`,
    [vault.calendar.dayOf(nowOf(vault).getTime()), officer.office, operation, refusal],
  );
}
