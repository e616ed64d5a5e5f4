/** Why the ledger cannot go on, as one sentence for the operator. */
export class LedgerError extends Error {
  override readonly name = 'LedgerError';
}
