import { checkIn, checkOut, gateCheckIn, getCardList, type VisitId } from '@health-kit/api';
import { signCards } from '@health-kit/api/vault';
import { DatabaseError } from 'pg';
import type { Capability } from '../capability.ts';
import { ProblemError } from '../problems.ts';
import { askVault, VaultUnavailableError } from '../vault/index.ts';
import { usualStayMsOf } from '../venues/index.ts';
import { isArrivalWithin, isDepartureAfter } from './arrival.ts';
import { isOfCard, visitOfScan, visitsOfCards } from './gateScan.ts';
import { makeGroupCommit, type NewVisit } from './groupCommit.ts';
import { partitionSweep } from './partitions.ts';
import { recordDeparture } from './recordDeparture.ts';
import { makeVenueCodes } from './venueCodes.ts';

/** A signed card list answers for this many ms before the vault is asked for the next. */
const listKeptMs = 5_000;

export const visits: Capability = (core) => {
  const { routes, database, vault, clock, trust, dayKeys, sweeps, settings } = core;
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
    const record = async (visitId: VisitId, visit: NewVisit | null) => {
      const outcome = visit !== null && (await isStored(() => commits.commit(visit))) ? 'recorded' as const : 'refused' as const;
      return { visitId, outcome };
    };
    const [cards, phones] = [body.scans.filter(isOfCard), body.scans.filter((scan) => !isOfCard(scan))];
    const ofPhones = await Promise.all(phones.map(async (scan) => record(scan.visitId, await visitOfScan(scan, caller, stayMs, context))));
    try {
      const visits = await visitsOfCards(cards, caller, stayMs, vault);
      const ofCards = await Promise.all(cards.map(({ visitId }, index) => record(visitId, visits[index] ?? null)));
      // In the order of the scans.
      return { scans: body.scans.flatMap((scan) => (isOfCard(scan) ? ofCards.splice(0, 1) : ofPhones.splice(0, 1))) };
    } catch (error) {
      // Cards wait for the vault, phones do not: the gate sends again what has no outcome yet.
      if (error instanceof VaultUnavailableError && ofPhones.length > 0) return { scans: ofPhones };
      throw error;
    }
  });

  let cardList: { readonly token: Buffer; readonly signedMs: number } | null = null;
  routes.gate(getCardList, async ({ setHeader }) => {
    if (cardList === null || Math.abs(clock.now() - cardList.signedMs) > listKeptMs) {
      cardList = { token: Buffer.from((await askVault(vault, signCards, {})).token, 'base64url'), signedMs: clock.now() };
    }
    setHeader('cache-control', 'no-store');
    return cardList.token;
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
