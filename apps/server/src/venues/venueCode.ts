import { signVenue } from '@health-kit/api/vault';
import type { Database } from '../database.ts';
import { askVault, type VaultClient } from '../vault/index.ts';
import { storeVenueCode, type VenueRow } from './venueRows.ts';

/**
 * The signed code of a venue. The vault signs what stands in the row, so the row is committed first; where the
 * process died between the two, the code is made when it is next needed.
 */
export async function ensureVenueCode(database: Database, vault: VaultClient, row: Pick<VenueRow, 'venue_id' | 'venue_code'>): Promise<string> {
  if (row.venue_code !== null) return row.venue_code;
  const { venueCode } = await askVault(vault, signVenue, { venueId: row.venue_id });
  await storeVenueCode(database, row.venue_id, venueCode);
  return venueCode;
}
