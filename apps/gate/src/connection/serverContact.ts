import { useSyncExternalStore } from 'react';
import { openConnection, type Connection } from '@health-kit/client';
import { clockOffsetMs } from './clockOffset.ts';

/** What the last requests told about the network and about this device's clock. */
export interface ServerContact {
  /** False when the device has no network or the service did not answer. */
  readonly reachable: boolean;
  /** Ms by which this device's clock is ahead of the server's; null while unknown. */
  readonly clockAheadMs: number | null;
}

let answered = true;
let clockAheadMs: number | null = null;
let contact: ServerContact = { reachable: navigator.onLine, clockAheadMs };
const listeners = new Set<() => void>();

function publish(): void {
  const reachable = navigator.onLine && answered;
  if (contact.reachable === reachable && contact.clockAheadMs === clockAheadMs) return;
  contact = { reachable, clockAheadMs };
  for (const listener of listeners) listener();
}

window.addEventListener('online', () => {
  // Nobody knows yet whether the service answers; the next request will tell.
  answered = true;
  publish();
});
window.addEventListener('offline', publish);

export function serverContact(): ServerContact {
  return contact;
}

export function useServerContact(): ServerContact {
  return useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, serverContact);
}

/** The platform's fetch, which also learns whether the service answers and what time it has. */
const observedFetch: typeof globalThis.fetch = async (input, init) => {
  const sentAtMs = Date.now();
  try {
    const response = await fetch(input, init);
    answered = true;
    clockAheadMs = clockOffsetMs(response.headers.get('date'), sentAtMs, Date.now()) ?? clockAheadMs;
    return response;
  } catch (error) {
    // An aborted call says nothing about the network, but one that ran into its deadline does.
    if (!(error instanceof DOMException && error.name === 'AbortError')) answered = false;
    throw error;
  } finally {
    publish();
  }
};

/** A connection to the service that delivered this page. */
export function connect(credentials: { readonly key?: CryptoKeyPair | null; readonly ticket?: string | null } = {}): Connection {
  return { ...openConnection(window.location.origin, credentials), fetch: observedFetch };
}
