/** Tomorrow's pass while the app is closed: what the service worker does when the browser wakes it. */
import { makeProof, openKeyStore, residentDatabase, residentKeyName } from '@health-kit/client/background.ts';
import { isEvening } from './momentOfEvening.ts';

declare global {
  interface ServiceWorkerGlobalScopeEventMap {
    /** Periodic Background Sync (WICG): the browser wakes the worker now and then, at moments of its own. */
    readonly periodicsync: ExtendableEvent & { readonly tag: string };
  }
  interface ServiceWorkerRegistration {
    readonly periodicSync?: { register(tag: string, options: { readonly minInterval: number }): Promise<void> };
  }
}

/** What the worker reads of the device's records; the page reads what it writes by the schema of the answer, as ever. */
const records = {
  pass: (value: unknown) => value,
  tomorrow: (value: unknown) => value,
  ticket: (value: unknown) => (typeof value === 'object' && value !== null && 'dayEnd' in value && typeof value.dayEnd === 'string' ? { dayEnd: value.dayEnd } : null),
};

/** Fetches tomorrow's pass if it is evening and the device has none yet. `origin`: of the service. */
export async function fetchTomorrowInBackground(origin: string, nowMs: number): Promise<void> {
  const store = await openKeyStore(residentDatabase, records);
  try {
    const [key, pass, tomorrow, ticket] = await Promise.all([store.getKey(residentKeyName), store.get('pass'), store.get('tomorrow'), store.get('ticket')]);
    if (key === null || pass === null || tomorrow !== null || ticket === null || !isEvening(nowMs, Date.parse(ticket.dayEnd))) return;
    const url = `${origin}/v1/passes`;
    const body = new TextEncoder().encode(JSON.stringify({ day: 'tomorrow' }));
    const dpop = await makeProof({ key, method: 'POST', url, body, ticket: null, nowMs, nonce: crypto.getRandomValues(new Uint8Array(16)) });
    const answer = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json', dpop }, body, credentials: 'omit', cache: 'no-store', redirect: 'error' });
    if (answer.status !== 201) return;
    const fetched: unknown = await answer.json();
    if (typeof fetched === 'object' && fetched !== null) await store.put('tomorrow', fetched);
  } finally {
    store.close();
  }
}
