import { useSyncExternalStore } from 'react';
import { enrolGate, matches, type ResponseOf } from '@health-kit/api';
import { CityTrust, openKeyStore, type KeyStore, type RecordOf, type RecordParsers } from '@health-kit/client';
import { Type, type Static, type TSchema } from 'typebox';
import { countWaiting } from './scanQueue.ts';

/** Who this gate is, with its ticket, as the service last said. */
export type GateSession = ResponseOf<typeof enrolGate>;

const Bytes = Type.Unsafe<Uint8Array<ArrayBuffer>>(Type.Refine(Type.Unknown(), (value) => value instanceof Uint8Array));

function record<Schema extends TSchema>(schema: Schema): (value: unknown) => Static<Schema> | null {
  return (value) => (matches(schema, value) ? value : null);
}
function answer<Schema extends TSchema>(operation: { readonly response?: Schema }): (value: unknown) => Static<Schema> | null {
  const { response } = operation;
  return (value) => (response !== undefined && matches(response, value) ? value : null);
}

const parsers = {
  session: answer(enrolGate),
  /** What was last believed of the city. */
  trust: record(CityTrust),
  /** Signed status lists as they came, with when (epoch ms). */
  lists: record(Type.Array(Type.Object({ list: Type.Number(), token: Bytes, fetchedAtMs: Type.Number() }))),
  /** The signed list of cards as it came, with when (epoch ms). */
  cardList: record(Type.Object({ token: Bytes, fetchedAtMs: Type.Number() })),
  tally: record(Type.Object({ day: Type.String(), admitted: Type.Number(), refused: Type.Number() })),
  /** Visits the service did not take, because their codes were not genuine to it; counted until the gate is given up. */
  notTaken: record(Type.Number()),
  /** The service said that this gate was ended: when this device heard it (epoch ms), and how many visits it then dropped undelivered. */
  ended: record(Type.Object({ heardAtMs: Type.Number(), dropped: Type.Number() })),
  settings: record(Type.Object({ admitCaution: Type.Boolean(), muted: Type.Boolean() })),
} satisfies RecordParsers;
type Parsers = typeof parsers;
type RecordName = keyof Parsers;

export type Settings = RecordOf<Parsers, 'settings'>;
export type KeptList = RecordOf<Parsers, 'lists'>[number];
/** What this device keeps as a gate, as the pages see it. */
export type GateState = { readonly [Name in RecordName]: RecordOf<Parsers, Name> | null } & {
  /** Visits recorded here and not yet taken by the service. */
  readonly waiting: number;
};

const databaseName = 'health-kit-gate';
/** The gate's key, and the key of an enrolment whose answer has not come yet. */
export type GateKeyName = 'gate' | 'enrolling';
export const usualSettings: Settings = { admitCaution: false, muted: false };

const nothing: GateState = { session: null, trust: null, lists: null, cardList: null, tally: null, notTaken: null, ended: null, settings: null, waiting: 0 };
let store: KeyStore<Parsers> | null = null;
let state = nothing;
const listeners = new Set<() => void>();

/** Opens the store and reads it. Rejects where the browser refuses storage. */
export async function loadGate(): Promise<void> {
  store = await openKeyStore(databaseName, parsers);
  const [session, trust, lists, cardList, tally, notTaken, ended, settings, waiting] = await Promise.all([
    store.get('session'), store.get('trust'), store.get('lists'), store.get('cardList'), store.get('tally'), store.get('notTaken'), store.get('ended'), store.get('settings'), countWaiting(),
  ]);
  publish({ session, trust, lists, cardList, tally, notTaken, ended, settings, waiting });
  // Asks the browser not to evict key and queue when space runs low; it may say no.
  void navigator.storage?.persist?.();
}

function opened(): KeyStore<Parsers> {
  if (store === null) throw new Error('the gate is not loaded yet');
  return store;
}

export function gateKeys(): Pick<KeyStore<Parsers>, 'getKey' | 'keepKey' | 'deleteKey'> {
  return opened();
}

export function gateState(): GateState {
  return state;
}

export function useGate(): GateState {
  return useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, gateState);
}

/** Shows a change to the pages without keeping it; the queue keeps its own. */
export function publish(change: Partial<GateState>): void {
  state = { ...state, ...change };
  for (const listener of listeners) listener();
}

/** Keeps a record, on disk before the pages see it. */
export async function keepRecord<Name extends RecordName>(name: Name, value: RecordOf<Parsers, Name>): Promise<void> {
  await opened().put(name, value);
  publish({ [name]: value });
}

/** Keeps who this gate is from now on; what was another gate's, and that it ended, is of no concern to it. */
export async function becomeGate(session: GateSession): Promise<void> {
  await opened().delete('ended');
  await opened().delete('notTaken');
  await opened().put('session', session);
  publish({ session, ended: null, notTaken: null });
}

/** Forgets key and records: this device is no gate any more. The trust list is public and stays. */
export async function giveUpGate(): Promise<void> {
  const { trust, waiting } = state;
  await opened().clear();
  publish({ ...nothing, waiting });
  if (trust !== null) await keepRecord('trust', trust);
}
