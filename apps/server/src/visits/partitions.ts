import type { Clock } from '@health-kit/api/process-settings';
import type { Database } from '../database.ts';
import { addDays, boundsOfDay, localDayOf } from '../localDay.ts';
import { visitRetentionDays } from '../retention.ts';
import type { Sweep } from '../sweeps.ts';

/** Days ahead for which partitions stand ready. */
const daysAhead = 2;

/**
 * Makes the partitions of the visit table: every day of the retention term, today and two ahead. It looks at the
 * database only when the day changed. Days whose term is over are dropped by the vault, with their keys.
 */
export function partitionSweep(database: Database, clock: Clock, timeZone: string): Sweep {
  let doneFor: string | null = null;
  return {
    name: 'visit-partitions',
    everyMs: 60_000,
    async run() {
      const today = localDayOf(clock.now(), timeZone);
      if (doneFor === today) return;
      for (let ahead = daysAhead; ahead >= -visitRetentionDays; ahead -= 1) {
        const day = addDays(today, ahead);
        const { startMs, endMs } = boundsOfDay(day, timeZone);
        await database.query('SELECT visit.ensure_partition($1::date, $2::timestamptz, $3::timestamptz)', [day, new Date(startMs), new Date(endMs)]);
      }
      doneFor = today;
    },
  };
}
