import { TrustRoot, matches } from '@health-kit/api';
import { Type } from 'typebox';
import { openKeyStore } from './keyStore.ts';
import type { TrustPin } from './trustDocument.ts';

/** Where a device remembers the trust root. */
export interface TrustPins {
  read(): Promise<TrustPin | null>;
  /**
   * Remembers the pin, in one step with looking at what is remembered by then ({@link pinToKeep}), and returns what is
   * remembered from now on.
   *
   * @param seenRoot the root that was remembered when the pin was made; null for none
   */
  keep(pin: TrustPin, seenRoot: string | null): Promise<TrustPin>;
}

/**
 * Which of two pins stays, when pages and apps of one browser asked at the same time. Of one root the newest document
 * stays. Another root than the remembered one comes in its place only if it was given by another way than the server,
 * and only in place of the one that was seen then, or of one that was met at first use meanwhile.
 */
export function pinToKeep(stored: TrustPin | null, next: TrustPin, seenRoot: string | null): TrustPin {
  if (stored === null) return next;
  if (stored.root !== next.root) return next.given === true && (stored.root === seenRoot || stored.given !== true) ? next : stored;
  const newest = next.newest === null || (stored.newest !== null && stored.newest.issuedAt > next.newest.issuedAt) ? stored.newest : next.newest;
  return { root: stored.root, given: stored.given === true || next.given === true, newest };
}

/** Remembers for as long as the page, or the process, lasts. */
export function memoryPins(first: TrustPin | null = null): TrustPins {
  let pin = first;
  return {
    read: () => Promise.resolve(pin),
    keep: (next, seenRoot) => {
      pin = pinToKeep(pin, next, seenRoot);
      return Promise.resolve(pin);
    },
  };
}

/** One for all web apps of an origin: they come from one server, and what one of them has met the others know. */
const databaseName = 'health-kit-trust';
const PinRecord = Type.Object({ root: TrustRoot, given: Type.Optional(Type.Boolean()), newest: Type.Union([Type.Object({ document: Type.String(), issuedAt: Type.Number() }), Type.Null()]) });
const parsers = { pin: (value: unknown): TrustPin | null => (matches(PinRecord, value) ? value : null) };

/** Remembers in this browser. Where the browser refuses storage it remembers for as long as the page lasts. */
export function browserPins(): TrustPins {
  let opened: Promise<TrustPins> | null = null;
  const open = () => (opened ??= openKeyStore(databaseName, parsers).then(
    (store): TrustPins => ({ read: () => store.get('pin'), keep: (pin, seenRoot) => store.change('pin', (stored) => pinToKeep(stored, pin, seenRoot)) }),
    () => memoryPins(),
  ));
  return { read: async () => (await open()).read(), keep: async (pin, seenRoot) => (await open()).keep(pin, seenRoot) };
}
