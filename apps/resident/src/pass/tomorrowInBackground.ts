/** Tomorrow's pass while the app is closed: what the service worker does when the browser wakes it. */
import { makeProof, openKeyStore, residentDatabase, residentKeyName } from '@health-kit/client/background.ts';
import { isEvening, isGoodTomorrow } from './momentOfEvening.ts';

declare global {
  interface ServiceWorkerGlobalScopeEventMap {
    /** Periodic Background Sync (WICG): the browser wakes the worker now and then, at moments of its own. */
    readonly periodicsync: ExtendableEvent & { readonly tag: string };
  }
  interface ServiceWorkerRegistration {
    readonly periodicSync?: { register(tag: string, options: { readonly minInterval: number }): Promise<void> };
  }
}

/** The browser's moments are its own, phone by phone; what wakes many at once, as a network that returns does, is spread over this, ms. Browsers let a worker run for five minutes. */
const spreadMs = 120_000;

interface KeptPass {
  readonly day: string;
  readonly expiresAt: string;
}
function keptPass(value: unknown): KeptPass | null {
  return typeof value === 'object' && value !== null && 'day' in value && typeof value.day === 'string' && 'expiresAt' in value && typeof value.expiresAt === 'string'
    ? { ...value, day: value.day, expiresAt: value.expiresAt }
    : null;
}

/** What the worker reads of the device's records; the page reads what it writes by the schema of the answer, as ever. */
const records = {
  pass: keptPass,
  tomorrow: keptPass,
  ticket: (value: unknown) => (typeof value === 'object' && value !== null && 'dayEnd' in value && typeof value.dayEnd === 'string' ? { dayEnd: value.dayEnd } : null),
};

/**
 * Fetches tomorrow's pass if it is evening and the device has none yet.
 *
 * @param origin of the service
 * @param chance in [0, 1), of the moment at which it asks
 */
export async function fetchTomorrowInBackground(origin: string, nowMs: number, chance: number): Promise<void> {
  const store = await openKeyStore(residentDatabase, records);
  try {
    const [key, pass, tomorrow, ticket] = await Promise.all([store.getKey(residentKeyName), store.get('pass'), store.get('tomorrow'), store.get('ticket')]);
    if (key === null || pass === null || ticket === null || !isEvening(nowMs, Date.parse(ticket.dayEnd))) return;
    if (tomorrow !== null && isGoodTomorrow(tomorrow.expiresAt, nowMs)) return;
    // Nobody has opened the app since it was fetched: what was tomorrow's is today's, and must not be lost to the next.
    if (tomorrow !== null && tomorrow.day > pass.day) await store.put('pass', tomorrow);
    await new Promise((resolve) => { setTimeout(resolve, chance * spreadMs); });
    const url = `${origin}/v1/passes`;
    const body = new TextEncoder().encode(JSON.stringify({ day: 'tomorrow' }));
    const dpop = await makeProof({ key, method: 'POST', url, body, ticket: null, nowMs: Date.now(), nonce: crypto.getRandomValues(new Uint8Array(16)) });
    const answer = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json', dpop }, body, credentials: 'omit', cache: 'no-store', redirect: 'error' });
    if (answer.status !== 201) return;
    const fetched = keptPass(await answer.json());
    if (fetched !== null) await store.put('tomorrow', fetched);
  } finally {
    store.close();
  }
}
