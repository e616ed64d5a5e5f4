/** Signed venue codes, verified once each: the same poster is scanned a thousand times. */
import type { VenueId } from '@health-kit/api';
import type { Clock } from '@health-kit/api/process-settings';
import { decodeBase64url, verifyVenueCode, type TrustList } from '@health-kit/pass';
import { identifierOfBytes } from '../identifiers.ts';
import type { Trust } from '../system/index.ts';

export interface VerifiedVenue {
  readonly venueId: VenueId;
  readonly usualStayMs: number;
}

export interface VenueCodes {
  /** What a code says, if a trusted key signed it; null for a forged, foreign or damaged one. */
  verify(venueCode: string): Promise<VerifiedVenue | null>;
}

const mostRemembered = 20_000;

export function makeVenueCodes(trust: Trust, clock: Clock): VenueCodes {
  /** Least recently used first. Belongs to one trust list: when keys change, nothing is remembered. */
  const remembered = new Map<string, VerifiedVenue & { readonly untilMs: number }>();
  let rememberedFor: TrustList | null = null;

  return {
    async verify(venueCode) {
      const list = await trust.list();
      if (list !== rememberedFor) {
        remembered.clear();
        rememberedFor = list;
      }
      const nowMs = clock.now();
      const known = remembered.get(venueCode);
      if (known !== undefined && nowMs < known.untilMs) {
        remembered.delete(venueCode);
        remembered.set(venueCode, known);
        return known;
      }
      const bytes = decodeBase64url(venueCode);
      if (bytes === null) return null;
      const { issuer } = await trust.publicKeys();
      const first = await verifyVenueCode(bytes, list, nowMs);
      const verification = first.accepted || first.reason !== 'unknown-issuer' ? first : await verifyVenueCode(bytes, await trust.renewedList(), nowMs);
      // Another city's venue is genuine, but its visits are not ours to keep.
      if (!verification.accepted || verification.venue.issuer !== issuer) return null;
      const venue = {
        venueId: identifierOfBytes<VenueId>(verification.venue.venueId),
        usualStayMs: verification.venue.usualStayMinutes * 60_000,
        untilMs: verification.trusted.notAfter * 1000,
      };
      if (remembered.size >= mostRemembered) for (const oldest of remembered.keys()) { remembered.delete(oldest); break; }
      remembered.set(venueCode, venue);
      return venue;
    },
  };
}
