import { decodeBase64url, encodeBase64url } from './base64url.ts'
import type { Bytes } from './bytes.ts'
import { concatBytes, equalBytes } from './bytes.ts'
import type { CborValue } from './cbor.ts'
import { decodeCoseSign1, encodeCoseSign1, encodeProtectedHeader, keyIdOfMessage } from './coseSign1.ts'
import { compressPoint, decompressPoint } from './p256.ts'
import { codeOfStatus, encodePassClaims, parsePassClaims, statusOfCode } from './passToken.ts'

// A QR code of version 12 at level M holds 276 bytes in Base45; pass and holder proof as they
// are need up to 296. Map keys, headers and the names of algorithms are the same in every pass,
// and deterministic CBOR restores them to the bit: the code carries the fields alone.

/**
 * The fields of a signed pass as they travel in a code: [kid, iss, exp, iat, cti, holder key as
 * compressed point (SEC 1) or null, status, masked name, last two of the document, portrait
 * digest or null, status list id, status list index, signature].
 *
 * Null unless `passBytes` is a pass as `signPass` makes it, tagged or not.
 */
export function packPass(passBytes: Uint8Array): readonly CborValue[] | null {
  const message = decodeCoseSign1(passBytes)
  const pass = message === null ? null : parsePassClaims(message.payload)
  const kid = message === null ? null : keyIdOfMessage(message)
  const kidBytes = kid === null ? null : decodeBase64url(kid)
  if (message === null || pass === null || kidBytes === null || message.signature.length !== 64) return null
  const point = pass.holderKey === null ? null : compressPoint(pass.holderKey)
  const packed = [
    kidBytes,
    pass.issuer,
    pass.expiresAt,
    pass.issuedAt,
    pass.passId,
    point === null ? null : concatBytes(Uint8Array.of(point.yIsOdd ? 3 : 2), point.x),
    codeOfStatus(pass.status),
    pass.maskedName,
    pass.documentLastTwo,
    pass.portraitDigest,
    pass.statusListId,
    pass.statusListIndex,
    message.signature,
  ]
  const restored = unpackPass(packed)
  const untagged = passBytes[0] === 0xd2 ? passBytes.subarray(1) : passBytes
  return restored !== null && equalBytes(restored, untagged) ? packed : null
}

/** Restores the COSE_Sign1 of a pass from its packed fields, untagged; null if they make none. */
export function unpackPass(packed: unknown): Bytes | null {
  if (!Array.isArray(packed) || packed.length !== 13) return null
  const fields: unknown[] = packed
  const [kid, issuer, expiresAt, issuedAt, passId, point, statusCode, maskedName, documentLastTwo] = fields
  const [portraitDigest, statusListId, statusListIndex, signature] = fields.slice(9)
  if (!(kid instanceof Uint8Array) || typeof issuer !== 'string' || !(passId instanceof Uint8Array)) return null
  if (typeof expiresAt !== 'number' || typeof issuedAt !== 'number') return null
  if (point !== null && !(point instanceof Uint8Array && point.length === 33)) return null
  if (typeof statusCode !== 'number' || typeof maskedName !== 'string' || typeof documentLastTwo !== 'string') return null
  if (portraitDigest !== null && !(portraitDigest instanceof Uint8Array)) return null
  if (typeof statusListId !== 'number' || typeof statusListIndex !== 'number') return null
  if (!(signature instanceof Uint8Array) || signature.length !== 64) return null
  const status = statusOfCode(statusCode)
  if (status === undefined || (point !== null && point[0] !== 2 && point[0] !== 3)) return null
  const holderKey = point === null ? null : decompressPoint({ x: point.subarray(1), yIsOdd: point[0] === 3 })
  if (point !== null && holderKey === null) return null
  try {
    const payload = encodePassClaims({
      issuer,
      issuedAt,
      expiresAt,
      passId,
      holderKey,
      status,
      maskedName,
      documentLastTwo,
      portraitDigest,
      statusListId,
      statusListIndex,
    })
    return encodeCoseSign1(encodeProtectedHeader(encodeBase64url(kid)), payload, signature)
  } catch {
    // claims out of bounds
    return null
  }
}
