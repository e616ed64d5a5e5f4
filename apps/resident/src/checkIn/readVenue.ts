import { encodeBase64url, parseTrustList, readVenueCodeUrl, verifyVenueCode, type TrustList, type Venue } from '@health-kit/pass';

/**
 * What a scanned text turned out to be.
 * - `genuine`: a venue code signed by a trusted city; `code` is what a check-in carries.
 * - `forged`: a venue code that no trusted key signed.
 * - `damaged`: meant as a venue code, not to be read in full.
 * - `clock`: signed for a time that this device has not reached: its clock is wrong.
 * - `other`: another text altogether.
 */
export type VenueReading =
  | { readonly kind: 'genuine'; readonly venue: Venue; readonly code: string; readonly issuer: string }
  | { readonly kind: 'forged' | 'damaged' | 'clock' | 'other' };

/** The keys of GET /v1/trust as a trust list; null if they are not in order. */
export function trustListOf(trust: { readonly keys: unknown }): TrustList | null {
  return parseTrustList({ issuers: trust.keys });
}

/** The name of the city that signed, in the reader's language if it is the own one: of a city the list of keys has one name, the English. */
export function issuerName(issuer: string, city: { readonly zh: string; readonly en: string } | null, language: 'zh' | 'en'): string {
  return city !== null && issuer === city.en ? city[language] : issuer;
}

/** Reads and verifies a scanned text offline. */
export async function readVenue(text: string, trustList: TrustList, nowMs: number): Promise<VenueReading> {
  const reading = readVenueCodeUrl(text.trim());
  if (!reading.ok) return { kind: reading.reason === 'malformed' ? 'damaged' : 'other' };
  const verification = await verifyVenueCode(reading.bytes, trustList, nowMs);
  if (verification.accepted) {
    return { kind: 'genuine', venue: verification.venue, code: encodeBase64url(reading.bytes), issuer: verification.trusted.name };
  }
  switch (verification.reason) {
    case 'malformed': return { kind: 'damaged' };
    case 'not-yet-valid': return { kind: 'clock' };
    case 'bad-signature': case 'unknown-issuer': case 'key-not-in-force': return { kind: 'forged' };
  }
}
