/**
 * What an app keeps in the browser between visits: its keys (as CryptoKeys that no script can export) and a
 * few small records whose shapes the app declares.
 */

/** For each record its parser: the record, or null for something of another shape (an earlier version's, say). */
export type RecordParsers = Readonly<Record<string, (value: unknown) => unknown>>;
/** The type of a declared record. */
export type RecordOf<Parsers extends RecordParsers, Name extends keyof Parsers> = NonNullable<ReturnType<Parsers[Name]>>;

export interface Loaded<Parsers extends RecordParsers> {
  readonly key: CryptoKeyPair | null;
  get<Name extends keyof Parsers & string>(name: Name): RecordOf<Parsers, Name> | null;
}

export interface KeyStore<Parsers extends RecordParsers> {
  /** The key pair of this name, and all records as they are now, read at once: an app that opens must not wait for one after the other. */
  load(keyName: string): Promise<Loaded<Parsers>>;
  /** The key pair of this name, or null. */
  getKey(name: string): Promise<CryptoKeyPair | null>;
  /** Keeps a key pair unless one of this name is there already, and returns the one that is kept: two tabs that start together end up with one key. */
  keepKey(name: string, key: CryptoKeyPair): Promise<CryptoKeyPair>;
  deleteKey(name: string): Promise<void>;
  /** The record, or null where there is none or its shape is no longer the declared one. */
  get<Name extends keyof Parsers & string>(name: Name): Promise<RecordOf<Parsers, Name> | null>;
  put<Name extends keyof Parsers & string>(name: Name, record: RecordOf<Parsers, Name>): Promise<void>;
  /** Keeps what `next` makes of the present record, and returns it; nobody, in whichever tab, writes in between. */
  change<Name extends keyof Parsers & string>(
    name: Name, next: (stored: RecordOf<Parsers, Name> | null) => RecordOf<Parsers, Name>,
  ): Promise<RecordOf<Parsers, Name>>;
  delete(name: keyof Parsers & string): Promise<void>;
  /** Forgets everything: the way out for somebody who hands the device on. */
  clear(): Promise<void>;
  close(): void;
}

const keysStore = 'keys';
const recordsStore = 'records';

/** Opens (or makes) the IndexedDB database `name`. Rejects where the browser refuses storage, as some private windows do. */
export async function openKeyStore<Parsers extends RecordParsers>(
  name: string, parsers: Parsers, factory: IDBFactory = globalThis.indexedDB,
): Promise<KeyStore<Parsers>> {
  const opening = factory.open(name, 1);
  opening.onupgradeneeded = () => {
    opening.result.createObjectStore(keysStore);
    opening.result.createObjectStore(recordsStore);
  };
  const database = await settled(opening);
  // Another tab with a newer version must not wait for this one.
  database.onversionchange = () => database.close();

  const read = (store: string, key: string): Promise<unknown> => settled(database.transaction(store, 'readonly').objectStore(store).get(key));
  const write = async (stores: readonly string[], change: (transaction: IDBTransaction) => void): Promise<void> => {
    const transaction = database.transaction([...stores], 'readwrite', { durability: 'strict' });
    change(transaction);
    await committed(transaction);
  };
  return {
    load: async (keyName) => {
      const transaction = database.transaction([keysStore, recordsStore], 'readonly');
      const records = transaction.objectStore(recordsStore);
      const [key, names, values] = await Promise.all([
        settled<unknown>(transaction.objectStore(keysStore).get(keyName)), settled<IDBValidKey[]>(records.getAllKeys()), settled<unknown[]>(records.getAll()),
      ]);
      return { key: asKeyPair(key), get: (record) => parseRecord(parsers, record, values[names.indexOf(record)]) };
    },
    getKey: async (key) => asKeyPair(await read(keysStore, key)),
    keepKey: async (key, pair) => {
      const transaction = database.transaction(keysStore, 'readwrite', { durability: 'strict' });
      const store = transaction.objectStore(keysStore);
      const existing = asKeyPair(await settled(store.get(key)));
      if (existing === null) store.put(pair, key);
      await committed(transaction);
      return existing ?? pair;
    },
    deleteKey: (key) => write([keysStore], (transaction) => transaction.objectStore(keysStore).delete(key)),
    get: async (record) => parseRecord(parsers, record, await read(recordsStore, record)),
    put: (record, value) => write([recordsStore], (transaction) => transaction.objectStore(recordsStore).put(value, record)),
    change: async (record, next) => {
      const transaction = database.transaction(recordsStore, 'readwrite', { durability: 'strict' });
      const store = transaction.objectStore(recordsStore);
      const value = next(parseRecord(parsers, record, await settled<unknown>(store.get(record))));
      store.put(value, record);
      await committed(transaction);
      return value;
    },
    delete: (record) => write([recordsStore], (transaction) => transaction.objectStore(recordsStore).delete(record)),
    clear: () => write([keysStore, recordsStore], (transaction) => {
      transaction.objectStore(keysStore).clear();
      transaction.objectStore(recordsStore).clear();
    }),
    close: () => database.close(),
  };
}

function parseRecord<Parsers extends RecordParsers, Name extends keyof Parsers & string>(
  parsers: Parsers, name: Name, value: unknown,
): RecordOf<Parsers, Name> | null;
function parseRecord(parsers: RecordParsers, name: string, value: unknown): unknown {
  return value === undefined ? null : (parsers[name]?.(value) ?? null);
}

function asKeyPair(value: unknown): CryptoKeyPair | null {
  if (typeof value !== 'object' || value === null || !('publicKey' in value) || !('privateKey' in value)) return null;
  const { publicKey, privateKey } = value;
  return publicKey instanceof CryptoKey && privateKey instanceof CryptoKey ? { publicKey, privateKey } : null;
}

function settled<Result>(request: IDBRequest<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('the browser refused its storage'));
  });
}

function committed(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onerror = transaction.onabort = () => reject(transaction.error ?? new Error('the browser refused its storage'));
  });
}
