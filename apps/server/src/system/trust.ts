/** The keys of this and of other cities as the vault publishes them, kept for a short while. */
import type { Static } from 'typebox';
import type { Clock } from '@health-kit/api/process-settings';
import { publicKeys } from '@health-kit/api/vault';
import { parseTrustList, type TrustList } from '@health-kit/pass';
import { askVault, type VaultClient } from '../vault/index.ts';

export type PublicKeys = Static<typeof publicKeys.response>;

export interface Trust {
  /** What the vault publishes. Throws `VaultUnavailableError` when it never answered yet. */
  publicKeys(): Promise<PublicKeys>;
  /** The same as a list for verifiers; the same object until the keys change. */
  list(): Promise<TrustList>;
  /** The list as the vault has it at this moment, for what no key of {@link list} signed: a key may have been replaced just now. */
  renewedList(): Promise<TrustList>;
}

/** A key that was taken off the list is refused after this many ms at the latest, while the vault answers. */
const freshMs = 30_000;

/** Beyond this age, ms, an answer waits for the new list, if the vault gives one: apps refuse a document that is a day old. */
const staleMs = 600_000;

/** However much is signed by nobody, the vault is asked for its keys once in so many ms. */
const renewedAtMostEveryMs = 250;

export function makeTrust(vault: VaultClient, clock: Clock): Trust {
  let known: { readonly value: PublicKeys; readonly text: string; readonly list: TrustList; readonly atMs: number } | null = null;
  let underWay: Promise<void> | null = null;
  // By the machine's own clock: it bounds load, and says nothing about validity.
  let askedAt = Number.NEGATIVE_INFINITY;

  async function refresh(): Promise<void> {
    const value = await askVault(vault, publicKeys, {});
    const text = JSON.stringify(value.keys);
    const list = known?.text === text ? known.list : parseTrustList({ issuers: value.keys });
    if (list === null) throw new TypeError('the vault published keys that are none');
    known = { value, text, list, atMs: clock.now() };
  }

  const renew = () => refresh().finally(() => {
    underWay = null;
  });

  async function current() {
    if (known === null || Math.abs(clock.now() - known.atMs) > freshMs) {
      underWay ??= renew();
      // An old list serves while the vault is away: the entrance does not close.
      if (known === null) await underWay;
      else if (Math.abs(clock.now() - known.atMs) > staleMs) await underWay.catch(() => undefined);
      else underWay.catch(() => undefined);
    }
    if (known === null) throw new TypeError('no keys');
    return known;
  }

  return {
    publicKeys: async () => (await current()).value,
    list: async () => (await current()).list,
    async renewedList() {
      if (performance.now() - askedAt >= renewedAtMostEveryMs) {
        askedAt = performance.now();
        underWay ??= renew();
      }
      await underWay?.catch(() => undefined);
      return (await current()).list;
    },
  };
}
