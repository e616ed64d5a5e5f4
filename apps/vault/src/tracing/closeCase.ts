import { closeCase } from '@health-kit/api';
import { closeRegisteredCase } from '@health-kit/api/vault';
import { officerHandler } from '../authority/handlers.ts';
import { firstRow } from '../database.ts';
import { refuse } from '../refusal.ts';
import { nowOf, recordEvent } from '../vault.ts';

/** Ends a case: it is no authority for a trace or a proposal any more. Orders that were approved stand until their own end. */
export const closeCaseHandler = officerHandler(closeRegisteredCase, closeCase, async (vault, call) => {
  const id = call.params.caseId;
  await vault.database.transaction(async (queries) => {
    await call.spend(queries);
    const found = firstRow(await queries.query<{ closed_at: Date | null }>('SELECT closed_at FROM vault.case_authority WHERE case_id = $1 FOR UPDATE', [id])) ?? refuse('not-found');
    if (found.closed_at !== null) return;
    await queries.query('UPDATE vault.case_authority SET closed_at = $2 WHERE case_id = $1', [id, nowOf(vault)]);
    await recordEvent(vault, queries, 'case-closed', { case: id, officer: call.officer.officerId, reason: call.body.reason });
  });
  return {};
});
