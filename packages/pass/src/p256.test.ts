import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { decodeBase64url, encodeBase64url } from './base64url.ts'
import { compressPoint, decompressPoint, importVerificationKey, keyIdOf, parseP256PublicJwk } from './p256.ts'
import { deviceKey, fromHex, issuerKey, strangerKey } from './testCity.ts'

test('a key survives compression, and the other parity gives the other point', () => {
  for (const { publicKey } of [issuerKey, deviceKey, strangerKey]) {
    const point = compressPoint(publicKey)
    assert.ok(point)
    assert.deepEqual(decompressPoint(point), publicKey)
    const mirrored = decompressPoint({ ...point, yIsOdd: !point.yIsOdd })
    assert.equal(mirrored?.x, publicKey.x)
    assert.notEqual(mirrored?.y, publicKey.y)
  }
})

test('the base point of SP 800-186 decompresses to its published y', () => {
  const x = fromHex('6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296')
  const y = fromHex('4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5')
  assert.equal(decompressPoint({ x, yIsOdd: true })?.y, encodeBase64url(y))
})

test('whatever x decompresses to is a key that WebCrypto takes, and about half decompress', async () => {
  let keys = 0
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ minLength: 32, maxLength: 32 }), fc.boolean(), async (x, yIsOdd) => {
      const key = decompressPoint({ x, yIsOdd })
      if (key === null) return
      keys++
      await importVerificationKey(key)
      assert.equal(compressPoint(key)?.yIsOdd, yIsOdd)
    }),
    { numRuns: 60, seed: 1 },
  )
  assert.ok(keys > 10 && keys < 50)
})

test('a point off the curve, a number beyond the field and other kinds of key are refused', () => {
  const { publicKey } = issuerKey
  const field = encodeBase64url(fromHex('ffffffff00000001000000000000000000000000ffffffffffffffffffffffff'))
  assert.equal(parseP256PublicJwk({ ...publicKey, x: deviceKey.publicKey.x }), null)
  assert.equal(parseP256PublicJwk({ ...publicKey, x: field }), null)
  assert.equal(parseP256PublicJwk({ ...publicKey, crv: 'P-384' }), null)
  assert.equal(parseP256PublicJwk({ ...publicKey, kty: 'OKP' }), null)
  assert.equal(parseP256PublicJwk({ ...publicKey, x: 5 }), null)
  assert.equal(parseP256PublicJwk('key'), null)
  assert.equal(decompressPoint({ x: new Uint8Array(31), yIsOdd: true }), null)
  assert.equal(decompressPoint({ x: decodeBase64url(field) ?? new Uint8Array(), yIsOdd: true }), null)
})

test('private and foreign members of a JWK are dropped', () => {
  assert.deepEqual(parseP256PublicJwk({ ...issuerKey.publicKey, d: 'secret', use: 'sig' }), issuerKey.publicKey)
})

test('a key identifier is the first 8 bytes of the thumbprint of RFC 7638', async () => {
  // the whole thumbprint, as the library jose computes it: oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U
  assert.equal(await keyIdOf(issuerKey.publicKey), 'oKIywvGUpTU')
})
