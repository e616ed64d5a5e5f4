import { concatBytes, copyBytes, type Bytes } from './bytes.ts'
import type { CborValue } from './cbor.ts'
import { decodeCbor, encodeCbor, isIntegerWithin } from './cbor.ts'
import type { Signer } from './coseSign1.ts'
import { signCoseSign1 } from './coseSign1.ts'
import { deflate, inflate } from './deflate.ts'
import type { TokenRefusal } from './signedToken.ts'
import { verifyToken } from './signedToken.ts'
import type { TrustList } from './trustList.ts'

/** Media type of a Token Status List as CWT, also its COSE `typ` (draft-ietf-oauth-status-list, 5.2). */
export const statusListMediaType = 'application/statuslist+cwt'

/** Values of an entry (draft, 7.1); `invalid`: the pass was changed or revoked since it was issued. */
export const statusListValues = { valid: 0, invalid: 1 } as const

/** The bit array of a Token Status List (draft, 4.1), not compressed. */
export type StatusBits = { bits: 1 | 2 | 4 | 8; bytes: Bytes }

/** What a list of this size may have once inflated: 8 MiB, 33 million entries of two bits. */
const inflatedMaximumBytes = 8 * 1024 * 1024

/**
 * Packs entries from the least significant bit of each byte (draft, 4.1). `statuses` may have
 * any length; the rest of the last byte is 0. Throws RangeError for a value that does not fit.
 */
export function encodeStatusBits(statuses: ArrayLike<number>, bits: StatusBits['bits'] = 2): StatusBits {
  const perByte = 8 / bits
  const bytes = new Uint8Array(Math.ceil(statuses.length / perByte))
  for (let index = 0; index < statuses.length; index++) {
    const status = statuses[index]
    if (!isIntegerWithin(status, 0, 2 ** bits - 1)) throw new RangeError(`a status must fit ${bits} bits`)
    const offset = Math.floor(index / perByte)
    bytes[offset] = (bytes[offset] ?? 0) | (status << ((index % perByte) * bits))
  }
  return { bits, bytes }
}

/**
 * The status at an index: 0 valid, 1 invalid. Null if the index is out of bounds, in which case
 * nothing may be concluded and the token must be refused (draft, 8.3).
 */
export function statusAt(list: StatusBits, index: number): number | null {
  if (!isIntegerWithin(index, 0, Number.MAX_SAFE_INTEGER)) return null
  const perByte = 8 / list.bits
  const byte = list.bytes[Math.floor(index / perByte)]
  return byte === undefined ? null : (byte >> ((index % perByte) * list.bits)) & (2 ** list.bits - 1)
}

/** Compresses as ZLIB (RFC 1950), as the draft asks. */
export function deflateStatusBits(list: StatusBits): Promise<Bytes> {
  return deflate(list.bytes)
}

/** Undoes {@link deflateStatusBits}; null for bad data or more than 8 MiB of result. */
export async function inflateStatusBits(compressed: Uint8Array, bits: StatusBits['bits']): Promise<StatusBits | null> {
  const bytes = await inflate(compressed, inflatedMaximumBytes)
  return bytes === null ? null : { bits, bytes }
}

/** What a status list token says besides its entries. Times in Unix seconds. */
export type StatusListClaims = {
  /** URI of the list, see {@link statusListUri}. */
  subject: string
  issuedAt: number
  /** From then on the list must not be relied upon. */
  expiresAt: number
  /** Seconds after which a fresh copy should be fetched. */
  ttlSeconds: number
  list: StatusBits
}

/** URI of an issuer's status list: `<base>/<list id>`. The id is the one its passes bear. */
export function statusListUri(base: string, statusListId: number): string {
  if (!isIntegerWithin(statusListId, 0, 0xffffffff)) throw new RangeError('statusListId must be 0 to 4294967295')
  return `${base.replace(/\/+$/, '')}/${statusListId}`
}

/** The list id at the end of a status list URI, null if there is none. */
export function statusListIdOf(subject: string): number | null {
  const id = /\/(0|[1-9][0-9]{0,9})$/.exec(subject)?.[1]
  return id !== undefined && Number(id) <= 0xffffffff ? Number(id) : null
}

const claim = { subject: 2, expiresAt: 4, issuedAt: 6, statusList: 65533, timeToLive: 65534 }
const tag18 = 0xd2

/**
 * Signs a Token Status List as CWT (draft, 5.2): COSE_Sign1 with ES256, tagged 18 as the draft
 * asks, `typ` in the protected header. Throws RangeError for claims out of bounds.
 */
