import { closeDisclosure, reviewDisclosure, type DisclosureId } from '@health-kit/api';
import { closeRecordedDisclosure, reviewRecordedDisclosure } from '@health-kit/api/vault';
import { officerHandler } from '../authority/handlers.ts';
import type { Queries } from '../database.ts';
import { refuse } from '../refusal.ts';
import { recordEvent, type Vault } from '../vault.ts';
import { stateOf, take, type Actor } from './disclosureState.ts';
import { actorOf, factsOf, findDisclosure, type DisclosureRow } from './storedDisclosure.ts';

/** The requester closes a disclosure, or withdraws the request; nothing opens any more. */
export const closeDisclosureHandler = officerHandler(closeRecordedDisclosure, closeDisclosure, async (vault, call) => {
  const { officer, params: { disclosureId: id } } = call;
  await vault.database.transaction(async (queries) => {
    await call.spend(queries);
    const row = await mayTake(vault, queries, id, 'close', actorOf(officer, call.thumbprint));
    await queries.query('UPDATE vault.disclosure SET closed_at = $2 WHERE disclosure_id = $1', [id, new Date(vault.clock.now())]);
    await recordEvent(vault, queries, 'disclosure-closed', { disclosure: id, case: row.case_id, officer: officer.officerId, views: row.views });
  });
  return {};
});

/** What a privacy officer, who had no part in it, has found about a disclosure that is over. */
export const reviewDisclosureHandler = officerHandler(reviewRecordedDisclosure, reviewDisclosure, async (vault, call) => {
  const { officer, body, params: { disclosureId: id } } = call;
  await vault.database.transaction(async (queries) => {
    await call.spend(queries);
    const row = await mayTake(vault, queries, id, 'review', actorOf(officer, call.thumbprint));
    await queries.query('UPDATE vault.disclosure SET finding = $2, review_note = $3, reviewed_by = $4, reviewed_at = $5 WHERE disclosure_id = $1', [
      id, body.finding, body.note, officer.officerId, new Date(vault.clock.now()),
    ]);
    const state = stateOf(factsOf(row), vault.clock.now(), vault.limits.disclosure);
    await recordEvent(vault, queries, 'disclosure-reviewed', { disclosure: id, case: row.case_id, officer: officer.officerId, state, finding: body.finding, note: body.note });
  });
  return {};
});

async function mayTake(vault: Vault, queries: Queries, id: DisclosureId, step: 'close' | 'review', actor: Actor): Promise<DisclosureRow> {
  const row = (await findDisclosure(queries, id, true)) ?? refuse('not-found');
  const taken = take(factsOf(row), step, actor, vault.clock.now(), vault.limits.disclosure);
  if (!taken.ok) refuse(taken.refusal);
  return row;
}
