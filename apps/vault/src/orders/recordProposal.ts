import { proposeOrders } from '@health-kit/api';
import { recordProposal } from '@health-kit/api/vault';
import { DAY_MS } from '@health-kit/policy';
import { canonicalJsonBytes } from '@health-kit/tlog';
import { officerHandler } from '../authority/handlers.ts';
import { proposalId } from '../identifiers.ts';
import { peopleOf } from '../keys/pseudonym.ts';
import { sha256 } from '../keys/vaultKeys.ts';
import { randomUuid } from '../randomness.ts';
import { refuse } from '../refusal.ts';
import { countSubjects } from '../stops/countSubjects.ts';
import { findCase } from '../tracing/openCase.ts';
import { instant, nowOf, recordEvent } from '../vault.ts';

/** Days that an order may run. */
const longestOrderDays = 30;

/**
 * Records a proposal of orders with its digest: SHA-256 of the canonical JSON (RFC 8785) of all of it, which the
 * second officer's passkey will sign. Nothing happens to anybody yet. The cap on its size is the operation's own.
 */
export const recordProposalHandler = officerHandler(recordProposal, proposeOrders, async (vault, call) => {
  const { officer, body } = call;
  const now = nowOf(vault);
  const startsAtMs = Date.parse(body.startsAt);
  const endsAtMs = Date.parse(body.endsAt);
  if (!(startsAtMs < endsAtMs) || endsAtMs > startsAtMs + longestOrderDays * DAY_MS || endsAtMs <= now.getTime()) refuse('proposal-refused');
  if (new Set(body.contacts).size !== body.contacts.length) refuse('proposal-refused');
  if (body.legalBasis.trim() === '' || body.reason.trim() === '' || !body.legalBasis.isWellFormed() || !body.reason.isWellFormed()) refuse('proposal-refused');

  const id = proposalId(randomUuid(vault.random));
  const canonical = canonicalJsonBytes({
    proposal: id, case: call.params.caseId, contacts: body.contacts, kind: body.kind, legalBasis: body.legalBasis, reason: body.reason,
    startsAt: instant(startsAtMs), endsAt: instant(endsAtMs), proposedBy: officer.officerId, proposedUnit: officer.unit, proposedAt: instant(now.getTime()),
  });
  const digest = sha256(canonical);
  const people = peopleOf(vault.keys.trace, body.contacts);

  await countSubjects(vault, { officer, people, kind: 'proposal', asNobody: 'proposal-refused' });
  await vault.database.transaction(async (queries) => {
    await call.spend(queries);
    const known = (await findCase(vault, queries, call.params.caseId, true)) ?? refuse('not-found');
    if (!known.open) refuse('conflict');
    const contacts = await queries.query('SELECT FROM vault.case_contact WHERE case_id = $1 AND person_id = ANY($2)', [call.params.caseId, people]);
    if (contacts.rowCount !== people.length) refuse('proposal-refused');
    await queries.query(
      `INSERT INTO vault.order_proposal (proposal_id, case_id, canonical, digest, proposed_by, proposed_unit, proposed_at) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
      [id, call.params.caseId, Buffer.from(canonical).toString('utf8'), digest, officer.officerId, officer.unit, now],
    );
    await queries.query(
      'INSERT INTO vault.order_subject (proposal_id, position, case_id, person_id) SELECT $1, position - 1, $2, person_id FROM unnest($3::uuid[]) WITH ORDINALITY AS subject (person_id, position)',
      [id, call.params.caseId, people],
    );
    await recordEvent(vault, queries, 'orders-proposed', {
      proposal: id, case: call.params.caseId, officer: officer.officerId, kind: body.kind, subjects: people.length, digest: digest.toString('base64url'),
    });
  });
  return { proposalId: id };
});
