import type { Bytes } from './bytes.ts'
import { copyBytes, equalBytes, utf8Length } from './bytes.ts'
import type { CborValue } from './cbor.ts'
import { decodeCbor, encodeCbor, isIntegerWithin } from './cbor.ts'
import type { Signer } from './coseSign1.ts'
import { decodeCoseSign1, keyIdOfMessage, signCoseSign1 } from './coseSign1.ts'
import type { P256PublicJwk } from './p256.ts'
import { compressPoint, decompressPoint } from './p256.ts'
import type { TokenRefusal } from './signedToken.ts'
import { verifyToken } from './signedToken.ts'
import type { TrustedKey, TrustList } from './trustList.ts'
import { issuerPattern } from './trustList.ts'

/** Health statuses; the position is the code in the pass. */
export const passStatuses = ['unverified', 'clear', 'caution', 'isolate'] as const
export type PassStatus = (typeof passStatuses)[number]
/** What a pass says of the status: a card's says that it stands in the card list (`cardList.ts`), because paper does not change. */
export type SignedStatus = PassStatus | 'listed'
const signedStatuses: readonly SignedStatus[] = [...passStatuses, 'listed']

/** The code of a signed status, as it stands in the pass; -1 for none. */
export function codeOfStatus(status: SignedStatus): number {
  return signedStatuses.indexOf(status)
}
/** The signed status of a code; undefined for none. */
export function statusOfCode(code: number): SignedStatus | undefined {
  return signedStatuses[code]
}

/** What a pass says. */
export type PassClaims = {
  /** CWT `iss`: 1 to 6 printable ASCII characters. */
  issuer: string
  /** CWT `iat`, Unix seconds; time slots count from here. */
  issuedAt: number
  /** CWT `exp`, Unix seconds; from then on the pass is refused. */
  expiresAt: number
  /** CWT `cti`: 16 bytes that tell nothing by themselves. */
  passId: Uint8Array
  /** CWT `cnf` (RFC 8747): the device key that must sign each turning code; null for a printed pass. */
  holderKey: P256PublicJwk | null
  /** `listed` for a printed pass, and for no other. */
  status: SignedStatus
  /** The name as a guard may see it, masked by the issuer; 1 to 18 UTF-8 bytes. */
  maskedName: string
  /** The last two characters of the document number, printable ASCII. */
  documentLastTwo: string
  /** First 16 bytes of the SHA-256 of the face frame's image; null if there is no portrait. */
  portraitDigest: Uint8Array | null
  /** Which of the issuer's status lists, 0 to 4294967295; 0 for a printed pass. */
  statusListId: number
  /** Index into that list, 0 to 4294967295; 0 for a printed pass, which stands in the card list under its pass id. */
  statusListIndex: number
}

/** A pass as read from its bytes. */
export type Pass = PassClaims & { passId: Bytes; portraitDigest: Bytes | null }

/** The pass of a phone, which says its status itself. */
export type PhonePass = Pass & { status: PassStatus }
/** Whether a pass is a phone's, and not a printed one. */
export function isPhonePass(pass: Pass): pass is PhonePass {
  return pass.status !== 'listed'
}

export const maskedNameMaximumBytes = 18
/** A pass shown on a screen lives at most this long, so that a slot number fits two bytes. */
export const turningPassMaximumSeconds = 7 * 24 * 60 * 60

const claim = { issuer: 1, expiresAt: 4, issuedAt: 6, passId: 7, confirmation: 8 }
// RFC 8392, section 9.1: integers below -65536 are for private use
const privateClaim = -65537
const coseKey = { keyType: 1, curve: -1, x: -2, y: -3, ec2: 2, p256: 1 }
const confirmationCoseKey = 1
const uint32 = 0xffffffff

// Cc: controls; Cf: invisible format characters, by which one name could be made to look like another
const invisible = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u

