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
}

/** A key that was taken off the list is refused after this many ms at the latest, while the vault answers. */
const freshMs = 30_000;

export function makeTrust(vault: VaultClient, clock: Clock): Trust {
  let known: { readonly value: PublicKeys; readonly text: string; readonly list: TrustList; readonly atMs: number } | null = null;
  let underWay: Promise<void> | null = null;

  async function refresh(): Promise<void> {
    const value = await askVault(vault, publicKeys, {});
    const text = JSON.stringify(value.keys);
    const list = known?.text === text ? known.list : parseTrustList({ issuers: value.keys });
    if (list === null) throw new TypeError('the vault published keys that are none');
    known = { value, text, list, atMs: clock.now() };
  }

  async function current() {
    if (known === null || Math.abs(clock.now() - known.atMs) > freshMs) {
      underWay ??= refresh().finally(() => {
        underWay = null;
      });
      // An old list serves while the vault is away: the entrance does not close.
      if (known === null) await underWay;
      else underWay.catch(() => undefined);
    }
    if (known === null) throw new TypeError('no keys');
    return known;
  }

  return {
    publicKeys: async () => (await current()).value,
    list: async () => (await current()).list,
  };
}