export async function signStatusList(claims: StatusListClaims, signer: Signer, kid: string): Promise<Bytes> {
  if (statusListIdOf(claims.subject) === null) throw new RangeError('subject must be a status list URI')
  if (!isIntegerWithin(claims.issuedAt, 0, 0xffffffff)) throw new RangeError('issuedAt must be Unix seconds in 32 bits')
  if (!isIntegerWithin(claims.expiresAt, claims.issuedAt + 1, 0xffffffff)) {
    throw new RangeError('expiresAt must be Unix seconds after issuedAt')
  }
  if (!isIntegerWithin(claims.ttlSeconds, 1, 0xffffffff)) throw new RangeError('ttlSeconds must be positive')
  if (claims.list.bytes.length > inflatedMaximumBytes) throw new RangeError('a status list has at most 8 MiB')
  const statusList = new Map<string, CborValue>([
    ['bits', claims.list.bits],
    ['lst', await deflateStatusBits(claims.list)],
  ])
  const payload = encodeCbor(
    new Map<number, CborValue>([
      [claim.subject, claims.subject],
      [claim.issuedAt, claims.issuedAt],
      [claim.expiresAt, claims.expiresAt],
      [claim.timeToLive, claims.ttlSeconds],
      [claim.statusList, statusList],
    ]),
  )
  return concatBytes(Uint8Array.of(tag18), await signCoseSign1(payload, signer, kid, { type: statusListMediaType }))
}

type CompressedStatusList = {
  issuer: null
  subject: string
  issuedAt: number
  expiresAt: number | null
  ttlSeconds: number | null
  bits: StatusBits['bits']
  compressed: Bytes
}

function parseStatusListClaims(payload: Uint8Array): CompressedStatusList | null {
  const map = decodeCbor(payload)
  if (!(map instanceof Map)) return null
  const subject: unknown = map.get(claim.subject)
  const issuedAt: unknown = map.get(claim.issuedAt)
  const expiresAt: unknown = map.get(claim.expiresAt) ?? null
  const ttlSeconds: unknown = map.get(claim.timeToLive) ?? null
  const statusList: unknown = map.get(claim.statusList)
  if (typeof subject !== 'string' || !isIntegerWithin(issuedAt, 0, Number.MAX_SAFE_INTEGER)) return null
  if (expiresAt !== null && !isIntegerWithin(expiresAt, 0, Number.MAX_SAFE_INTEGER)) return null
  if (ttlSeconds !== null && !isIntegerWithin(ttlSeconds, 1, Number.MAX_SAFE_INTEGER)) return null
  if (!(statusList instanceof Map)) return null
  const bitsValue: unknown = statusList.get('bits')
  const compressed: unknown = statusList.get('lst')
  const bits = ([1, 2, 4, 8] as const).find((allowed) => allowed === bitsValue)
  if (bits === undefined || !(compressed instanceof Uint8Array)) return null
  return { issuer: null, subject, issuedAt, expiresAt, ttlSeconds, bits, compressed: copyBytes(compressed) }
}

/** A verified status list; `issuer` is the one whose listed key signed it. */
export type VerifiedStatusList = {
  issuer: string
  subject: string
  /** The id at the end of `subject`, as passes bear it; null for a foreign form of URI. */
  statusListId: number | null
  issuedAt: number
  expiresAt: number | null
  ttlSeconds: number | null
  list: StatusBits
}

export type StatusListVerification =
  | { accepted: true; statusList: VerifiedStatusList }
  | { accepted: false; reason: TokenRefusal | 'expired' }

/**
 * Verifies a status list against the keys the trust list has for use `status-list`, at `nowMs`
 * (Unix ms). Accepts other members and claims of the draft, and whoever's encoding.
 */
export async function verifyStatusList(
  bytes: Uint8Array,
  trustList: TrustList,
  nowMs: number,
): Promise<StatusListVerification> {
  const verification = await verifyToken(bytes, trustList, nowMs, {
    use: 'status-list',
    type: statusListMediaType,
    parseClaims: parseStatusListClaims,
  })
  if (!verification.verified) return { accepted: false, reason: verification.reason }
  const { subject, issuedAt, expiresAt, ttlSeconds, bits, compressed } = verification.claims
  if (expiresAt !== null && nowMs >= expiresAt * 1000) return { accepted: false, reason: 'expired' }
  const list = await inflateStatusBits(compressed, bits)
  if (list === null) return { accepted: false, reason: 'malformed' }
  const { issuer } = verification.trusted
  const statusListId = statusListIdOf(subject)
  return { accepted: true, statusList: { issuer, subject, statusListId, issuedAt, expiresAt, ttlSeconds, list } }
}

/**
 * What verified lists say of a verified pass: `valid`, `invalid` (any value but 0), or `unknown`
 * if no list of the pass's issuer and list id is at hand or it does not reach that far. Of
 * several such lists the one issued last decides. Whether a list at hand is fresh enough, and
 * what `unknown` means at the door, is the caller's policy.
 */
export function statusOfPass(
  pass: { issuer: string; statusListId: number; statusListIndex: number },
  statusLists: readonly VerifiedStatusList[],
): 'valid' | 'invalid' | 'unknown' {
  const latest = statusLists
    .filter((known) => known.issuer === pass.issuer && known.statusListId === pass.statusListId)
    .reduce<VerifiedStatusList | null>((a, b) => (a === null || b.issuedAt > a.issuedAt ? b : a), null)
  const status = latest === null ? null : statusAt(latest.list, pass.statusListIndex)
  if (status === null) return 'unknown'
  return status === statusListValues.valid ? 'valid' : 'invalid'
}
