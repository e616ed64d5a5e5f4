import { getMyStatus, issuePass, listMyNotices, type OwnFact } from '@health-kit/api';
import type { Refusal } from '@health-kit/client';
import { readKeyIdOfPass } from '@health-kit/pass';
import { deviceState, keep, type DeviceState } from '../device/deviceState.ts';
import { refreshRecoveries } from '../devices/ownRecoveries.ts';
import { callAsResident, ensureTicket, isProblem } from '../device/session.ts';
import { refreshTrust } from '../device/trust.ts';
import { lookForRequests } from '../guardians/guardianships.ts';
import { setUnreadNotices } from '../records/unreadNotices.ts';
import { readKeptPass } from './readKeptPass.ts';
import { fetchTomorrow, lookForTomorrow } from './tomorrowPass.ts';

/** Fetches the pass of today, and keeps it together with the status it says; null when it went well. */
export async function fetchPass(status: DeviceState['status'] = null): Promise<Refusal | null> {
  const answer = await callAsResident(issuePass, { body: {} });
  if (answer.ok) await keep({ pass: answer.value, ...(status === null ? {} : { status }) });
  // Without the pass that goes with it, it is kept where it is news: the next look has to see once more what called for another pass.
  else if (status !== null && status.explanation.status !== readKeptPass(deviceState().pass?.pass)?.claims.status) await keep({ status });
  if (!answer.ok) return answer;
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
  const explained = { explanation: status.value, checkedAtMs: Date.now() };
  const former = deviceState().status?.explanation.facts ?? null;

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
    && claims.status === status.value.status && (former === null || !mayHaveCalledBack(former, status.value.facts)) && pass.holder.identityProven === ticket.value.identityProven;
  if (current) await keep({ status: explained });
  const refusal = current ? null : await fetchPass(explained);
  await lookForTomorrow(false);
  return refusal;
}

/**
 * Whether the facts have changed so that a pass that says the same status may have been called back in between, as by a
 * positive result that was corrected: anything but one more negative result.
 */
function mayHaveCalledBack(former: readonly OwnFact[], facts: readonly OwnFact[]): boolean {
  const known = new Set(former.map((fact) => JSON.stringify(fact)));
  const added = facts.filter((fact) => !known.delete(JSON.stringify(fact)));
  return known.size > 0 || added.some((fact) => fact.kind !== 'result' || fact.value !== 'negative');
}
