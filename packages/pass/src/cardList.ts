import type { Bytes } from './bytes.ts'
import { concatBytes, copyBytes, sha256 } from './bytes.ts'
import type { CborValue } from './cbor.ts'
import { decodeCbor, encodeCbor, isIntegerWithin } from './cbor.ts'
import type { Signer } from './coseSign1.ts'
import { signCoseSign1 } from './coseSign1.ts'
import type { TokenRefusal } from './signedToken.ts'
import { verifyToken } from './signedToken.ts'
import type { TrustList } from './trustList.ts'
import { issuerPattern } from './trustList.ts'

// What paper cannot say: the status of every card that is good, for gates. A card stands in it as a
// salted digest of its id, and each list has a salt of its own: two lists say nothing together to
// whoever has not seen the card. A card that is not in it is not good any more, or never was, so
// that what was ended, erased or lost with a database is refused without anybody having to say so.

/** COSE `typ` of a card list (RFC 9596). */
export const cardListMediaType = 'application/vnd.health-kit.card-list+cwt'
/** What a card list can say of a card that is good; the position is the code. */
export const cardStatuses = ['clear', 'caution', 'isolate'] as const
export type CardStatus = (typeof cardStatuses)[number]
/** Bytes of a tag: of a million cards, a stranger's has the tag of one of them by a chance of one in a million. */
export const cardTagBytes = 5
export const cardListSaltBytes = 16

/** What a card list says. Times in Unix seconds. */
export type CardListClaims = {
  /** CWT `iss`, as in passes. */
  issuer: string
  issuedAt: number
  /** 16 random bytes, of this list alone. */
  salt: Uint8Array
  /** For each status the tags of its cards, ascending, one after the other. */
  tags: Readonly<Record<CardStatus, Uint8Array>>
}
export type CardList = { issuer: string; issuedAt: number; salt: Bytes; tags: Readonly<Record<CardStatus, Bytes>> }

const claim = { issuer: 1, issuedAt: 6 }
// RFC 8392, section 9.1: integers below -65536 are for private use
const privateClaim = -65539
const prefix = new TextEncoder().encode('hk-card-1')

/** What is hashed for the tag of a card: "hk-card-1" || salt || card id; the tag is the first 5 bytes of its SHA-256. */
export function cardTagMessage(salt: Uint8Array, cardId: Uint8Array): Bytes {
  return concatBytes(prefix, salt, cardId)
}

/** Joins tags, ascending, as a list has them. Throws RangeError for a tag of another length. */
export function joinCardTags(tags: readonly Uint8Array[]): Bytes {
  if (tags.some(({ length }) => length !== cardTagBytes)) throw new RangeError('a tag has 5 bytes')
  return concatBytes(...[...tags].sort(compareBytes))
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  for (let index = 0; index < a.length; index++) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0)
    if (difference !== 0) return difference
  }
  return a.length - b.length
}

/** Signs a card list: a CWT in a COSE_Sign1 with ES256. Throws RangeError for claims out of bounds. */
export function signCardList(claims: CardListClaims, signer: Signer, kid: string): Promise<Bytes> {
  if (!issuerPattern.test(claims.issuer)) throw new RangeError('issuer must be 1 to 6 printable ASCII characters')
  if (!isIntegerWithin(claims.issuedAt, 0, 0xffffffff)) throw new RangeError('issuedAt must be Unix seconds in 32 bits')
  if (claims.salt.length !== cardListSaltBytes) throw new RangeError('salt must have 16 bytes')
  const tags = cardStatuses.map((status) => claims.tags[status])
  if (!tags.every(isAscending)) throw new RangeError('tags must ascend')
  const payload = encodeCbor(
    new Map<number, CborValue>([
      [claim.issuer, claims.issuer],
      [claim.issuedAt, claims.issuedAt],
      [privateClaim, [claims.salt, ...tags]],
    ]),
  )
  return signCoseSign1(payload, signer, kid, { type: cardListMediaType })
}

function isAscending(tags: Uint8Array): boolean {
  if (tags.length % cardTagBytes !== 0) return false
  for (let offset = cardTagBytes; offset < tags.length; offset += cardTagBytes) {
    if (compareBytes(tagAt(tags, offset - cardTagBytes), tagAt(tags, offset)) >= 0) return false
  }
  return true
}

function tagAt(tags: Uint8Array, offset: number): Uint8Array {
  return tags.subarray(offset, offset + cardTagBytes)
}

function parseClaims(payload: Uint8Array): CardList | null {
  const map = decodeCbor(payload)
  if (!(map instanceof Map)) return null
  const issuer: unknown = map.get(claim.issuer)
  const issuedAt: unknown = map.get(claim.issuedAt)
  const members: unknown = map.get(privateClaim)
  if (typeof issuer !== 'string' || !isIntegerWithin(issuedAt, 0, 0xffffffff)) return null
  if (!Array.isArray(members) || members.length !== 4) return null
  const parts: readonly unknown[] = members
  const [salt, clear, caution, isolate] = parts
  if (!(salt instanceof Uint8Array) || salt.length !== cardListSaltBytes) return null
  if (!(clear instanceof Uint8Array) || !(caution instanceof Uint8Array) || !(isolate instanceof Uint8Array)) return null
  if (![clear, caution, isolate].every(isAscending)) return null
  return {
    issuer,
    issuedAt,
    salt: copyBytes(salt),
    tags: { clear: copyBytes(clear), caution: copyBytes(caution), isolate: copyBytes(isolate) },
  }
}

export type CardListVerification = { accepted: true; cardList: CardList } | { accepted: false; reason: TokenRefusal }

/**
 * Verifies a card list against the keys the trust list has for use `status-list`, at `nowMs` (Unix
 * ms). It does not expire: how old a list may be, and what that means at the door, is the caller's
 * policy.
 */
export async function verifyCardList(bytes: Uint8Array, trustList: TrustList, nowMs: number): Promise<CardListVerification> {
  const verification = await verifyToken(bytes, trustList, nowMs, {
    use: 'status-list',
    type: cardListMediaType,
    parseClaims,
    bare: true,
  })
  return verification.verified
    ? { accepted: true, cardList: verification.claims }
    : { accepted: false, reason: verification.reason }
}

/**
 * What a verified list says of a verified printed pass: its status, `ended` if it is not in the
 * list, `unknown` if the list is another issuer's or older than the card. Of a tag under two
 * statuses the stricter counts.
 */
export async function statusOfCard(
  pass: { issuer: string; issuedAt: number; passId: Uint8Array },
  cardList: CardList,
): Promise<CardStatus | 'ended' | 'unknown'> {
  if (cardList.issuer !== pass.issuer) return 'unknown'
  const tag = (await sha256(cardTagMessage(cardList.salt, pass.passId))).subarray(0, cardTagBytes)
  const found = [...cardStatuses].reverse().find((status) => holdsTag(cardList.tags[status], tag))
  if (found !== undefined) return found
  return cardList.issuedAt < pass.issuedAt ? 'unknown' : 'ended'
}

/** Binary search. */
function holdsTag(tags: Uint8Array, tag: Uint8Array): boolean {
  let low = 0
  let high = tags.length / cardTagBytes
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    const order = compareBytes(tagAt(tags, middle * cardTagBytes), tag)
    if (order === 0) return true
    if (order < 0) low = middle + 1
    else high = middle
  }
  return false
}