function refusalOf(claims: PassClaims): string | null {
  const { maskedName } = claims
  if (!issuerPattern.test(claims.issuer)) return 'issuer must be 1 to 6 printable ASCII characters'
  if (!isIntegerWithin(claims.issuedAt, 0, uint32)) return 'issuedAt must be Unix seconds in 32 bits'
  if (!isIntegerWithin(claims.expiresAt, 0, uint32)) return 'expiresAt must be Unix seconds in 32 bits'
  if (claims.expiresAt <= claims.issuedAt) return 'expiresAt must be after issuedAt'
  if (claims.holderKey !== null && claims.expiresAt - claims.issuedAt > turningPassMaximumSeconds) {
    return 'a pass with a holder key lives at most 7 days'
  }
  if (claims.passId.length !== 16) return 'passId must have 16 bytes'
  if (codeOfStatus(claims.status) < 0) return 'unknown status'
  if ((claims.status === 'listed') !== (claims.holderKey === null)) return 'a printed pass, and no other, has its status in the card list'
  if (claims.status === 'listed' && (claims.statusListId !== 0 || claims.statusListIndex !== 0)) return 'a printed pass has no place in a status list'
  if (maskedName.length === 0 || !maskedName.isWellFormed() || invisible.test(maskedName)) {
    return 'maskedName must be visible, well-formed text'
  }
  if (utf8Length(maskedName) > maskedNameMaximumBytes) return 'maskedName must have at most 18 UTF-8 bytes'
  if (!/^[\x21-\x7e]{2}$/.test(claims.documentLastTwo)) return 'documentLastTwo must be two printable ASCII characters'
  if (claims.portraitDigest !== null && claims.portraitDigest.length !== 16) return 'portraitDigest must have 16 bytes'
  if (!isIntegerWithin(claims.statusListId, 0, uint32)) return 'statusListId must be 0 to 4294967295'
  if (!isIntegerWithin(claims.statusListIndex, 0, uint32)) return 'statusListIndex must be 0 to 4294967295'
  return null
}

/** The CWT claims set of a pass in deterministic CBOR. Throws RangeError for claims out of bounds. */
export function encodePassClaims(claims: PassClaims): Bytes {
  const refusal = refusalOf(claims)
  if (refusal !== null) throw new RangeError(refusal)
  const map = new Map<number, CborValue>([
    [claim.issuer, claims.issuer],
    [claim.expiresAt, claims.expiresAt],
    [claim.issuedAt, claims.issuedAt],
    [claim.passId, claims.passId],
    [
      privateClaim,
      [
        codeOfStatus(claims.status),
        claims.maskedName,
        claims.documentLastTwo,
        claims.portraitDigest,
        claims.statusListId,
        claims.statusListIndex,
      ],
    ],
  ])
  if (claims.holderKey !== null) {
    const point = compressPoint(claims.holderKey)
    if (point === null) throw new RangeError('holderKey must be a P-256 public key')
    const key = new Map<number, CborValue>([
      [coseKey.keyType, coseKey.ec2],
      [coseKey.curve, coseKey.p256],
      [coseKey.x, point.x],
      [coseKey.y, point.yIsOdd],
    ])
    map.set(claim.confirmation, new Map([[confirmationCoseKey, key]]))
  }
  return encodeCbor(map)
}

function parseHolderKey(confirmation: unknown): P256PublicJwk | null {
  const key: unknown = confirmation instanceof Map ? confirmation.get(confirmationCoseKey) : null
  if (!(key instanceof Map)) return null
  if (key.get(coseKey.keyType) !== coseKey.ec2 || key.get(coseKey.curve) !== coseKey.p256) return null
  const x: unknown = key.get(coseKey.x)
  const yIsOdd: unknown = key.get(coseKey.y)
  return x instanceof Uint8Array && typeof yIsOdd === 'boolean' ? decompressPoint({ x, yIsOdd }) : null
}

