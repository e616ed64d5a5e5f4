import type { Day } from '@health-kit/api';
import type { Status } from '@health-kit/policy';
import type { Queries } from '../database.ts';
import type { PersonId } from '../identifiers.ts';
import { randomBelowPowerOfTwo } from '../randomness.ts';
import type { Vault } from '../vault.ts';

/** Entries of a status list: 2^17, 16 kB of one bit each. */
export const entriesPerList = 131_072;
/** Lists of one day at most: 33 million passes. */
const shardsPerDay = 256;
/** List numbers come round after this many days; a pass lives for less than two. */
const dayCycle = 256;
/** Collisions in a row after which a list counts as half full and the next is begun. */
const collisionsUntilNextList = 4;

/** The number of a list, 0 to 65535, which a pass bears. */
export function listIdOf(day: Day, shard: number): number {
  return (Math.floor(Date.parse(`${day}T00:00:00Z`) / 86_400_000) % dayCycle) * shardsPerDay + shard;
}
/** The days that may have passes: yesterday's are good until two, and tomorrow's are issued in the evening. */
function daysWithPasses({ calendar, clock }: Vault): readonly Day[] {
  const today = calendar.dayOf(clock.now());
  return [today, calendar.addDays(today, -1), calendar.addDays(today, 1)];
}

/** The day of a list, of the days that may have passes; null for any other. */
export function dayOfList(vault: Vault, listId: number): Day | null {
  return daysWithPasses(vault).find((day) => listIdOf(day, 0) === listId - (listId % shardsPerDay)) ?? null;
}

/** The numbers of all lists that may have passes. */
export function listsInForce(vault: Vault): readonly number[] {
  return daysWithPasses(vault).flatMap((day) => Array.from({ length: shardsPerDay }, (_, shard) => listIdOf(day, shard)));
}

export interface NewPass {
  readonly day: Day;
  readonly person: PersonId;
  readonly thumbprint: string;
  readonly status: Status;
  readonly issuedAt: Date;
  readonly expiresAt: Date;
  /** Version of the key that is about to sign it. */
  readonly keyVersion: number;
}

/** Stores a pass at a random free index of the day's current list: neighbours in a list tell nothing about each other. */
export async function allocateEntry(vault: Vault, queries: Queries, pass: NewPass): Promise<{ readonly listId: number; readonly index: number }> {
  const first = listIdOf(pass.day, 0);
  const { rows } = await queries.query<{ latest: number | null }>('SELECT max(list_id) AS latest FROM vault.pass WHERE list_id >= $1 AND list_id < $2', [first, first + shardsPerDay]);
  for (let listId = rows[0]?.latest ?? first; listId < first + shardsPerDay; listId += 1) {
    for (let attempt = 0; attempt < collisionsUntilNextList; attempt += 1) {
      const index = randomBelowPowerOfTwo(vault.random, entriesPerList);
      const inserted = await queries.query(
        `INSERT INTO vault.pass (list_id, list_index, person_id, thumbprint, status, issued_at, expires_at, key_version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING`,
        [listId, index, pass.person, pass.thumbprint, pass.status, pass.issuedAt, pass.expiresAt, pass.keyVersion],
      );
      if (inserted.rowCount === 1) return { listId, index };
    }
  }
  throw new Error("the day's status lists are full");
}
