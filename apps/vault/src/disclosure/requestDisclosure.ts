import { disclosureFields, fieldsOfPurpose, maxSubjectsPerEmergency, requestDisclosure, signDisclosure } from '@health-kit/api';
import { recordDisclosure, signRecordedDisclosure } from '@health-kit/api/vault';
import { officerHandler } from '../authority/handlers.ts';
import type { Queries } from '../database.ts';
import { disclosureId } from '../identifiers.ts';
import { peopleOf } from '../keys/pseudonym.ts';
import { randomUuid } from '../randomness.ts';
import { refuse } from '../refusal.ts';
import { approvalOptions, requireApproval } from '../staff/webAuthn.ts';
import { countSubjects } from '../stops/countSubjects.ts';
import { instant, nowOf, recordEvent } from '../vault.ts';
import { mayRequest } from './caps.ts';
import { take } from './disclosureState.ts';
import { areOfCase, findCase } from '../tracing/openCase.ts';
import { refusedAttempt, transactionWithRefusals } from './refusals.ts';
import { digestRequest, requireRequest, sealGrant } from './signedRequest.ts';
import { actorOf, factsOf, findDisclosure, lockCaps } from './storedDisclosure.ts';

/**
 * Records a request for fields of people of a case, with its digest for the requester's passkey. Whoever is not of the
 * case is refused as nobody is, and the attempt stands in the ledger. Nothing can be opened yet.
 */
export const recordDisclosureHandler = officerHandler(recordDisclosure, requestDisclosure, async (vault, call) => {
  const { officer, body, params: { caseId } } = call;
  const now = nowOf(vault);
  const emergency = body.purpose === 'medical-emergency';
  if (!emergency && !officer.roles.includes('tracer')) refuse('not-permitted');
  if (body.fields.some((field) => !fieldsOfPurpose[body.purpose].includes(field))) refuse('invalid-request');
  if (emergency && body.subjects.length > maxSubjectsPerEmergency) refuse('invalid-request');

  const id = disclosureId(randomUuid(vault.random));
  const people = peopleOf(vault.keys.trace, body.subjects);
  const { canonical, digest } = digestRequest({
    disclosure: id, case: caseId, purpose: body.purpose, fields: disclosureFields.filter((field) => body.fields.includes(field)), subjects: body.subjects,
    reason: body.reason, requestedBy: officer.officerId, requestedUnit: officer.unit, requestedAt: instant(now.getTime()),
  });
  await countSubjects(vault, { officer, people, kind: 'disclosure' });
  return transactionWithRefusals(vault, async (queries) => {
    await call.spend(queries);
    await lockCaps(queries);
    const attempt = { officer: officer.officerId, case: caseId, asked: people.length };
    const found = await findCase(vault, queries, caseId);
    if (found === null || !(await areOfCase(queries, caseId, found.index, people))) return refusedAttempt(vault, queries, 'not-found', attempt);
    if (!found.open) return refusedAttempt(vault, queries, 'conflict', attempt);
    if (emergency && (await hasUnconfirmedEmergency(queries, officer.officerId))) return refusedAttempt(vault, queries, 'disclosure-refused', attempt);
    if (!(await mayRequest(vault, queries, officer.officerId, caseId, people))) return refusedAttempt(vault, queries, 'too-many-requests', attempt);
    await queries.query(
      `INSERT INTO vault.disclosure (disclosure_id, case_id, purpose, subjects, canonical, digest, requested_by, requested_unit, session, requested_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
      [id, caseId, body.purpose, people.length, canonical, digest, officer.officerId, officer.unit, call.thumbprint, now],
    );
    await queries.query(
      `INSERT INTO vault.disclosure_subject (disclosure_id, position, case_id, contact_id, index_id)
       SELECT $1, position - 1, $2, nullif(person_id, $4), CASE WHEN person_id = $4 THEN person_id END FROM unnest($3::uuid[]) WITH ORDINALITY AS subject (person_id, position)`,
      [id, caseId, people, found.index],
    );
    return { disclosureId: id, options: await approvalOptions(vault, queries, { officer: officer.officerId, meaning: 'disclosure request', digest }), statement: canonical };
  });
});

/** The requester's passkey over the very request: from here it counts. An emergency is open at once, to this officer in this session. */
export const signDisclosureHandler = officerHandler(signRecordedDisclosure, signDisclosure, async (vault, call) => {
  const { officer, params: { disclosureId: id } } = call;
  const now = vault.clock.now();
  const terms = vault.limits.disclosure;
  await vault.database.transaction(async (queries) => {
    await call.spend(queries);
    await lockCaps(queries);
    const row = (await findDisclosure(queries, id, true)) ?? refuse('not-found');
    const taken = take(factsOf(row), 'sign', actorOf(officer, call.thumbprint), now, terms);
    if (!taken.ok) refuse(taken.refusal);
    if (row.emergency && (await hasUnconfirmedEmergency(queries, officer.officerId))) refuse('disclosure-refused');
    await requireApproval(vault, queries, { officer: officer.officerId, meaning: 'disclosure request', digest: row.digest }, call.body.assertion, 'disclosure-refused');
    const grant = sealGrant(vault, id, {
      digest: row.digest.toString('base64url'), session: row.session, requestedBy: officer.officerId, approvedBy: null, until: row.emergency ? now + terms.emergencyMs : 0,
    });
    await queries.query('UPDATE vault.disclosure SET signed_at = $2, sealed_grant = $3 WHERE disclosure_id = $1', [id, new Date(now), grant]);
    const request = requireRequest(row);
    await recordEvent(vault, queries, row.emergency ? 'emergency-disclosure-requested' : 'disclosure-requested', {
      disclosure: id, case: row.case_id, officer: officer.officerId, purpose: request.purpose, fields: request.fields, subjects: row.subjects,
      reason: request.reason, digest: row.digest.toString('base64url'),
    });
  });
  return {};
});

/** Whether an emergency of the officer waits for its second officer, or lapsed and was not reviewed: until then there is no other. */
async function hasUnconfirmedEmergency(queries: Queries, officerId: string): Promise<boolean> {
  const { rowCount } = await queries.query(
    `SELECT FROM vault.disclosure WHERE requested_by = $1 AND emergency AND signed_at IS NOT NULL AND decision IS DISTINCT FROM 'approved' AND reviewed_at IS NULL`, [officerId],
  );
  return rowCount > 0;
}
