import { approveDisclosure, beginDisclosureApproval, refuseDisclosure, type DisclosureId } from '@health-kit/api';
import { approveRecordedDisclosure, beginRecordedDisclosureApproval, refuseRecordedDisclosure } from '@health-kit/api/vault';
import { officerHandler } from '../authority/handlers.ts';
import type { Queries } from '../database.ts';
import { refuse } from '../refusal.ts';
import { approvalOptions, requireApproval } from '../staff/webAuthn.ts';
import { recordEvent, type Vault } from '../vault.ts';
import { take, type Actor } from './disclosureState.ts';
import { findCase } from '../tracing/openCase.ts';
import { openGrant, readRequest, sealGrant } from './signedRequest.ts';
import { actorOf, factsOf, findDisclosure, type DisclosureRow } from './storedDisclosure.ts';

/** Passkey options whose challenge stands for approving the very request, and for nothing else. */
export const beginDisclosureApprovalHandler = officerHandler(beginRecordedDisclosureApproval, beginDisclosureApproval, async (vault, call) => {
  const row = await decidable(vault, vault.database, call.params.disclosureId, 'approve', actorOf(call.officer, call.thumbprint));
  return { options: await approvalOptions(vault, vault.database, { officer: call.officer.officerId, meaning: 'disclosure approval', digest: row.digest }), statement: row.canonical };
});

/** The second officer's passkey over the request opens it to the session that asked, for a while. */
export const approveDisclosureHandler = officerHandler(approveRecordedDisclosure, approveDisclosure, async (vault, call) => {
  const { officer, params: { disclosureId: id } } = call;
  const now = vault.clock.now();
  await vault.database.transaction(async (queries) => {
    await call.spend(queries);
    const row = await decidable(vault, queries, id, 'approve', actorOf(officer, call.thumbprint));
    const request = readRequest(row) ?? refuse('conflict');
    if ((await findCase(vault, queries, row.case_id))?.open !== true) refuse('conflict');
    await requireApproval(vault, queries, { officer: officer.officerId, meaning: 'disclosure approval', digest: row.digest }, call.body.assertion);
    const grant = sealGrant(vault, id, {
      digest: row.digest.toString('base64url'), session: row.session, requestedBy: row.requested_by, approvedBy: officer.officerId, until: now + vault.limits.disclosure.windowMs,
    });
    await queries.query(
      `UPDATE vault.disclosure SET decision = 'approved', decided_by = $2, decided_unit = $3, decided_at = $4, sealed_grant = $5 WHERE disclosure_id = $1`,
      [id, officer.officerId, officer.unit, new Date(now), grant],
    );
    await recordEvent(vault, queries, 'disclosure-approved', {
      disclosure: id, case: row.case_id, officer: officer.officerId, requester: row.requested_by, purpose: request.purpose, subjects: row.subjects, digest: row.digest.toString('base64url'),
    });
  });
  return {};
});

/** Refuses a request, or closes an emergency at once; the reason is in the ledger. */
export const refuseDisclosureHandler = officerHandler(refuseRecordedDisclosure, refuseDisclosure, async (vault, call) => {
  const { officer, params: { disclosureId: id } } = call;
  await vault.database.transaction(async (queries) => {
    await call.spend(queries);
    const row = await decidable(vault, queries, id, 'refuse', actorOf(officer, call.thumbprint));
    await queries.query(
      `UPDATE vault.disclosure SET decision = 'refused', decided_by = $2, decided_unit = $3, decided_at = $4, refusal_reason = $5 WHERE disclosure_id = $1`,
      [id, officer.officerId, officer.unit, new Date(vault.clock.now()), call.body.reason],
    );
    await recordEvent(vault, queries, 'disclosure-declined', { disclosure: id, case: row.case_id, officer: officer.officerId, requester: row.requested_by, reason: call.body.reason });
  });
  return {};
});

/** The disclosure, locked, if this officer may decide it now. */
async function decidable(vault: Vault, queries: Queries, id: DisclosureId, step: 'approve' | 'refuse', actor: Actor): Promise<DisclosureRow> {
  const row = (await findDisclosure(queries, id, true)) ?? refuse('not-found');
  // What was never signed was never asked: nobody but its author knows of it.
  if (row.signed_at === null) refuse('not-found');
  const taken = take(factsOf(row), step, actor, vault.clock.now(), vault.limits.disclosure);
  if (!taken.ok) return refuse(taken.refusal);
  // What is decided is what the requester signed, not what has become of the row since.
  const signed = row.sealed_grant === null ? null : openGrant(vault, id, row.sealed_grant);
  if (signed?.digest !== row.digest.toString('base64url') || signed.requestedBy !== row.requested_by || signed.session !== row.session) return refuse('conflict');
  return row;
}
