import { useSyncExternalStore } from 'react';
import { adoptRoot, browserPins, fetchTrust, readRootFingerprint, type CityTrust, type Connection, type TrustOutcome, type Untrusted } from '@health-kit/client';

/** How far somebody came who typed the fingerprint of another trust root. */
export type Adoption = 'adopted' | 'not-a-fingerprint' | 'another' | 'unreachable';

/** What a page believes of the city, and why the service's last statement of its keys was not believed. */
export interface TrustState {
  /** Null before the first that this page believed. */
  readonly trust: CityTrust | null;
  /** Null where the last one was believed. */
  readonly untrusted: Untrusted | null;
}

export interface CityTrustStore {
  /**
   * Asks for the city, its keys and its telephone number, and believes what the remembered trust root signed.
   *
   * @param expectedRoot the fingerprint that came with a code or an invitation
   */
  readonly refreshTrust: (expectedRoot?: string | null) => Promise<TrustOutcome>;
  /** Remembers the root whose fingerprint somebody typed, if it is the one that answers. */
  readonly adoptTyped: (typed: string) => Promise<Adoption>;
  readonly useTrust: () => TrustState;
}

/**
 * What an app knows of the city's keys.
 *
 * @param connect to the service that delivered the page
 * @param keep called with what is believed, before the pages see it
 */
export function cityTrustStore(connect: () => Connection, keep: (trust: CityTrust) => Promise<void> = () => Promise.resolve()): CityTrustStore {
  const pins = browserPins();
  let state: TrustState = { trust: null, untrusted: null };
  const listeners = new Set<() => void>();

  async function believe(outcome: TrustOutcome): Promise<TrustOutcome> {
    if (outcome.ok) await keep(outcome.value);
    if (outcome.ok) state = { trust: outcome.value, untrusted: null };
    else if (outcome.reason === 'untrusted') state = { ...state, untrusted: outcome };
    for (const listener of listeners) listener();
    return outcome;
  }
  /** The last request with a fingerprint of another way than the server, under way or over. */
  let given: Promise<unknown> = Promise.resolve();
  /** Asks with a fingerprint; whoever asks without one meanwhile waits. */
  async function askGiven(ask: () => Promise<TrustOutcome>): Promise<TrustOutcome> {
    // A code of another system says nothing of the service: only the page with that code is told.
    const asked = ask().then((outcome) => (outcome.ok ? believe(outcome) : outcome));
    given = Promise.allSettled([given, asked]);
    return asked;
  }
  /** Asks without a fingerprint, and again where one came meanwhile: what was answered before it says nothing after it. */
  async function askRemembered(): Promise<TrustOutcome> {
    const before = given;
    await before;
    const outcome = before === given ? await fetchTrust(connect(), pins) : null;
    return outcome === null || before !== given ? askRemembered() : believe(outcome);
  }
  return {
    refreshTrust: (expectedRoot = null) => (expectedRoot === null ? askRemembered() : askGiven(() => fetchTrust(connect(), pins, expectedRoot))),
    async adoptTyped(typed) {
      const root = readRootFingerprint(typed);
      if (root === null) return 'not-a-fingerprint';
      const outcome = await askGiven(() => adoptRoot(connect(), pins, root));
      return outcome.ok ? 'adopted' : outcome.reason === 'untrusted' ? 'another' : 'unreachable';
    },
    useTrust: () => useSyncExternalStore((listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    }, () => state),
  };
}
