/** Keys whose tickets are worth nothing before their time: devices and sessions by the vault's list, gates by their host. */
import type { Clock } from '@health-kit/api/process-settings';
import { listRevokedKeys } from '@health-kit/api/vault';
import type { VaultClient } from '../vault/index.ts';

export interface RevokedKeys {
  /** Whether tickets that are bound to a key are refused. Rejects as long as the vault was never asked with success. */
  has(thumbprint: string): Promise<boolean>;
  /** Adds a key, until its last ticket is out of time (epoch ms). */
  add(thumbprint: string, untilMs: number): void;
  /** Asks the vault what came since the last time. What is known stays where it does not answer. Throws `VaultUnavailableError`. */
  refresh(): Promise<void>;
}

/** How long a revocation may take from its moment to its commit, ms: so far back is asked again. */
const overlapMs = 120_000;

/** @param forgetRoots told, each time, up to which version the root of tickets was revoked */
export function makeRevokedKeys({ vault, clock, forgetRoots }: { readonly vault: VaultClient; readonly clock: Clock; readonly forgetRoots: (revoked: number) => void }): RevokedKeys {
  const untilOf = new Map<string, number>();
  let askedUpToMs: number | null = null;
  let underWay: Promise<void> | null = null;

  async function ask(): Promise<void> {
    for (let complete = false; !complete;) {
      const since: number = askedUpToMs === null ? 0 : Math.max(0, askedUpToMs - overlapMs);
      const outcome = await vault.call(listRevokedKeys, { since: new Date(since).toISOString() });
      if (!outcome.ok) return;
      forgetRoots(outcome.value.revokedTicketRoot);
      for (const { thumbprint, until } of outcome.value.keys) untilOf.set(thumbprint, Date.parse(until));
      askedUpToMs = Date.parse(outcome.value.asOf);
      // A page that is full of keys within the overlap leads on only by their moments; the next run takes it from there.
      complete = outcome.value.complete || askedUpToMs - overlapMs <= since;
    }
    const now = clock.now();
    for (const [thumbprint, untilMs] of untilOf) if (untilMs <= now) untilOf.delete(thumbprint);
  }

  const keys: RevokedKeys = {
    async has(thumbprint) {
      // A server that just started knows nothing, which is not the same as that nothing was revoked.
      if (askedUpToMs === null) await keys.refresh();
      return (untilOf.get(thumbprint) ?? 0) > clock.now();
    },
    add: (thumbprint, untilMs) => void untilOf.set(thumbprint, untilMs),
    refresh() {
      underWay ??= ask().finally(() => {
        underWay = null;
      });
      return underWay;
    },
  };
  return keys;
}
