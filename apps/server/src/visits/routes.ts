import { checkIn, checkOut, gateCheckIn } from '@health-kit/api';
import { DatabaseError } from 'pg';
import type { Capability } from '../capability.ts';
import { ProblemError } from '../problems.ts';
import { usualStayMsOf } from '../venues/index.ts';
import { isArrivalWithin, isDepartureAfter } from './arrival.ts';
import { visitOfScan } from './gateScan.ts';
import { makeGroupCommit } from './groupCommit.ts';
import { partitionSweep } from './partitions.ts';
import { recordDeparture } from './recordDeparture.ts';
import { makeVenueCodes } from './venueCodes.ts';

export const visits: Capability = (core) => {
  const { routes, database, clock, trust, dayKeys, sweeps, settings } = core;
  const venueCodes = makeVenueCodes(trust, clock);
  const commits = makeGroupCommit(database);
  sweeps.add(partitionSweep(database, clock, settings.timeZone));

  // The check-in path: the ticket was opened with a key in memory; the code is verified; the row is committed; the answer goes out.
  routes.ticket(checkIn, async ({ body, caller }) => {
    const { visitId } = body;
    const arrivedAtMs = Date.parse(body.arrivedAt);
    if (!isArrivalWithin(caller, arrivedAtMs, clock.now())) throw refusedTime('arrivedAt', "must lie in the ticket's day and not in the future");
    const venue = await venueCodes.verify(body.venueCode);
    if (venue === null) throw new ProblemError('venue-code-refused');
    const leftAtMs = arrivedAtMs + venue.usualStayMs;
    await commits.commit({ venueId: venue.venueId, arrivedAtMs, leftAtMs, subject: caller.visit, visitId, gateId: null });
    return { visitId, venueId: venue.venueId, arrivedAt: new Date(arrivedAtMs).toISOString(), assumedLeftAt: new Date(leftAtMs).toISOString() };
  });

  routes.ticket(checkOut, async ({ body, caller }) => {
    const { visitId } = body;
    const arrivedAtMs = Date.parse(body.arrivedAt);
    const leftAtMs = Date.parse(body.leftAt);
    const nowMs = clock.now();
    if (!isArrivalWithin(caller, arrivedAtMs, nowMs)) throw refusedTime('arrivedAt', "must lie in the ticket's day and not in the future");
    if (!isDepartureAfter(arrivedAtMs, leftAtMs, nowMs)) throw refusedTime('leftAt', 'must follow the arrival within 24 hours and not lie in the future');
    const venue = await venueCodes.verify(body.venueCode);
    if (venue === null) throw new ProblemError('venue-code-refused');
    const found = await recordDeparture(database, { venueId: venue.venueId, arrivedAtMs, leftAtMs, visitId, subject: caller.visit });
    if (!found) throw new ProblemError('not-found');
    return { visitId, leftAt: new Date(leftAtMs).toISOString() };
  });

  routes.gate(gateCheckIn, async ({ body, caller }) => {
    const stayMs = await usualStayMsOf(database, caller.venueId);
    if (stayMs === null) throw new ProblemError('not-found');
    const context = { trust, dayKeys, clock, timeZone: settings.timeZone };
    const scans = await Promise.all(body.scans.map(async (scan) => {
      const visit = await visitOfScan(scan, caller, stayMs, context);
      const outcome = visit !== null && (await isStored(() => commits.commit(visit))) ? 'recorded' as const : 'refused' as const;
      return { visitId: scan.visitId, outcome };
    }));
    return { scans };
  });

  return { close: () => commits.close() };
};

/** Whether a row was stored; false for one that the database refuses for good. What is unknown is thrown, and sent again by the gate. */
async function isStored(store: () => Promise<void>): Promise<boolean> {
  try {
    await store();
    return true;
  } catch (error) {
    if (error instanceof DatabaseError) return false;
    throw error;
  }
}

function refusedTime(member: string, detail: string): ProblemError {
  return new ProblemError('invalid-request', { errors: [{ pointer: `/body/${member}`, detail }] });
}
