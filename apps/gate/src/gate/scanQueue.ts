import { matches, type BodyOf, type gateCheckIn, type VisitId } from '@health-kit/api';
import { Type, type Static } from 'typebox';

/**
 * Visits that wait for delivery, in an IndexedDB database of their own: a record per visit under its id, so that
 * a day without a network rewrites nothing and a visit stands there once.
 */
export type QueuedScan = BodyOf<typeof gateCheckIn>['scans'][number];

const databaseName = 'health-kit-gate-scans';
const storeName = 'scans';
const Scan = Type.Object({ visitId: Type.Unsafe<VisitId>(Type.String()), pass: Type.String(), arrivedAt: Type.String() });

let database: Promise<IDBDatabase> | null = null;

function openQueue(): Promise<IDBDatabase> {
  database ??= new Promise<IDBDatabase>((resolve, reject) => {
    const opening = indexedDB.open(databaseName, 1);
    opening.onupgradeneeded = () => {
      // By time, so that the oldest go first: `visitId` makes two of one moment two.
      opening.result.createObjectStore(storeName, { keyPath: ['arrivedAt', 'visitId'] });
    };
    opening.onsuccess = () => {
      opening.result.onversionchange = () => opening.result.close();
      resolve(opening.result);
    };
    opening.onerror = () => reject(opening.error ?? new Error('the browser refused its storage'));
  });
  // A refusal is not for ever: the next call tries again.
  database.catch(() => {
    database = null;
  });
  return database;
}

/** Adds a visit; resolves once it is on disk. */
export async function addScan(scan: QueuedScan): Promise<void> {
  await change((store) => store.put(scan));
}

/** The oldest visits that wait, at most `limit`. */
export async function oldestScans(limit: number): Promise<Static<typeof Scan>[]> {
  const opened = await openQueue();
  const found: unknown[] = await settled(opened.transaction(storeName, 'readonly').objectStore(storeName).getAll(null, limit));
  return found.filter((value) => matches(Scan, value));
}

/** Takes visits off the queue that the service has answered for. */
export async function removeScans(scans: readonly Pick<QueuedScan, 'visitId' | 'arrivedAt'>[]): Promise<void> {
  await change((store) => {
    for (const { arrivedAt, visitId } of scans) store.delete([arrivedAt, visitId]);
  });
}

/** Takes everything off the queue; returns how much that was. */
export async function dropScans(): Promise<number> {
  let dropped = 0;
  await change((store) => {
    const counting = store.count();
    counting.onsuccess = () => {
      dropped = counting.result;
      store.clear();
    };
  });
  return dropped;
}

export async function countWaiting(): Promise<number> {
  const opened = await openQueue();
  return settled(opened.transaction(storeName, 'readonly').objectStore(storeName).count());
}

async function change(work: (store: IDBObjectStore) => void): Promise<void> {
  const opened = await openQueue();
  const transaction = opened.transaction(storeName, 'readwrite', { durability: 'strict' });
  work(transaction.objectStore(storeName));
  await new Promise<void>((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onerror = transaction.onabort = () => reject(transaction.error ?? new Error('the browser refused its storage'));
  });
}

function settled<Result>(request: IDBRequest<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('the browser refused its storage'));
  });
}
