import { encodeBase64url, parseTrustList, readUnverifiedVenueCode, readVenueCodeUrl, verifyVenueCode, type TrustList, type Venue } from '@health-kit/pass';
import { otherCodeOf, type OtherCode } from './otherCode.ts';

/**
 * What a scanned text turned out to be.
 * - `genuine`: a venue code signed by the own city; `code` is what a check-in carries.
 * - `elsewhere`: genuine, of another city that this one trusts: its visits are that city's to record.
 * - `unknown-city`: it says to be of another city, by a key that nobody here knows. What else it says is not believed.
 * - `old`: really signed, by a key that is not in force any more, or was not yet.
 * - `forged`: a venue code in the name of the own city, or of a known one, that no trusted key signed.
 * - `damaged`: meant as a venue code, not to be read in full.
 * - `clock`: signed for a time that this device has not reached: its clock is wrong.
 * - `other`: another text altogether, and which.
 */
export type VenueReading =
  | { readonly kind: 'genuine'; readonly venue: Venue; readonly code: string; readonly issuer: string }
  | { readonly kind: 'elsewhere'; readonly issuer: string }
  | { readonly kind: 'other'; readonly what: OtherCode }
  | { readonly kind: 'unknown-city' | 'old' | 'forged' | 'damaged' | 'clock' };

/** The keys of GET /v1/trust as a trust list; null if they are not in order. */
export function trustListOf(trust: { readonly keys: unknown }): TrustList | null {
  return parseTrustList({ issuers: trust.keys });
}

/** The name of the city that signed, in the reader's language if it is the own one: of a city the list of keys has one name, the English. */
export function issuerName(issuer: string, city: { readonly zh: string; readonly en: string } | null, language: 'zh' | 'en'): string {
  return city !== null && issuer === city.en ? city[language] : issuer;
}

/** Reads and verifies a scanned text offline. `ownIssuer`: identifier of the city that records visits here. */
export async function readVenue(text: string, trustList: TrustList, ownIssuer: string, nowMs: number): Promise<VenueReading> {
  const reading = readVenueCodeUrl(text.trim());
  if (!reading.ok) {
    const what = otherCodeOf(text.trim());
    return reading.reason === 'malformed' && what !== 'guardian' ? { kind: 'damaged' } : { kind: 'other', what };
  }
  const verification = await verifyVenueCode(reading.bytes, trustList, nowMs);
  if (verification.accepted) {
    if (verification.venue.issuer !== ownIssuer) return { kind: 'elsewhere', issuer: verification.trusted.name };
    return { kind: 'genuine', venue: verification.venue, code: encodeBase64url(reading.bytes), issuer: verification.trusted.name };
  }
  switch (verification.reason) {
    case 'malformed': return { kind: 'damaged' };
    case 'not-yet-valid': return { kind: 'clock' };
    case 'key-not-in-force': return { kind: 'old' };
    case 'bad-signature': return { kind: 'forged' };
    case 'unknown-issuer': {
      const claimed = readUnverifiedVenueCode(reading.bytes)?.issuer;
      return { kind: claimed === undefined || trustList.issuers.some(({ issuer }) => issuer === claimed) ? 'forged' : 'unknown-city' };
    }
  }
}
