// The world the tests of this package speak of: fixed keys, a fixed clock, one resident.
import assert from 'node:assert/strict'
import type { PassClaims, Signer, TrustedKey, TrustList } from './index.ts'
import { keyIdOf, parseP256PublicJwk, signerFromCryptoKey } from './index.ts'
import type { P256PublicJwk } from './index.ts'

type PrivateJwk = P256PublicJwk & { d: string }
export type KeyPair = { signer: Signer; publicKey: P256PublicJwk; kid: string; privateKey: CryptoKey }

async function keyPair({ d, ...publicJwk }: PrivateJwk): Promise<KeyPair> {
  const publicKey = parseP256PublicJwk(publicJwk)
  assert.ok(publicKey)
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256' }
  const privateKey = await crypto.subtle.importKey('jwk', { ...publicKey, d }, algorithm, true, ['sign'])
  return { signer: signerFromCryptoKey(privateKey), publicKey, kid: await keyIdOf(publicKey), privateKey }
}

/** The issuer's key: RFC 7515, appendix A.3. */
export const issuerKey = await keyPair({
  kty: 'EC',
  crv: 'P-256',
  x: 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU',
  y: 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0',
  d: 'jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI',
})

/** The resident's device key: the key "11" of the COSE working group's examples. */
export const deviceKey = await keyPair({
  kty: 'EC',
  crv: 'P-256',
  x: 'usWxHK2PmfnHKwXPS54m0kTcGJ90UiglWiGahtagnv8',
  y: 'IBOL-C3BttVivg-lSreASjpkttcsz-1rb7btKLv8EX4',
  d: 'V8kgd2ZBRuh2dgyVINBUqpPDr7BOMGcF22CQMIUHtNM',
})

/** Somebody whom nobody trusts. */
export const strangerKey = await keyPair({
  kty: 'EC',
  crv: 'P-256',
  x: 'iF05mHrzi4bSxWGYXwEelXnU0BeMxFQh1gbBJduRz4Q',
  y: 'VS2eKKTaLuAmJQYbDSyhm1IYvXM7L9ah_ecWQafWPwg',
  d: '61Xl96mPyXWzX8tjh2_JziU1n7f3BiejZW5lVJjB-JQ',
})

/** Unix seconds at which today's pass was issued. */
export const issuedAt = 1_800_000_000
/** An hour later, Unix ms, at the very beginning of a slot. */
export const nowMs = (issuedAt + 3600) * 1000

export function trusted(overrides: Partial<TrustedKey> = {}): TrustedKey {
  return {
    issuer: 'CN-HZ',
    name: 'Hangzhou',
    kid: issuerKey.kid,
    publicKey: issuerKey.publicKey,
    use: 'pass',
    notBefore: issuedAt - 86_400,
    notAfter: issuedAt + 30 * 86_400,
    ...overrides,
  }
}

export const trustList: TrustList = {
  issuers: [trusted(), trusted({ use: 'venue' }), trusted({ use: 'status-list' })],
}

export const passClaims: PassClaims = {
  issuer: 'CN-HZ',
  issuedAt,
  expiresAt: issuedAt + 86_400,
  passId: Uint8Array.from({ length: 16 }, (_, index) => index),
  holderKey: deviceKey.publicKey,
  status: 'clear',
  maskedName: '欧阳**',
  documentLastTwo: '4X',
  portraitDigest: Uint8Array.from({ length: 16 }, (_, index) => 255 - index),
  statusListId: 27,
  statusListIndex: 123_456,
}

export function fromHex(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16))
}

export function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