/** Reads a CWT claims set; null unless it is exactly what {@link encodePassClaims} makes. */
export function parsePassClaims(payload: Uint8Array): Pass | null {
  const map = decodeCbor(payload)
  if (!(map instanceof Map)) return null
  const issuer: unknown = map.get(claim.issuer)
  const expiresAt: unknown = map.get(claim.expiresAt)
  const issuedAt: unknown = map.get(claim.issuedAt)
  const passId: unknown = map.get(claim.passId)
  const details: unknown = map.get(privateClaim)
  if (typeof issuer !== 'string' || typeof expiresAt !== 'number' || typeof issuedAt !== 'number') return null
  if (!(passId instanceof Uint8Array) || !Array.isArray(details) || details.length !== 6) return null
  const members: readonly unknown[] = details
  const [statusCode, maskedName, documentLastTwo, portraitDigest, statusListId, statusListIndex] = members
  const status = typeof statusCode === 'number' ? statusOfCode(statusCode) : undefined
  if (status === undefined || typeof maskedName !== 'string' || typeof documentLastTwo !== 'string') return null
  if (portraitDigest !== null && !(portraitDigest instanceof Uint8Array)) return null
  if (typeof statusListId !== 'number' || typeof statusListIndex !== 'number') return null
  const holderKey = map.has(claim.confirmation) ? parseHolderKey(map.get(claim.confirmation)) : null
  if (map.has(claim.confirmation) && holderKey === null) return null
  const pass: Pass = {
    issuer,
    issuedAt,
    expiresAt,
    passId: copyBytes(passId),
    holderKey,
    status,
    maskedName,
    documentLastTwo,
    portraitDigest: portraitDigest === null ? null : copyBytes(portraitDigest),
    statusListId,
    statusListIndex,
  }
  return refusalOf(pass) === null && equalBytes(encodePassClaims(pass), payload) ? pass : null
}

/**
 * Signs a pass: a CWT (RFC 8392) in an untagged COSE_Sign1 with ES256. `kid` is base64url, see
 * `keyIdOf`. Throws RangeError for claims out of bounds, so that every pass it makes fits its
 * QR code.
 */
export function signPass(claims: PassClaims, signer: Signer, kid: string): Promise<Bytes> {
  return signCoseSign1(encodePassClaims(claims), signer, kid)
}

/**
 * Reads a pass **without verifying it**, null if malformed: for the holder's own app to show what
 * it was given, never for a decision about somebody.
 */
export function readUnverifiedPass(bytes: Uint8Array): Pass | null {
  const message = decodeCoseSign1(bytes)
  return message === null ? null : parsePassClaims(message.payload)
}

/** The `kid` a pass bears, in base64url, unverified; null if it bears none. The holder's app compares it with the keys that are trusted now. */
export function readKeyIdOfPass(bytes: Uint8Array): string | null {
  const message = decodeCoseSign1(bytes)
  return message === null ? null : keyIdOfMessage(message)
}

export type PassRefusal = TokenRefusal | 'expired'
export type PassVerification =
  | { accepted: true; pass: Pass; trusted: TrustedKey }
  | { accepted: false; reason: PassRefusal }

/**
 * Verifies a pass against the keys the trust list has for use `pass`, at `nowMs` (Unix ms).
 * Says nothing about who shows it (see `verifyTurningCode`) nor about changes since it was
 * issued (see `statusOfPass`).
 */
export async function verifyPass(bytes: Uint8Array, trustList: TrustList, nowMs: number): Promise<PassVerification> {
  const verification = await verifyToken(bytes, trustList, nowMs, {
    use: 'pass',
    parseClaims: parsePassClaims,
    bare: true,
  })
  if (!verification.verified) return { accepted: false, reason: verification.reason }
  const { claims: pass, trusted } = verification
  if (nowMs >= pass.expiresAt * 1000) return { accepted: false, reason: 'expired' }
  return { accepted: true, pass, trusted }
}
