import type { Queries } from '../database.ts';
import type { Vault } from '../vault.ts';
import { endFormerVersions, makeNextVersion, revokeFormerVersions, settleMs } from './replaceVersion.ts';
import type { RotationPlan } from './rotationPlans.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** How a key is replaced of which nothing has to be made anew: what it made lapses by itself, or opens under it for good. */
interface SecretTerms {
  /** From when the next version is used, unless the old one is revoked (epoch ms): every process must know it by then. */
  readonly usedFromMs: (vault: Vault) => number;
  /** How long the old one reads after that, ms; null for no end. */
  readonly readsMs: number | null;
  /** How long something is still found by a revoked one that counts no more, ms; null for no end. */
  readonly rememberedMs: number | null;
}
const afterSettling = (vault: Vault) => vault.clock.now() + settleMs;

/** Apps and desks have the public half at hand: who began to type an identity in may send it a day later. */
export const rotateSealing = rotateSecret('sealing', { usedFromMs: afterSettling, readsMs: dayMs, rememberedMs: 0 });
/** Codes live for ten minutes at most, budgets count an hour: to revoke the key ends the codes, and lets nobody around a budget. */
export const rotateOneTimeCode = rotateSecret('one-time-code', { usedFromMs: afterSettling, readsMs: hourMs + 5 * minuteMs, rememberedMs: hourMs + 5 * minuteMs });
/** Events stay what they were, so that every version reads for good; to revoke one ends what was granted under it. */
export const rotateLedgerEvent = rotateSecret('ledger-event', { usedFromMs: afterSettling, readsMs: null, rememberedMs: null });
/**
 * From the day after tomorrow on: servers have the keys of today and tomorrow. To revoke a root ends its tickets of
 * today, once the servers have asked; until none of its tickets could be in force any more they are told of it.
 */
export const rotateTicketRoot = rotateSecret('ticket-root', {
  usedFromMs: ({ calendar, clock }) => calendar.startOf(calendar.addDays(calendar.dayOf(clock.now()), 2)), readsMs: 2 * dayMs, rememberedMs: 2 * dayMs,
});

function rotateSecret(base: string, { usedFromMs, readsMs, rememberedMs }: SecretTerms): RotationPlan {
  return {
    async begin(vault, queries, revokes) {
      const usedFrom = revokes ? vault.clock.now() : usedFromMs(vault);
      const version = await makeNextVersion(vault, queries, base, usedFrom);
      if (revokes) await revokeFormerVersions(vault, queries, base, version, rememberedMs);
      else if (readsMs !== null) await endFormerVersions(queries, base, version, usedFrom + readsMs);
      return { version, total: 0 };
    },
    // By then every process knows the version, and changes over at its moment.
    advance: async (vault, _queries, { startedAtMs }) => ({ done: 0, state: vault.clock.now() >= startedAtMs + settleMs ? 'finished' : 'waiting' }),
  };
}

/** Makes the next version of a key whose rows are made anew, used once every process knows it. */
export async function beginRecomputing(vault: Vault, queries: Queries, base: string): Promise<number> {
  return makeNextVersion(vault, queries, base, afterSettling(vault));
}
/** Whether the new version is used by now, in every process; and whether what somebody was doing with the old one is over. */
export function recomputingState(vault: Vault, startedAtMs: number): 'announced' | 'used' | 'settled' {
  const now = vault.clock.now();
  return now < startedAtMs + settleMs ? 'announced' : now < startedAtMs + 2 * settleMs ? 'used' : 'settled';
}
