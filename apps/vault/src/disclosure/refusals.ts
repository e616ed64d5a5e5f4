import type { VaultRefusal } from '@health-kit/api/vault';
import type { Queries } from '../database.ts';
import { Refusal } from '../refusal.ts';
import { recordEvent, type Vault } from '../vault.ts';
import type { LedgerEvent } from '../ledger/ledger.ts';

/** A refusal that leaves its trace: the transaction that meets it commits its entry in the ledger. */
class Refused {
  readonly refusal: VaultRefusal;
  constructor(refusal: VaultRefusal) {
    this.refusal = refusal;
  }
}
export type { Refused };

/** Enters a refused attempt in the ledger; return what it gives from the work of {@link transactionWithRefusals}. */
export async function refusedAttempt(vault: Vault, queries: Queries, refusal: VaultRefusal, members: Omit<LedgerEvent, 'type' | 'at'>): Promise<Refused> {
  await recordEvent(vault, queries, 'disclosure-refused', { ...members, refusal });
  return new Refused(refusal);
}

/** Runs a deed in a transaction. A refusal that it returns is refused once its entry in the ledger is committed; one that it throws leaves nothing. */
export async function transactionWithRefusals<Content>(vault: Vault, work: (queries: Queries) => Promise<Content | Refused>): Promise<Content> {
  const outcome = await vault.database.transaction(work);
  if (outcome instanceof Refused) throw new Refusal(outcome.refusal);
  return outcome;
}
