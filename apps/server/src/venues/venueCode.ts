import { signVenue } from '@health-kit/api/vault';
import { decodeBase64url, verifyVenueCode } from '@health-kit/pass';
import type { Core } from '../capability.ts';
import type { Trust } from '../system/index.ts';
import { askVault } from '../vault/index.ts';
import { storeVenueCode, type VenueRow } from './venueRows.ts';

/**
 * The signed code of a venue. The vault signs what stands in the row, so the row is committed first; where the
 * process died between the two, the code is made when it is next needed, and so is one whose key is trusted no more.
 */
export async function ensureVenueCode({ database, vault, trust, clock }: Pick<Core, 'database' | 'vault' | 'trust' | 'clock'>, row: Pick<VenueRow, 'venue_id' | 'venue_code'>): Promise<string> {
  if (row.venue_code !== null && (await isTrusted(trust, row.venue_code, clock.now()))) return row.venue_code;
  const { venueCode } = await askVault(vault, signVenue, { venueId: row.venue_id });
  await storeVenueCode(database, row.venue_id, venueCode);
  return venueCode;
}

async function isTrusted(trust: Trust, venueCode: string, nowMs: number): Promise<boolean> {
  const bytes = decodeBase64url(venueCode);
  return bytes !== null && (await verifyVenueCode(bytes, await trust.list(), nowMs)).accepted;
}
