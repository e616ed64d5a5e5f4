/**
 * The end of the system (docs/adr/0022). In this order, so that a crash at any moment either changes nothing or is
 * gone on with at the next start: in one transaction every table is emptied and the certificate signed; the
 * certificate is written beside the keys, which is the point of no return; the transaction commits; the keys are
 * destroyed; the certificate becomes final.
 */
import { certificateSigningPrefix, type DestructionCertificate, type SignedDestructionCertificate } from '@health-kit/api';
import { operatorCompleteSunset } from '@health-kit/api/vault';
import { canonicalJsonBytes, encodeVerifierKey } from '@health-kit/tlog';
import { operatorHandler } from '../authority/operatorHandler.ts';
import { firstRow, type Database, type Queries } from '../database.ts';
import { destroyKeyFolder } from '../keys/destroyKeyFolder.ts';
import { makeCheckpoint } from '../ledger/checkpoints.ts';
import { refuse } from '../refusal.ts';
import { verifyAssertionAgain } from '../staff/webAuthn.ts';
import { instant, nowOf, recordEvent, type Vault } from '../vault.ts';
import { makeFinal, readFinal, readPending, writePending } from './certificateFile.ts';
import { passkeyJwk } from './passkeyJwk.ts';
import { approvalsOf, liveRequest, type SunsetRequest } from './request.ts';

/** Schemas in the order in which they are emptied; the vault's last but the ledger's, since it holds the approvals that each asks for. */
const schemas = ['venue', 'visit', 'health', 'notify', 'trace', 'ledger', 'vault'] as const;

/** Ends the system. Refused until enough officers of different units have approved and the waiting time is over. */
export const operatorCompleteSunsetHandler = operatorHandler(operatorCompleteSunset, async (vault) => {
  await vault.database.transaction(async (queries) => {
    const { request, approvals } = await requireApproved(vault, queries);
    await recordEvent(vault, queries, 'sunset-completing', { request: request.requestId, approvals: approvals.length });
  });
  vault.sunset.begun = true;
  let endedAt: string | null = null;
  try {
    const head = await makeCheckpoint(vault.database, vault.ledger, nowOf(vault));
    if (head === null) throw new Error('the ledger is empty');
    const certificate = await vault.database.transaction((queries) => emptyAndCertify(vault, queries, head.note));
    await destroyKeys(vault.keyFolder, () => vault.provider.destroyOutsideFolder());
    endedAt = certificate.certificate.endedAt;
    return certificate;
  } finally {
    // This process is of no more use, whatever failed: the next start goes on, or finds that nothing happened.
    vault.sunset.ended(endedAt);
  }
});

async function requireApproved(vault: Vault, queries: Queries) {
  const request = (await liveRequest(queries, true)) ?? refuse('not-found');
  if (vault.clock.now() < request.earliestAt.getTime()) refuse('not-permitted');
  const approvals = await verifiedApprovals(vault, queries, request);
  if (approvals.length < request.approvals) refuse('not-permitted');
  return { request, approvals };
}

async function emptyAndCertify(vault: Vault, queries: Queries, checkpoint: string): Promise<SignedDestructionCertificate> {
  await queries.query("SET LOCAL statement_timeout = '1h'");
  const { request, approvals } = await requireApproved(vault, queries);
  const keys = await keyNames(queries);
  const tables = await emptyAll(queries);
  const endedAt = instant(vault.clock.now());
  const { signer } = vault.ledger;
  const made: DestructionCertificate = {
    type: 'health-kit-destruction-1', statement: request.statement, endedAt, approvals, keys, tables, checkpoint, ledgerKey: encodeVerifierKey(signer.key),
  };
  const signature = await signer.sign(Buffer.concat([Buffer.from(certificateSigningPrefix), canonicalJsonBytes(made)]));
  const certificate = { certificate: made, signature: Buffer.from(signature).toString('base64url') };
  await queries.query('INSERT INTO ledger.ended (ended_at, certificate) VALUES ($1, $2)', [endedAt, JSON.stringify(certificate)]);
  await writePending(vault.keyFolder, certificate);
  return certificate;
}

/**
 * Goes on with an end that a crash cut off after the point of no return, and says when the system was ended; null
 * where it was not. Called before anything is opened, or made.
 */
export async function finishEnded(database: Database, keyFolder: string, destroyOutsideFolder: () => Promise<void>): Promise<string | null> {
  const final = await readFinal(keyFolder);
  if (final !== null) return final.certificate.endedAt;
  const pending = await readPending(keyFolder);
  if (pending === null) {
    const row = firstRow(await database.query<{ ended_at: Date }>('SELECT ended_at FROM ledger.ended'));
    return row === null ? null : instant(row.ended_at.getTime());
  }
  await database.transaction(async (queries) => {
    if ((await queries.query('SELECT FROM ledger.ended')).rowCount > 0) return;
    await queries.query("SET LOCAL statement_timeout = '1h'");
    await emptyAll(queries);
    await queries.query('INSERT INTO ledger.ended (ended_at, certificate) VALUES ($1, $2)', [pending.certificate.endedAt, JSON.stringify(pending)]);
  });
  await destroyKeys(keyFolder, destroyOutsideFolder);
  return pending.certificate.endedAt;
}

async function destroyKeys(keyFolder: string, destroyOutsideFolder: () => Promise<void>): Promise<void> {
  // First what the folder's PIN opens.
  await destroyOutsideFolder();
  await destroyKeyFolder(keyFolder);
  await makeFinal(keyFolder);
}

/** The approvals whose signatures still hold over the statement: whoever wrote rows into the database has none. */
async function verifiedApprovals(vault: Vault, queries: Queries, request: SunsetRequest): Promise<DestructionCertificate['approvals']> {
  const verified: DestructionCertificate['approvals'] = [];
  const units = new Set<string>();
  for (const approval of await approvalsOf(queries, request.requestId)) {
    const passkey = firstRow(await queries.query<{ public_key: Buffer }>('SELECT public_key FROM vault.passkey WHERE credential_id = $1 AND officer_id = $2', [approval.credentialId, approval.officerId]));
    if (passkey === null || units.has(approval.countedUnit)) continue;
    const assertion = await verifyAssertionAgain(vault, { id: approval.credentialId, publicKey: passkey.public_key }, approval.assertion, request.digest.toString('base64url'));
    if (assertion === null) continue;
    units.add(approval.countedUnit);
    verified.push({
      officer: approval.officerId, name: approval.name, office: approval.office, unit: approval.unit, approvedAt: instant(approval.approvedAt.getTime()),
      credential: { id: approval.credentialId, publicKey: passkeyJwk(passkey.public_key) }, assertion,
    });
  }
  return verified;
}

/** Empties every table of every schema by their own functions, which make sure that the end is approved. */
async function emptyAll(queries: Queries): Promise<DestructionCertificate['tables']> {
  const tables: DestructionCertificate['tables'] = [];
  for (const schema of schemas) {
    const { rows } = await queries.query<{ relation: string; destroyed: string }>(`SELECT relation, destroyed FROM ${schema}.destroy_all()`);
    tables.push(...rows.map(({ relation, destroyed }) => ({ table: relation, rows: Number(destroyed) })));
  }
  return tables;
}

async function keyNames(queries: Queries): Promise<string[]> {
  const { rows } = await queries.query<{ name: string }>(
    `SELECT 'kek/' || version AS name FROM vault.kek UNION SELECT name FROM vault.sealed_key UNION SELECT 'day/' || day FROM vault.day_key
     UNION SELECT format('data keys of %s people', count(*)) FROM vault.person ORDER BY 1`,
  );
  return rows.map(({ name }) => name);
}
