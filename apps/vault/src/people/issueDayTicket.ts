import { issueTicket } from '@health-kit/api';
import { issueDayTicket } from '@health-kit/api/vault';
import { sealTicket } from '@health-kit/ticket';
import { keyHandler } from '../authority/handlers.ts';
import { firstRow, type Queries } from '../database.ts';
import { personId } from '../identifiers.ts';
import { pseudonymOf } from '../keys/pseudonym.ts';
import { keyObject } from '../keys/sealing.ts';
import { refuse } from '../refusal.ts';
import { instant, nowOf, type Vault } from '../vault.ts';
import { completeRecovery } from './completeRecovery.ts';

/** Issues today's ticket to a registered device: one indexed query, all else is computed. */
export const issueDayTicketHandler = keyHandler(issueDayTicket, issueTicket, async (vault, call) => {
  const found = (await findDevice(vault, vault.database, call.thumbprint)) ?? refuse('not-authorized');
  call.use();
  // Who asked for an account on another device, and whose time has come, gets the ticket of that account.
  const row = found.due && (await completeRecovery(vault, call.thumbprint)) ? (await findDevice(vault, vault.database, call.thumbprint)) ?? refuse('not-authorized') : found;

  const { calendar, keys } = vault;
  const person = personId(row.person_id);
  const day = calendar.dayOf(vault.clock.now());
  const dayStartMs = calendar.startOf(day);
  const dayEndMs = calendar.endOf(day);
  const visitKey = await keys.visit(day);
  if (visitKey === null) throw new Error("today's visit key is missing");
  const ticket = sealTicket(
    {
      kind: 'resident', day, dayStartMs, dayEndMs, thumbprint: call.thumbprint, identityProven: row.proven,
      visit: pseudonymOf(visitKey, person), health: pseudonymOf(keys.health, person), notify: pseudonymOf(keys.notify, person), venue: pseudonymOf(keys.venue, person),
    },
    keyObject(keys.ticketKey(day)), vault.random(12),
  );
  return { ticket, day, dayStart: instant(dayStartMs), dayEnd: instant(dayEndMs), identityProven: row.proven };
});

/** The person of a device that is not revoked, and whether a recovery of the device has to be completed first. */
async function findDevice(vault: Vault, queries: Queries, thumbprint: string): Promise<{ person_id: string; proven: boolean; due: boolean } | null> {
  return firstRow(await queries.query<{ person_id: string; proven: boolean; due: boolean }>(
    `SELECT p.person_id, p.proven_at IS NOT NULL AS proven, r.thumbprint IS NOT NULL AS due
     FROM vault.device d JOIN vault.person p USING (person_id)
     LEFT JOIN vault.recovery r ON r.thumbprint = d.thumbprint AND r.account_id IS NOT NULL AND r.completes_at <= $2
     WHERE d.thumbprint = $1 AND d.revoked_at IS NULL`,
    [thumbprint, nowOf(vault)],
  ));
}
