/** The keys of each day that the vault shares with the server: they seal tickets and turn pass ids into visit pseudonyms. */
import { createSecretKey, type KeyObject } from 'node:crypto';
import type { Day } from '@health-kit/api';
import type { Clock } from '@health-kit/api/process-settings';
import { dayKeys as dayKeysOperation } from '@health-kit/api/vault';
import { addDays, isDay, localDayOf } from '../localDay.ts';
import { visitRetentionDays } from '../retention.ts';
import type { VaultClient } from '../vault/index.ts';

export interface DayKey {
  readonly day: Day;
  readonly ticketKey: KeyObject;
  readonly passIdKey: KeyObject;
  /** First instant of the day and of the next, epoch ms, as the vault reckons them. */
  readonly startMs: number;
  readonly endMs: number;
  /** Version of the root that the ticket key is of. */
  readonly ticketRoot: number;
}

export interface DayKeys {
  /** A key that is already in memory; never waits. */
  peek(day: string): DayKey | undefined;
  /** The key of a day, asked of the vault when it is not in memory; undefined for a day that has none. Throws `VaultUnavailableError`. */
  find(day: string): Promise<DayKey | undefined>;
  /** The key of today. Throws `VaultUnavailableError`. */
  today(): Promise<DayKey>;
  /** Fetches today's and tomorrow's keys and forgets those whose term is over. */
  refresh(): Promise<void>;
  /** Forgets keys whose ticket key is of a root that was revoked, this version or an older one. */
  forgetRoots(revoked: number): void;
}

/** How long the vault's "there is none" is believed. */
const refusalRemembersMs = 60_000;

export function makeDayKeys(options: { readonly vault: VaultClient; readonly clock: Clock; readonly timeZone: string }): DayKeys {
  const { vault, clock, timeZone } = options;
  const known = new Map<string, DayKey>();
  const refused = new Map<string, number>();
  const underWay = new Map<string, Promise<DayKey | undefined>>();

  async function ask(day: Day): Promise<DayKey | undefined> {
    const outcome = await vault.call(dayKeysOperation, { day });
    if (!outcome.ok) {
      refused.set(day, clock.now() + refusalRemembersMs);
      return undefined;
    }
    const key: DayKey = {
      day, ticketKey: createSecretKey(outcome.value.ticketKey, 'base64url'), passIdKey: createSecretKey(outcome.value.passIdKey, 'base64url'),
      startMs: Date.parse(outcome.value.dayStart), endMs: Date.parse(outcome.value.dayEnd), ticketRoot: outcome.value.ticketRoot,
    };
    known.set(day, key);
    return key;
  }

  /** Days outside the term have no key; asking about them would let a stranger's ticket make work for the vault. */
  function isWithinTerm(day: Day): boolean {
    const today = localDayOf(clock.now(), timeZone);
    return day >= addDays(today, -visitRetentionDays) && day <= addDays(today, 1);
  }

  const keys: DayKeys = {
    peek: (day) => known.get(day),
    async find(day) {
      const inMemory = known.get(day);
      if (inMemory !== undefined) return inMemory;
      if (!isDay(day) || !isWithinTerm(day) || (refused.get(day) ?? 0) > clock.now()) return undefined;
      let asked = underWay.get(day);
      if (asked === undefined) {
        asked = ask(day).finally(() => underWay.delete(day));
        underWay.set(day, asked);
      }
      return asked;
    },
    async today() {
      const day = localDayOf(clock.now(), timeZone);
      const key = await keys.find(day);
      if (key === undefined) throw new RangeError('the vault has no key for today');
      return key;
    },
    async refresh() {
      const today = localDayOf(clock.now(), timeZone);
      for (const [day, key] of known) if (!isWithinTerm(key.day)) known.delete(day);
      refused.clear();
      await keys.find(today);
      await keys.find(addDays(today, 1));
    },
    forgetRoots(revoked) {
      for (const [day, key] of known) if (key.ticketRoot <= revoked) known.delete(day);
    },
  };
  return keys;
}
