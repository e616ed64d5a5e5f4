import { useSyncExternalStore } from 'react';
import { beginStaffSignIn, finishStaffSignIn, type ResponseOf } from '@health-kit/api';
import { call, keyThumbprint, makeKey, openConnection, openKeyStore, type CallInput, type KeyStore, type RecordParsers } from '@health-kit/client';
import { Check } from 'typebox/value';
import { signInChallenge } from './challenges.ts';

export type Session = ResponseOf<typeof finishStaffSignIn>;
export type Officer = Session['officer'];

/** `expired` remembers who it was, so that the page stays as it is while they sign in again. */
export type SessionState =
  | { readonly kind: 'signed-out' }
  | { readonly kind: 'signed-in'; readonly session: Session; readonly key: CryptoKeyPair }
  | { readonly kind: 'expired'; readonly officer: Officer; readonly expiresAt: string };

const recordParsers = {
  session: (value: unknown): Session | null => (finishStaffSignIn.response !== undefined && Check(finishStaffSignIn.response, value) ? value : null),
} satisfies RecordParsers;

const databaseName = 'health-kit-console';
const keyName = 'session';
const signedOut: SessionState = { kind: 'signed-out' };

let store: KeyStore<typeof recordParsers> | null = null;
let state: SessionState = signedOut;
let expiry: ReturnType<typeof setTimeout> | undefined;
const listeners = new Set<() => void>();
/** Signing out in one tab is signing out in all. */
const otherTabs = new BroadcastChannel('health-kit-console.session');
otherTabs.onmessage = () => void readStore();

/** Opens the store and takes up the session that is kept there. Without storage a session lasts until the page is left. */
export async function loadSession(): Promise<void> {
  try {
    store = await openKeyStore(databaseName, recordParsers);
  } catch {
    return;
  }
  await readStore();
}

async function readStore(): Promise<void> {
  if (store === null) return;
  const [session, key] = await Promise.all([store.get('session'), store.getKey(keyName)]);
  if (session !== null && key !== null) takeUp(session, key);
  else publish(signedOut);
}

/** Signs in with a passkey under a session key made for it. Throws PasskeyError; `null` when signed in, else why not. */
export async function signIn(passkey: (options: unknown, expected: string | null) => Promise<Record<string, unknown>>) {
  const key = await makeKey();
  const connection = openConnection(window.location.origin, { key });
  const begun = await call(connection, beginStaffSignIn, { body: {} });
  if (!begun.ok) return begun;
  const expected = await signInChallenge(begun.value.nonce, await keyThumbprint(key.publicKey));
  const input: CallInput<typeof finishStaffSignIn> = { body: { assertion: await passkey(begun.value.options, expected) } };
  const finished = await call(connection, finishStaffSignIn, input);
  if (!finished.ok) return finished;
  if (store !== null) {
    await store.deleteKey(keyName);
    await store.keepKey(keyName, key);
    await store.put('session', finished.value);
  }
  takeUp(finished.value, key);
  otherTabs.postMessage('changed');
  return null;
}

/** Destroys ticket and key, here and in every other tab. */
export async function signOut(): Promise<void> {
  publish(signedOut);
  await store?.clear();
  otherTabs.postMessage('changed');
}

/** The session is over; its key and ticket are destroyed and the page waits for the same officer, or another. */
export function expireSession(): void {
  if (state.kind !== 'signed-in') return;
  publish({ kind: 'expired', officer: state.session.officer, expiresAt: state.session.expiresAt });
  void store?.clear();
}

export function sessionState(): SessionState {
  return state;
}

export function useSession(): SessionState {
  return useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, sessionState);
}

function takeUp(session: Session, key: CryptoKeyPair): void {
  publish({ kind: 'signed-in', session, key });
  const leftMs = Date.parse(session.expiresAt) - Date.now();
  if (leftMs <= 0) expireSession();
  else expiry = setTimeout(expireSession, leftMs);
}

function publish(next: SessionState): void {
  clearTimeout(expiry);
  state = next;
  for (const listener of listeners) listener();
}
