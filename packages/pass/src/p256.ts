import { decodeBase64url, encodeBase64url } from './base64url.ts'
import type { Bytes } from './bytes.ts'
import { sha256 } from './bytes.ts'

/** A public P-256 key as JWK (RFC 7518, section 6.2.1); x and y are 32 bytes in base64url. */
export type P256PublicJwk = { kty: 'EC'; crv: 'P-256'; x: string; y: string }

/** A point in compressed form (SEC 1, section 2.3.3): x, and whether y is odd. */
export type P256CompressedPoint = { x: Bytes; yIsOdd: boolean }

// FIPS 186-5 / SP 800-186, section 3.2.1.3
const p = 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffffn
const b = 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn

function bigIntFromBytes(bytes: Uint8Array): bigint {
  return bytes.reduce((value, byte) => (value << 8n) | BigInt(byte), 0n)
}

function bytesFromBigInt(value: bigint): Bytes {
  return Uint8Array.from({ length: 32 }, (_, index) => Number((value >> BigInt(8 * (31 - index))) & 0xffn))
}

function powerModP(base: bigint, exponent: bigint): bigint {
  let result = 1n
  for (let square = base % p, rest = exponent; rest > 0n; rest >>= 1n, square = (square * square) % p) {
    if (rest & 1n) result = (result * square) % p
  }
  return result
}

function squareOfY(x: bigint): bigint {
  return (((x * x) % p) * x - 3n * x + b + 3n * p) % p
}

/** The compressed point of a key, or null if the JWK holds no point of the curve. */
export function compressPoint(jwk: P256PublicJwk): P256CompressedPoint | null {
  const x = decodeBase64url(jwk.x)
  const y = decodeBase64url(jwk.y)
  if (x?.length !== 32 || y?.length !== 32) return null
  const yValue = bigIntFromBytes(y)
  const xValue = bigIntFromBytes(x)
  if (xValue >= p || yValue >= p || (yValue * yValue) % p !== squareOfY(xValue)) return null
  return { x, yIsOdd: (yValue & 1n) === 1n }
}

/**
 * The key of a compressed point, or null if no point of the curve has this x. Done here because
 * WebCrypto need not accept compressed points (Chromium does not). The values are public, so
 * arithmetic that is not constant in time gives nothing away.
 */
export function decompressPoint(point: { x: Uint8Array; yIsOdd: boolean }): P256PublicJwk | null {
  if (point.x.length !== 32) return null
  const found = `${point.yIsOdd ? 3 : 2}${encodeBase64url(point.x)}`
  const key = lastFound.get(found) ?? findPoint(point)
  if (key !== null) remember(found, key)
  return key
}

// Reading, verifying and packing a pass each need the holder's key, and finding its root is most
// of what they cost (some 400 µs): the points that were found last are kept.
const lastFound = new Map<string, P256PublicJwk>()
const mostKept = 32

function remember(found: string, key: P256PublicJwk): void {
  lastFound.delete(found)
  lastFound.set(found, key)
  for (const oldest of lastFound.keys()) {
    if (lastFound.size <= mostKept) break
    lastFound.delete(oldest)
  }
}

function findPoint(point: { x: Uint8Array; yIsOdd: boolean }): P256PublicJwk | null {
  const x = bigIntFromBytes(point.x)
  if (x >= p) return null
  const square = squareOfY(x)
  const root = powerModP(square, (p + 1n) / 4n)
  if ((root * root) % p !== square) return null
  // the group has odd order, so y is never 0 and both parities exist
  const y = ((root & 1n) === 1n) === point.yIsOdd ? root : p - root
  return { kty: 'EC', crv: 'P-256', x: encodeBase64url(point.x), y: encodeBase64url(bytesFromBigInt(y)) }
}

/** Reads a public P-256 JWK from outside data; null if it is none. Other members are dropped. */
export function parseP256PublicJwk(value: unknown): P256PublicJwk | null {
  if (typeof value !== 'object' || value === null) return null
  if (!('kty' in value && 'crv' in value && 'x' in value && 'y' in value)) return null
  if (value.kty !== 'EC' || value.crv !== 'P-256') return null
  if (typeof value.x !== 'string' || typeof value.y !== 'string') return null
  const jwk: P256PublicJwk = { kty: 'EC', crv: 'P-256', x: value.x, y: value.y }
  return compressPoint(jwk) === null ? null : jwk
}

/** Imports a key for verifying ES256. Rejects if the JWK holds no point of the curve. */
export function importVerificationKey(jwk: P256PublicJwk): Promise<CryptoKey> {
  const { kty, crv, x, y } = jwk
  return globalThis.crypto.subtle.importKey('jwk', { kty, crv, x, y }, { name: 'ECDSA', namedCurve: 'P-256' }, true, [
    'verify',
  ])
}

/**
 * The key identifier (`kid`) of a key: base64url of the first 8 bytes of its SHA-256 JWK
 * thumbprint (RFC 7638). Short on purpose; it is a hint for finding keys, not a proof.
 */
export async function keyIdOf(jwk: P256PublicJwk): Promise<string> {
  const canonical = `{"crv":"P-256","kty":"EC","x":"${jwk.x}","y":"${jwk.y}"}`
  return encodeBase64url((await sha256(new TextEncoder().encode(canonical))).slice(0, 8))
}
