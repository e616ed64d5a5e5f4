import { issueTicket, problemTypeUri, type Operation } from '@health-kit/api';
import { call, isTicketOfToday, openConnection, type CallInput, type CallValue, type Outcome } from '@health-kit/client';
import type { Failure } from '@health-kit/ui';
import { deviceKey, deviceState, forget, keep } from './deviceState.ts';

/** Whether a failure is this problem. */
export function isProblem(failure: Failure, name: Parameters<typeof problemTypeUri>[0]): boolean {
  return failure.reason === 'refused' && failure.problem.type === problemTypeUri(name);
}

/** Calls an operation with what its authority asks for: nothing, the device key, or a day ticket as well. */
export async function callAsResident<O extends Operation>(operation: O, input: CallInput<O>): Promise<Outcome<CallValue<O>>> {
  const { origin } = window.location;
  const { kind } = operation.authority;
  if (kind === 'anyone') return call(openConnection(origin), operation, input);
  if (kind === 'device') return call(openConnection(origin, { key: deviceKey() }), operation, input);
  const ticket = await ensureTicket();
  if (!ticket.ok) return ticket;
  const answer = await call(openConnection(origin, { key: deviceKey(), ticket: ticket.value.ticket }), operation, input);
  // A ticket of keys that were changed since is replaced by itself, so that it refuses one call and not the whole day.
  if (!answer.ok && isProblem(answer, 'not-authorized')) await forget('ticket');
  return answer;
}

/** Today's ticket: the kept one while its day lasts, else a new one. `renew` asks for a new one in any case. */
export async function ensureTicket(renew = false): Promise<Outcome<CallValue<typeof issueTicket>>> {
  const kept = deviceState().ticket;
  if (!renew && kept !== null && isTicketOfToday(kept, Date.now())) return { ok: true, value: kept };
  const issued = await callAsResident(issueTicket, { body: {} });
  if (issued.ok) await keep({ ticket: issued.value });
  return issued;
}
