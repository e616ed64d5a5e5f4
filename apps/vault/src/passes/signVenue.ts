import { signVenue } from '@health-kit/api/vault';
import { encodeBase64url, signVenueCode } from '@health-kit/pass';
import { openHandler } from '../authority/handlers.ts';
import { firstRow } from '../database.ts';
import { uuidBytes } from '../randomness.ts';
import { refuse } from '../refusal.ts';
import type { Vault } from '../vault.ts';

export const signVenueHandler = openHandler(signVenue, async (vault, { venueId }) => ({ venueCode: await signVenueRow(vault, venueId) }));

/** Signs the code of a venue out of its row, base64url; there is no way to have other particulars signed. */
export async function signVenueRow(vault: Vault, venueId: string): Promise<string> {
  const venue = firstRow(await vault.database.query<{ name: string; kind: string; usual_stay_minutes: number }>(
    'SELECT name, kind, usual_stay_minutes FROM venue.venue WHERE venue_id = $1', [venueId],
  )) ?? refuse('not-found');
  const signing = vault.keys.issuer.venue;
  const signed = await signVenueCode(
    {
      issuer: vault.issuer.id, issuedAt: Math.floor(vault.clock.now() / 1000), venueId: uuidBytes(venueId),
      venueName: venue.name, usualStayMinutes: venue.usual_stay_minutes, venueKind: venue.kind,
    },
    signing.signer, signing.kid,
  );
  return encodeBase64url(signed);
}
