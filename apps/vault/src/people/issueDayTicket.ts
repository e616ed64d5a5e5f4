import { issueTicket } from '@health-kit/api';
import { issueDayTicket } from '@health-kit/api/vault';
import { sealTicket } from '@health-kit/ticket';
import { keyHandler } from '../authority/handlers.ts';
import { firstRow } from '../database.ts';
import { personId } from '../identifiers.ts';
import { pseudonymOf } from '../keys/pseudonym.ts';
import { refuse } from '../refusal.ts';
import { instant } from '../vault.ts';

/** Issues today's ticket to a registered device: one indexed query, all else is computed. */
export const issueDayTicketHandler = keyHandler(issueDayTicket, issueTicket, async (vault, call) => {
  const row = firstRow(await vault.database.query<{ person_id: string; proven: boolean }>(
    `SELECT p.person_id, p.proven_at IS NOT NULL AS proven FROM vault.device d JOIN vault.person p USING (person_id)
     WHERE d.thumbprint = $1 AND d.revoked_at IS NULL`,
    [call.thumbprint],
  )) ?? refuse('not-authorized');
  call.use();

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
    keys.ticketKey(day), vault.random(12),
  );
  return { ticket, day, dayStart: instant(dayStartMs), dayEnd: instant(dayEndMs), identityProven: row.proven };
});
