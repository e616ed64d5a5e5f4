import { decodeBase64url, encodeBase64url } from './base64url.ts'
import type { Bytes } from './bytes.ts'
import { copyBytes, equalBytes, utf8Length } from './bytes.ts'
import type { CborValue } from './cbor.ts'
import { decodeCbor, encodeCbor, isIntegerWithin } from './cbor.ts'
import type { Signer } from './coseSign1.ts'
import { decodeCoseSign1, signCoseSign1 } from './coseSign1.ts'
import type { TokenRefusal } from './signedToken.ts'
import { verifyToken } from './signedToken.ts'
import type { TrustedKey, TrustList } from './trustList.ts'
import { issuerPattern } from './trustList.ts'

/** What the code at a venue's door says. It names no gate and no person, and carries no end. */
export type VenueClaims = {
  /** CWT `iss`: 1 to 6 printable ASCII characters. */
  issuer: string
  /** CWT `iat`, Unix seconds. */
  issuedAt: number
  /** 16 bytes. */
  venueId: Uint8Array
  /** 1 to 60 UTF-8 bytes. */
  venueName: string
  /** How long a visit counts that nobody ended, in minutes, 1 to 1440. */
  usualStayMinutes: number
  /** The venue's kind as the disease profiles name it: 1 to 24 characters of a-z 0-9 and '-'. */
  venueKind: string
}

/** A venue code as read from its bytes. */
export type Venue = VenueClaims & { venueId: Bytes }

export const venueNameMaximumBytes = 60

const claim = { issuer: 1, issuedAt: 6 }
// RFC 8392, section 9.1: integers below -65536 are for private use
const privateClaim = -65538
const barePrefix = 'HKV1.'
// a venue code's worst case is 214 bytes; whatever is far longer is not looked at
const textMaximumCharacters = 1000

function refusalOf(claims: VenueClaims): string | null {
  if (!issuerPattern.test(claims.issuer)) return 'issuer must be 1 to 6 printable ASCII characters'
  if (!isIntegerWithin(claims.issuedAt, 0, 0xffffffff)) return 'issuedAt must be Unix seconds in 32 bits'
  if (claims.venueId.length !== 16) return 'venueId must have 16 bytes'
  if (claims.venueName.length === 0 || !claims.venueName.isWellFormed()) return 'venueName must be well-formed text'
  if (/[\p{Cc}\p{Zl}\p{Zp}]/u.test(claims.venueName)) return 'venueName must have no control characters'
  if (utf8Length(claims.venueName) > venueNameMaximumBytes) return 'venueName must have at most 60 UTF-8 bytes'
  if (!isIntegerWithin(claims.usualStayMinutes, 1, 1440)) return 'usualStayMinutes must be 1 to 1440'
  if (!/^[a-z0-9-]{1,24}$/.test(claims.venueKind)) return 'venueKind must be 1 to 24 characters of a-z, 0-9 and -'
  return null
}

function encodeVenueClaims(claims: VenueClaims): Bytes {
  const refusal = refusalOf(claims)
  if (refusal !== null) throw new RangeError(refusal)
  return encodeCbor(
    new Map<number, CborValue>([
      [claim.issuer, claims.issuer],
      [claim.issuedAt, claims.issuedAt],
      [privateClaim, [claims.venueId, claims.venueName, claims.usualStayMinutes, claims.venueKind]],
    ]),
  )
}

function parseVenueClaims(payload: Uint8Array): Venue | null {
  const map = decodeCbor(payload)
  if (!(map instanceof Map)) return null
  const issuer: unknown = map.get(claim.issuer)
  const issuedAt: unknown = map.get(claim.issuedAt)
  const details: unknown = map.get(privateClaim)
  if (typeof issuer !== 'string' || typeof issuedAt !== 'number') return null
  if (!Array.isArray(details) || details.length !== 4) return null
  const members: readonly unknown[] = details
  const [venueId, venueName, usualStayMinutes, venueKind] = members
  if (!(venueId instanceof Uint8Array) || typeof venueName !== 'string') return null
  if (typeof usualStayMinutes !== 'number' || typeof venueKind !== 'string') return null
  const venue: Venue = { issuer, issuedAt, venueId: copyBytes(venueId), venueName, usualStayMinutes, venueKind }
  return refusalOf(venue) === null && equalBytes(encodeVenueClaims(venue), payload) ? venue : null
}

