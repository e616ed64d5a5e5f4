import { TrustRoot } from '@health-kit/api';
import { Type } from 'typebox';
import { Check } from 'typebox/value';
import { openKeyStore } from './keyStore.ts';
import type { TrustPin } from './trustDocument.ts';

/** Where a device remembers the trust root. */
export interface TrustPins {
  read(): Promise<TrustPin | null>;
  keep(pin: TrustPin): Promise<void>;
}

/** Remembers for as long as the page, or the process, lasts. */
export function memoryPins(first: TrustPin | null = null): TrustPins {
  let pin = first;
  return {
    read: () => Promise.resolve(pin),
    keep: (next) => {
      pin = next;
      return Promise.resolve();
    },
  };
}

/** One for all web apps of an origin: they come from one server, and what one of them has met the others know. */
const databaseName = 'health-kit-trust';
const PinRecord = Type.Object({ root: TrustRoot, newest: Type.Union([Type.Object({ document: Type.String(), issuedAt: Type.Number() }), Type.Null()]) });
const parsers = { pin: (value: unknown): TrustPin | null => (Check(PinRecord, value) ? value : null) };

/** Remembers in this browser. Where the browser refuses storage it remembers for as long as the page lasts. */
export function browserPins(): TrustPins {
  let opened: Promise<TrustPins> | null = null;
  const open = () => (opened ??= openKeyStore(databaseName, parsers).then(
    (store): TrustPins => ({ read: () => store.get('pin'), keep: (pin) => store.put('pin', pin) }),
    () => memoryPins(),
  ));
  return { read: async () => (await open()).read(), keep: async (pin) => (await open()).keep(pin) };
}
