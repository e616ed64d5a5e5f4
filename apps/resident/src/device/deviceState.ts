import { useSyncExternalStore } from 'react';
import { makeKey, openResidentStore, residentKeyName, type LocalVisit, type RecordOf, type residentRecords, type ResidentStore } from '@health-kit/client';

type Parsers = typeof residentRecords;
type RecordName = keyof Parsers;
/** Everything the device keeps, as the pages see it: a copy in memory of what stands in IndexedDB. */
export type DeviceState = { readonly [Name in RecordName]: RecordOf<Parsers, Name> | null };

/** Visits are forgotten here when they are forgotten everywhere. */
const visitTermMs = 14 * 24 * 60 * 60 * 1000;

const nothing: DeviceState = { trust: null, draft: null, registration: null, account: null, portrait: null, pass: null, tomorrow: null, ticket: null, status: null, lost: null, visits: null, dependantPasses: null, pendingVenue: null, own: null, ledger: null };
let store: ResidentStore | null = null;
let key: CryptoKeyPair | null = null;
let state = nothing;
const listeners = new Set<() => void>();

/** Opens the store, makes the device key before anything else, and reads the records. Rejects where the browser refuses storage. */
export async function loadDevice(nowMs: number): Promise<void> {
  store = await openResidentStore();
  const kept = await store.load(residentKeyName);
  key = kept.key ?? await ensureKey(store);
  state = {
    trust: kept.get('trust'), draft: kept.get('draft'), registration: kept.get('registration'), account: kept.get('account'), portrait: kept.get('portrait'),
    pass: kept.get('pass'), tomorrow: kept.get('tomorrow'), ticket: kept.get('ticket'), status: kept.get('status'), lost: kept.get('lost'), visits: kept.get('visits'),
    dependantPasses: kept.get('dependantPasses'), pendingVenue: kept.get('pendingVenue'), own: kept.get('own'), ledger: kept.get('ledger'),
  };
  if (state.draft !== null && state.draft.untilMs <= nowMs) await forget('draft');
}

/** What is to do behind the first page: forgets visits that are forgotten everywhere. */
export async function tidyDevice(nowMs: number): Promise<void> {
  if (state.visits !== null) await changeVisits((all) => all.filter((visit) => nowMs - Date.parse(visit.arrivedAt) < visitTermMs));
  // Asks the browser not to evict the key when space runs low; it may say no.
  void navigator.storage?.persist?.();
}

async function ensureKey(opened: ResidentStore): Promise<CryptoKeyPair> {
  return (await opened.getKey(residentKeyName)) ?? opened.keepKey(residentKeyName, await makeKey());
}

/** The key of this device; it signs and cannot be read. */
export function deviceKey(): CryptoKeyPair {
  if (key === null) throw new Error('the device is not loaded yet');
  return key;
}

function opened(): ResidentStore {
  if (store === null) throw new Error('the device is not loaded yet');
  return store;
}

export function deviceState(): DeviceState {
  return state;
}

export function useDevice(): DeviceState {
  return useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, deviceState);
}

function publish(change: Partial<DeviceState>): void {
  state = { ...state, ...change };
  for (const listener of listeners) listener();
}

/** Keeps records, on disk before the pages see them. */
export async function keep(change: Partial<{ readonly [Name in Exclude<RecordName, 'visits'>]: RecordOf<Parsers, Name> }>): Promise<void> {
  const target = opened();
  if (change.trust) await target.put('trust', change.trust);
  if (change.draft) await target.put('draft', change.draft);
  if (change.registration) await target.put('registration', change.registration);
  if (change.account) await target.put('account', change.account);
  if (change.portrait) await target.put('portrait', change.portrait);
  if (change.pass) await target.put('pass', change.pass);
  if (change.tomorrow) await target.put('tomorrow', change.tomorrow);
  if (change.ticket) await target.put('ticket', change.ticket);
  if (change.status) await target.put('status', change.status);
  if (change.lost) await target.put('lost', change.lost);
  if (change.dependantPasses) await target.put('dependantPasses', change.dependantPasses);
  if (change.pendingVenue) await target.put('pendingVenue', change.pendingVenue);
  if (change.own) await target.put('own', change.own);
  if (change.ledger) await target.put('ledger', change.ledger);
  publish(change);
}

export async function forget(...names: Exclude<RecordName, 'visits'>[]): Promise<void> {
  for (const name of names) await opened().delete(name);
  publish(Object.fromEntries(names.map((name) => [name, null])));
}

/** Changes the visits as they stand on disk now: another tab may have added one, and none may be lost. */
export async function changeVisits(change: (visits: readonly LocalVisit[]) => LocalVisit[]): Promise<void> {
  await exclusively('health-kit.visits', async () => {
    const visits = change((await opened().get('visits')) ?? []);
    await opened().put('visits', visits);
    publish({ visits });
  });
}

/** Runs `work` while no other tab runs work of the same name. */
export async function exclusively(name: string, work: () => Promise<void>): Promise<void> {
  if ('locks' in navigator) await navigator.locks.request(name, work);
  else await work();
}

/** Forgets everything and starts anew with another key. */
export async function clearDevice(): Promise<void> {
  await opened().clear();
  key = await ensureKey(opened());
  publish(nothing);
}