/**
 * Signs a venue code: a CWT (RFC 8392) in an untagged COSE_Sign1 with ES256.
 * Throws RangeError for claims out of bounds.
 */
export function signVenueCode(claims: VenueClaims, signer: Signer, kid: string): Promise<Bytes> {
  return signCoseSign1(encodeVenueClaims(claims), signer, kid)
}

/** Reads a venue code **without verifying it**, null if malformed; for printing and previews. */
export function readUnverifiedVenueCode(bytes: Uint8Array): Venue | null {
  const message = decodeCoseSign1(bytes)
  return message === null ? null : parseVenueClaims(message.payload)
}

export type VenueVerification =
  | { accepted: true; venue: Venue; trusted: TrustedKey }
  | { accepted: false; reason: TokenRefusal }

/**
 * Verifies a venue code against the keys the trust list has for use `venue`, at `nowMs` (Unix ms).
 * `bad-signature` and `unknown-issuer` are forgeries; `malformed` is a damaged or foreign code.
 */
export async function verifyVenueCode(bytes: Uint8Array, trustList: TrustList, nowMs: number): Promise<VenueVerification> {
  const verification = await verifyToken(bytes, trustList, nowMs, {
    use: 'venue',
    parseClaims: parseVenueClaims,
    bare: true,
  })
  return verification.verified
    ? { accepted: true, venue: verification.claims, trusted: verification.trusted }
    : { accepted: false, reason: verification.reason }
}

// not URL.parse, which phones of 2023 lack
function parseWebUrl(text: string): URL | null {
  try {
    const url = new URL(text)
    return /^https?:$/.test(url.protocol) ? url : null
  } catch {
    return null
  }
}

/**
 * The URL a venue's QR code carries: `https://host/v#…`. The code is in the fragment, which a
 * browser does not send, so opening it tells no server where the visitor stands. Throws
 * RangeError if `origin` is not an http(s) origin.
 */
export function venueCodeUrl(origin: string, bytes: Uint8Array): string {
  const url = parseWebUrl(origin)
  if (url === null) throw new RangeError('origin must be an http or https origin')
  return `${url.origin}/v#${encodeBase64url(bytes)}`
}

/** The bare text of a venue code, for where no URL is wanted: `HKV1.` and base64url. */
export function venueCodeText(bytes: Uint8Array): string {
  return barePrefix + encodeBase64url(bytes)
}

/** `not-a-venue-code`: another text. `malformed`: meant as one, but not to be decoded. */
export type VenueCodeReading =
  | { ok: true; bytes: Bytes }
  | { ok: false; reason: 'not-a-venue-code' | 'malformed' }

function encodedPartOf(text: string): string | null {
  if (text.startsWith(barePrefix)) return text.slice(barePrefix.length)
  const url = parseWebUrl(text)
  if (url === null) return null
  // from the text itself: a URL parser would percent-encode or drop characters of the fragment
  const fragmentStart = text.indexOf('#')
  return url.pathname.endsWith('/v') && fragmentStart >= 0 ? text.slice(fragmentStart + 1) : null
}

/**
 * Reads a scanned text: a URL of any origin whose path ends in `/v` and that has a fragment, or
 * the bare form. The origin is not trusted and not visited; what counts is the signature inside.
 */
export function readVenueCodeUrl(text: string): VenueCodeReading {
  if (text.length > textMaximumCharacters) return { ok: false, reason: 'not-a-venue-code' }
  const encoded = encodedPartOf(text)
  if (encoded === null) return { ok: false, reason: 'not-a-venue-code' }
  const bytes = decodeBase64url(encoded)
  return bytes === null || bytes.length === 0 ? { ok: false, reason: 'malformed' } : { ok: true, bytes }
}
