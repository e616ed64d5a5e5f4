/** From the code that a guard scanned to the visit it records, without asking the vault. */
import { createDecipheriv } from 'node:crypto';
import type { VisitId, VisitPseudonym } from '@health-kit/api';
import type { Clock } from '@health-kit/api/process-settings';
import { findCardVisits } from '@health-kit/api/vault';
import { verifyCode } from '@health-kit/pass';
import type { DayKey, DayKeys, GateCaller } from '../authority/index.ts';
import { aheadToleranceMs } from '../clientClock.ts';
import { identifierOfBytes } from '../identifiers.ts';
import { localDayOf } from '../localDay.ts';
import { visitRetentionDays } from '../retention.ts';
import type { Trust } from '../system/index.ts';
import { askVault, type VaultClient } from '../vault/index.ts';
import type { NewVisit } from './groupCommit.ts';

export interface Scan {
  readonly visitId: VisitId;
  /** Text of the scanned code; of a card, sealed to the vault. */
  readonly pass: string;
  readonly arrivedAt: string;
}

/** Whether a scan is of a card: what a gate has sealed to the vault (JWE), whose code is the same each day and is nobody's business on the way. */
export function isOfCard({ pass }: Pick<Scan, 'pass'>): boolean {
  return /^[\w-]+(?:\.[\w-]*){4}$/.test(pass);
}

/**
 * The visits that scans of cards record, in order; null for a card that was not good at the time of the scan. The vault
 * alone comes from a card to a day's pseudonym, and only of the day that the gate put under the seal.
 */
export async function visitsOfCards(scans: readonly Scan[], gate: GateCaller, stayMs: number, vault: VaultClient): Promise<(NewVisit | null)[]> {
  if (scans.length === 0) return [];
  const { visits } = await askVault(vault, findCardVisits, { scans: scans.map(({ pass }) => pass) });
  return scans.map((scan, index) => {
    const visit = visits[index] ?? null;
    const arrivedAtMs = Date.parse(scan.arrivedAt);
    if (visit === null || Date.parse(visit.arrivedAt) !== arrivedAtMs) return null;
    return { venueId: gate.venueId, gateId: gate.gateId, visitId: scan.visitId, subject: visit.subject, arrivedAtMs, leftAtMs: arrivedAtMs + stayMs };
  });
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
  // A card's code that came without a seal is not taken: then nobody needs to send one.
  if (!verification.accepted || verification.kind === 'printed') return null;
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
