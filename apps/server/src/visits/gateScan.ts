/** From the code that a guard scanned to the visit it records, without asking the vault. */
import { createDecipheriv } from 'node:crypto';
import type { VisitId, VisitPseudonym } from '@health-kit/api';
import type { Clock } from '@health-kit/api/process-settings';
import { verifyCode } from '@health-kit/pass';
import type { DayKey, DayKeys, GateCaller } from '../authority/index.ts';
import { aheadToleranceMs } from '../clientClock.ts';
import { identifierOfBytes } from '../identifiers.ts';
import { localDayOf } from '../localDay.ts';
import { visitRetentionDays } from '../retention.ts';
import type { Trust } from '../system/index.ts';
import type { NewVisit } from './groupCommit.ts';

export interface Scan {
  readonly visitId: VisitId;
  /** Text of the scanned code. */
  readonly pass: string;
  readonly arrivedAt: string;
}

/**
 * The visit that a scan records; null for a code that was not genuine at the time of the scan. Scans may have
 * been queued while the network was down, so the code's time slot is judged at its arrival.
 */
export async function visitOfScan(
  scan: Scan, gate: GateCaller, stayMs: number, context: { readonly trust: Trust; readonly dayKeys: DayKeys; readonly clock: Clock; readonly timeZone: string },
): Promise<NewVisit | null> {
  const { trust, dayKeys, clock, timeZone } = context;
  const arrivedAtMs = Date.parse(scan.arrivedAt);
  const nowMs = clock.now();
  if (!(arrivedAtMs <= nowMs + aheadToleranceMs) || arrivedAtMs < nowMs - visitRetentionDays * 86_400_000) return null;

  const first = await verifyCode(scan.pass, await trust.list(), arrivedAtMs);
  const verification = first.accepted || first.reason !== 'unknown-issuer' ? first : await verifyCode(scan.pass, await trust.renewedList(), arrivedAtMs);
  if (!verification.accepted) return null;
  // Another city's pass opens the door, but bears no pseudonym of ours.
  if (verification.pass.issuer !== (await trust.publicKeys()).issuer) return null;

  // A pass is for the day it was issued on, and its id holds that day's pseudonym.
  const key = await dayKeys.find(localDayOf(verification.pass.issuedAt * 1000, timeZone));
  if (key === undefined) return null;
  return {
    venueId: gate.venueId, gateId: gate.gateId, visitId: scan.visitId, subject: visitOfPassId(key, verification.pass.passId),
    // Its pseudonym means something on the pass's day alone: within the grace after midnight the visit is booked on that
    // day's last moment, and by a gate whose clock lags the few seconds that a verification allows, on its first.
    arrivedAtMs: Math.max(key.startMs, Math.min(arrivedAtMs, key.endMs - 1)), leftAtMs: arrivedAtMs + stayMs,
  };
}

/** The visit pseudonym in a pass id (docs/adr/0004): one AES-256 block (FIPS 197) under the day's pass id key. */
export function visitOfPassId(key: Pick<DayKey, 'passIdKey'>, passId: Uint8Array): VisitPseudonym {
  // One block that is a value of its own: here ECB is a permutation, not a mode of operation.
  const decipher = createDecipheriv('aes-256-ecb', key.passIdKey, null).setAutoPadding(false);
  return identifierOfBytes<VisitPseudonym>(Buffer.concat([decipher.update(passId), decipher.final()]));
}
