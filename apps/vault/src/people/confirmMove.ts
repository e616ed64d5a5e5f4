import { beginDeskMoveConfirmation, confirmDeskMove } from '@health-kit/api';
import { beginMoveConfirmation, confirmMoveAtDesk } from '@health-kit/api/vault';
import { canonicalJsonBytes } from '@health-kit/tlog';
import { officerHandler } from '../authority/handlers.ts';
import type { OfficerRecord } from '../authority/officers.ts';
import { firstRow, type Queries } from '../database.ts';
import { personId } from '../identifiers.ts';
import { sha256 } from '../keys/vaultKeys.ts';
import { accessEvent } from '../ledger/accessEvent.ts';
import { appendPersonEvents } from '../ledger/ledger.ts';
import { invalidateOutdatedPasses } from '../passes/factsChanged.ts';
import { refuse } from '../refusal.ts';
import { approvalOptions, requireApproval } from '../staff/webAuthn.ts';
import { nowOf, recordEvent, type Vault } from '../vault.ts';
import { deviceMovedMessage } from './deviceMovedMessage.ts';
import { maskHolder } from './mask.ts';
import { moveDevice } from './moveDevice.ts';
import { findProvenAccount } from './ownAccount.ts';
import { findPerson, type OpenPerson } from './people.ts';

/** How long ago the second registrar may have seen the document, ms: as long as a presentation lives. */
const seenLifeMs = 10 * 60_000;

/** Passkey options whose challenge stands for moving the very account to the very device, and the text of it, of which the page makes that challenge anew. */
export const beginMoveConfirmationHandler = officerHandler(beginMoveConfirmation, beginDeskMoveConfirmation, async (vault, call) => {
  const { statement } = await requireConfirmable(vault, vault.database, call.params.moveId, call.officer);
  return { options: await approvalOptions(vault, vault.database, { officer: call.officer.officerId, meaning: 'desk move', digest: sha256(statement) }), statement };
});

/**
 * A second registrar, who has seen the document too, confirms by passkey what another one asked for: the account moves
 * at once. Whoever lost a phone and stands at the desk cannot wait, and one registrar with an accomplice gets no account.
 */
export const confirmMoveHandler = officerHandler(confirmMoveAtDesk, confirmDeskMove, async (vault, call) => {
  const { officer } = call;
  const { identity, formerly } = await vault.database.transaction(async (queries) => {
    await call.spend(queries);
    const move = await requireConfirmable(vault, queries, call.params.moveId, officer, true);
    await requireApproval(vault, queries, { officer: officer.officerId, meaning: 'desk move', digest: sha256(move.statement) }, call.body.assertion);
    const account = await findProvenAccount(vault, queries, move.from, true);
    if (account === null || account.person !== move.accountId) return refuse('conflict');
    await moveDevice(vault, queries, { thumbprint: move.thumbprint, from: move.from, to: account });
    await invalidateOutdatedPasses(vault, queries, [account.person]);
    await recordEvent(vault, queries, 'desk-move-confirmed', { move: call.params.moveId, by: officer.officerId, askedBy: move.askedBy });
    await appendPersonEvents(vault, queries, [accessEvent(vault, account, { purpose: 'identity-proof', officer, fields: ['deviceMoved'] })]);
    return { identity: move.from.identity, formerly: account.identity };
  });
  // After the commit: nobody is told of what did not happen.
  vault.messages.send({ to: formerly.phone, text: deviceMovedMessage(vault, formerly.language), kind: 'notice' });
  return { holder: maskHolder(identity, true) };
});

interface ConfirmableMove {
  readonly thumbprint: string;
  readonly from: OpenPerson;
  readonly accountId: string;
  readonly askedBy: string;
  /** What the second registrar's passkey signs: which device, who stands there in the least view, who asked and when. */
  readonly statement: string;
}

/** A move that waits, for another registrar than the one who asked, who has seen the document within the last minutes. */
async function requireConfirmable(vault: Vault, queries: Queries, moveId: string, officer: OfficerRecord, forUpdate = false): Promise<ConfirmableMove> {
  const row = firstRow(await queries.query<{ thumbprint: string; person_id: string; account_id: string; registrar_id: string; name: string; requested_at: Date; second_id: string | null; second_seen_at: Date | null }>(
    `SELECT r.thumbprint, d.person_id, r.account_id, r.registrar_id, o.name, r.requested_at, r.second_id, r.second_seen_at
     FROM vault.recovery r JOIN vault.device d USING (thumbprint) JOIN vault.officer o ON o.officer_id = r.registrar_id
     WHERE r.move_id = $1 AND r.account_id IS NOT NULL AND d.revoked_at IS NULL ${forUpdate ? 'FOR UPDATE OF r' : ''}`,
    [moveId],
  )) ?? refuse('not-found');
  if (row.registrar_id === officer.officerId) refuse('approval-refused');
  if (row.second_id !== officer.officerId || row.second_seen_at === null || row.second_seen_at.getTime() + seenLifeMs <= nowOf(vault).getTime()) refuse('not-found');
  const from = (await findPerson(vault, queries, personId(row.person_id), forUpdate)) ?? refuse('not-found');
  const { name, documentType, documentLastTwo, phone } = maskHolder(from.identity, false);
  const statement = Buffer.from(canonicalJsonBytes({
    type: 'hk-desk-move-1', move: moveId, device: row.thumbprint, name, documentType, documentLastTwo, phone, askedBy: row.name, askedAt: row.requested_at.toISOString(), by: officer.officerId,
  })).toString('utf8');
  return { thumbprint: row.thumbprint, from, accountId: row.account_id, askedBy: row.registrar_id, statement };
}
