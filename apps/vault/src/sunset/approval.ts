/** Officers approve the end of the system by passkey over its statement, each for a unit of their own. */
import { approveSunset, beginSunsetApproval, getSunset, withdrawSunsetApproval, type Sunset } from '@health-kit/api';
import { approveSunsetByPasskey, beginSunsetApprovalByPasskey, readSunset, withdrawOwnSunsetApproval } from '@health-kit/api/vault';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { officerHandler } from '../authority/handlers.ts';
import type { OfficerRecord } from '../authority/officers.ts';
import { refuse } from '../refusal.ts';
import { foldUnit } from '../staff/officerNames.ts';
import { passkeyOptions, verifyPasskey } from '../staff/webAuthn.ts';
import { instant, nowOf, recordEvent } from '../vault.ts';
import { approvalsOf, liveRequest, type SunsetApproval } from './request.ts';

/** The members of an assertion that the certificate keeps. */
const Kept = Type.Object({ id: Type.String(), response: Type.Object({ clientDataJSON: Type.String(), authenticatorData: Type.String(), signature: Type.String() }) });

function mayNot(approvals: readonly SunsetApproval[], officer: OfficerRecord): Sunset['mayNot'] {
  if (approvals.some(({ officerId }) => officerId === officer.officerId)) return 'approved';
  return approvals.some(({ countedUnit }) => countedUnit === foldUnit(officer.unit)) ? 'same-unit' : null;
}

export const readSunsetHandler = officerHandler(readSunset, getSunset, async (vault, { officer }) => {
  const request = await liveRequest(vault.database);
  if (request === null) return { sunset: null };
  const approvals = await approvalsOf(vault.database, request.requestId);
  const state: Sunset['state'] = approvals.length < request.approvals ? 'waiting-for-approvals' : vault.clock.now() < request.earliestAt.getTime() ? 'waiting-for-time' : 'approved';
  return {
    sunset: {
      reason: request.statement.reason, copies: request.statement.copies ?? null, begunAt: instant(request.begunAt.getTime()), earliestAt: instant(request.earliestAt.getTime()),
      approvalsNeeded: request.approvals, statement: request.canonical, digest: request.digest.toString('base64url'),
      approvals: approvals.map(({ officerId, name, office, unit, approvedAt }) => ({ name, office, unit, approvedAt: instant(approvedAt.getTime()), own: officerId === officer.officerId })),
      state, mayNot: mayNot(approvals, officer),
    },
  };
});

/** Passkey options whose challenge is the digest of the very statement that the officer has read. */
export const beginSunsetApprovalHandler = officerHandler(beginSunsetApprovalByPasskey, beginSunsetApproval, async (vault, { officer, body }) => {
  const request = (await liveRequest(vault.database)) ?? refuse('not-found');
  if (request.digest.toString('base64url') !== body.digest) refuse('conflict');
  if (mayNot(await approvalsOf(vault.database, request.requestId), officer) !== null) refuse('approval-refused');
  return { options: await passkeyOptions(vault, vault.database, officer.officerId, request.digest) };
});

/** Approves. A second officer of a unit that has approved counts for nothing, and is refused. */
export const approveSunsetHandler = officerHandler(approveSunsetByPasskey, approveSunset, async (vault, call) => {
  const { officer } = call;
  const { assertion } = call.body;
  await vault.database.transaction(async (queries) => {
    await call.spend(queries);
    const request = (await liveRequest(queries, true)) ?? refuse('not-found');
    if (mayNot(await approvalsOf(queries, request.requestId), officer) !== null) refuse('approval-refused');
    const signer = await verifyPasskey(vault, queries, assertion, request.digest.toString('base64url'));
    if (signer !== officer.officerId || !Value.Check(Kept, assertion)) return refuse('approval-refused');
    const { clientDataJSON, authenticatorData, signature } = assertion.response;
    // An approval of the unit by an officer who was stopped since makes room for this one.
    await queries.query('DELETE FROM vault.sunset_approval WHERE request_id = $1 AND (unit = $2 OR officer_id = $3)', [request.requestId, foldUnit(officer.unit), officer.officerId]);
    await queries.query(
      'INSERT INTO vault.sunset_approval (request_id, officer_id, unit, credential_id, assertion, approved_at) VALUES ($1, $2, $3, $4, $5, $6)',
      [request.requestId, officer.officerId, foldUnit(officer.unit), assertion.id, JSON.stringify({ clientDataJSON, authenticatorData, signature }), nowOf(vault)],
    );
    await recordEvent(vault, queries, 'sunset-approved', { request: request.requestId, officer: officer.officerId });
  });
  return {};
});

/** Takes the own approval back; success also where there was none. */
export const withdrawSunsetApprovalHandler = officerHandler(withdrawOwnSunsetApproval, withdrawSunsetApproval, async (vault, call) => {
  await vault.database.transaction(async (queries) => {
    await call.spend(queries);
    const request = (await liveRequest(queries, true)) ?? refuse('not-found');
    const { rowCount } = await queries.query('DELETE FROM vault.sunset_approval WHERE request_id = $1 AND officer_id = $2', [request.requestId, call.officer.officerId]);
    if (rowCount > 0) await recordEvent(vault, queries, 'sunset-approval-withdrawn', { request: request.requestId, officer: call.officer.officerId });
  });
  return {};
});
