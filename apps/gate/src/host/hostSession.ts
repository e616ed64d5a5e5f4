import type { Operation } from '@health-kit/api';
import {
  call, openResidentStore, problemName, residentKeyName, todaysTicket, type CallInput, type CallValue, type Outcome, type ResidentStore,
} from '@health-kit/client';
import { connect } from '../connection/serverContact.ts';

/** Who is at this device, as far as venues are concerned: a host is a resident whose identity is proven. */
export type HostState =
  | { readonly kind: 'unregistered' }
  | { readonly kind: 'unproven' }
  | { readonly kind: 'host' };

let opened: Promise<ResidentStore> | null = null;

function residentStore(): Promise<ResidentStore> {
  opened ??= openResidentStore();
  return opened;
}

/** Finds out who is at this device. A ticket that says "not proven" is asked for anew, because the desk may have been visited since. */
export async function findHost(): Promise<Outcome<HostState>> {
  const store = await residentStore();
  const key = await store.getKey(residentKeyName);
  if (key === null) return { ok: true, value: { kind: 'unregistered' } };
  const kept = await store.get('ticket');
  const ticket = await todaysTicket(store, connect({ key }), kept?.identityProven === false);
  if (ticket.ok) return { ok: true, value: { kind: ticket.value.identityProven ? 'host' : 'unproven' } };
  // The key of a registration that was never confirmed, or of an account that is gone.
  if (ticket.reason === 'refused' && problemName(ticket.problem) === 'not-authorized') return { ok: true, value: { kind: 'unregistered' } };
  return ticket;
}

/** Calls an operation as the host, with the resident's device key and today's ticket. */
export async function callAsHost<O extends Operation>(operation: O, input: CallInput<O>): Promise<Outcome<CallValue<O>>> {
  const store = await residentStore();
  const key = await store.getKey(residentKeyName);
  const ticket = await todaysTicket(store, connect({ key }));
  if (!ticket.ok) return ticket;
  const answer = await call(connect({ key, ticket: ticket.value.ticket }), operation, input);
  // A ticket of keys that were changed since is replaced, so that it refuses one call and not the whole day.
  if (isNotAuthorized(answer)) await store.delete('ticket');
  return answer;
}

function isNotAuthorized(answer: Outcome<unknown>): boolean {
  return !answer.ok && answer.reason === 'refused' && problemName(answer.problem) === 'not-authorized';
}
