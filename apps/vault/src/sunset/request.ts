/** The request to end the system: begun and withdrawn by the operator, and read by everybody who has a say in it. */
import { SunsetStatement } from '@health-kit/api';
import { operatorBeginSunset, operatorReadSunset, operatorWithdrawSunset } from '@health-kit/api/vault';
import { canonicalJsonBytes } from '@health-kit/tlog';
import { Value } from 'typebox/value';
import { operatorHandler } from '../authority/operatorHandler.ts';
import { firstRow, type Queries } from '../database.ts';
import { sha256 } from '../keys/vaultKeys.ts';
import { randomUuid } from '../randomness.ts';
import { refuse } from '../refusal.ts';
import { instant, nowOf, recordEvent } from '../vault.ts';

const hourMs = 3_600_000;

/** The live request. */
export interface SunsetRequest {
  readonly requestId: string;
  readonly canonical: string;
  readonly statement: SunsetStatement;
  readonly digest: Buffer;
  readonly approvals: number;
  readonly begunAt: Date;
  readonly earliestAt: Date;
}
/** An approval as it is stored. */
export interface SunsetApproval {
  readonly officerId: string;
  readonly name: string;
  readonly office: string;
  readonly unit: string;
  /** The unit as it is compared. */
  readonly countedUnit: string;
  readonly credentialId: string;
  readonly assertion: unknown;
  readonly approvedAt: Date;
}

/** The request that waits; null when there is none. `forUpdate` holds it until the transaction ends. */
export async function liveRequest(queries: Queries, forUpdate = false): Promise<SunsetRequest | null> {
  const row = firstRow(await queries.query<{ request_id: string; canonical: string; digest: Buffer; approvals: number; begun_at: Date; earliest_at: Date }>(
    `SELECT request_id, canonical, digest, approvals, begun_at, earliest_at FROM vault.sunset_request WHERE withdrawn_at IS NULL${forUpdate ? ' FOR UPDATE' : ''}`,
  ));
  if (row === null) return null;
  return {
    requestId: row.request_id, canonical: row.canonical, statement: Value.Parse(SunsetStatement, JSON.parse(row.canonical)), digest: row.digest,
    approvals: row.approvals, begunAt: row.begun_at, earliestAt: row.earliest_at,
  };
}

/** The approvals of a request, oldest first; those of officers who may act no longer do not count. */
export async function approvalsOf(queries: Queries, requestId: string): Promise<readonly SunsetApproval[]> {
  const { rows } = await queries.query<{
    officer_id: string; name: string; office: string; officer_unit: string; unit: string; credential_id: string; assertion: unknown; approved_at: Date;
  }>(
    `SELECT a.officer_id, o.name, o.office, o.unit AS officer_unit, a.unit, a.credential_id, a.assertion, a.approved_at
     FROM vault.sunset_approval a JOIN vault.officer o USING (officer_id)
     WHERE a.request_id = $1 AND o.frozen_at IS NULL AND o.dismissed_at IS NULL ORDER BY a.approved_at, a.officer_id`,
    [requestId],
  );
  return rows.map((row) => ({
    officerId: row.officer_id, name: row.name, office: row.office, unit: row.officer_unit, countedUnit: row.unit,
    credentialId: row.credential_id, assertion: row.assertion, approvedAt: row.approved_at,
  }));
}

async function stateOf(queries: Queries) {
  const request = await liveRequest(queries);
  if (request === null) return null;
  return {
    requestId: request.requestId, reason: request.statement.reason, copies: request.statement.copies ?? null, statement: request.canonical, begunAt: instant(request.begunAt.getTime()),
    earliestAt: instant(request.earliestAt.getTime()), approvalsNeeded: request.approvals,
    approvals: (await approvalsOf(queries, request.requestId)).map(({ name, office, unit, approvedAt }) => ({ name, office, unit, approvedAt: instant(approvedAt.getTime()) })),
  };
}

export const operatorReadSunsetHandler = operatorHandler(operatorReadSunset, async (vault) => ({ sunset: await stateOf(vault.database) }));

/** Begins a request. Nothing happens by it but that officers can approve the very statement; there is one at a time. */
export const operatorBeginSunsetHandler = operatorHandler(operatorBeginSunset, async (vault, { reason, copies, approvals, waitHours }) => {
  const now = vault.clock.now();
  const requestId = randomUuid(vault.random);
  const statement: SunsetStatement = {
    type: 'health-kit-sunset-1', request: requestId,
    system: { origin: vault.origin, relyingParty: vault.relyingParty.id, issuer: vault.issuer.id, city: vault.cityName.en },
    reason, begunAt: instant(now), earliestAt: instant(now + waitHours * hourMs), waitHours, approvals,
    copies,
    effect: 'Every key that the system holds is destroyed and every record of a person is deleted, for good. Nobody can undo it. Copies of the key folder are not reached: until they are destroyed, they open the backups of their time.',
  };
  const canonical = canonicalJsonBytes(statement);
  const digest = sha256(canonical);
  await vault.database.transaction(async (queries) => {
    const inserted = await queries.query(
      `INSERT INTO vault.sunset_request (request_id, canonical, digest, approvals, begun_at, earliest_at) VALUES ($1, $2, $3, $4, $5, $6)
       ON CONFLICT ((true)) WHERE withdrawn_at IS NULL DO NOTHING`,
      [requestId, Buffer.from(canonical).toString('utf8'), digest, approvals, new Date(now), new Date(Date.parse(statement.earliestAt))],
    );
    if (inserted.rowCount === 0) refuse('conflict');
    await recordEvent(vault, queries, 'sunset-requested', { request: requestId, digest: digest.toString('base64url'), approvals, reason, copies });
  });
  return (await stateOf(vault.database)) ?? refuse('conflict');
});

/** Takes the request back, with all its approvals. */
export const operatorWithdrawSunsetHandler = operatorHandler(operatorWithdrawSunset, async (vault) => {
  await vault.database.transaction(async (queries) => {
    const request = (await liveRequest(queries, true)) ?? refuse('not-found');
    await queries.query('UPDATE vault.sunset_request SET withdrawn_at = $2 WHERE request_id = $1', [request.requestId, nowOf(vault)]);
    await recordEvent(vault, queries, 'sunset-withdrawn', { request: request.requestId });
  });
  return {};
});
