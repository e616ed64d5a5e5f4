import { getMyStatus, issuePass, listMyNotices } from '@health-kit/api';
import type { Refusal } from '@health-kit/client';
import { readKeyIdOfPass } from '@health-kit/pass';
import { deviceState, keep } from '../device/deviceState.ts';
import { refreshRecoveries } from '../devices/ownRecoveries.ts';
import { callAsResident, ensureTicket, isProblem } from '../device/session.ts';
import { refreshTrust } from '../device/trust.ts';
import { lookForRequests } from '../guardians/guardianships.ts';
import { setUnreadNotices } from '../records/unreadNotices.ts';
import { readKeptPass } from './readKeptPass.ts';
import { fetchTomorrow, lookForTomorrow } from './tomorrowPass.ts';

/** Fetches the pass of today; null when it went well. */
export async function fetchPass(): Promise<Refusal | null> {
  const answer = await callAsResident(issuePass, { body: {} });
  if (!answer.ok) return answer;
  await keep({ pass: answer.value });
  // What made a new one necessary today holds tomorrow as well.
  if (deviceState().tomorrow !== null) await fetchTomorrow();
  return null;
}

/**
 * Brings pass, status and count of notices up to date. The pass is fetched
 * once a day, and again only when the status or the proof of identity is no
 * longer what it says, or the key that signed it is trusted no more. Returns what went wrong, null when nothing did.
 */
export async function refreshPass(): Promise<Refusal | null> {
  const refusal = await refresh();
  // A wrong clock refuses, too; only the service's word says that the account is elsewhere.
  if (refusal !== null && isProblem(refusal, 'not-authorized')) await refreshRecoveries();
  return refusal;
}

async function refresh(): Promise<Refusal | null> {
  // A ticket says whether the identity was proven when it was issued: somebody who waits at the desk needs a new one.
  const ticket = await ensureTicket(deviceState().ticket?.identityProven === false);
  if (!ticket.ok) return ticket;

  const status = await callAsResident(getMyStatus, {});
  if (!status.ok) return status;
  await keep({ status: { explanation: status.value, checkedAtMs: Date.now() } });

  const notices = await callAsResident(listMyNotices, {});
  if (notices.ok) setUnreadNotices(notices.value.notices.filter(({ readAt }) => readAt === null).length);

  // Who would take the account away is to be seen within a minute.
  await refreshRecoveries();
  await lookForRequests();

  const { pass } = deviceState();
  const kept = readKeptPass(pass?.pass);
  const claims = kept?.claims ?? null;
  await refreshTrust();
  const kid = kept === null ? null : readKeyIdOfPass(kept.bytes);
  const isTrusted = deviceState().trust?.keys.some((key) => key.use === 'pass' && key.kid === kid) === true;
  const current = pass !== null && claims !== null && isTrusted && pass.day === ticket.value.day && Date.now() < Date.parse(pass.expiresAt)
    && claims.status === status.value.status && pass.holder.identityProven === ticket.value.identityProven;
  const refusal = current ? null : await fetchPass();
  await lookForTomorrow(false);
  return refusal;
}
