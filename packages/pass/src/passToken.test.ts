import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Sign1 } from '@auth0/cose'
import { decode } from 'cborg'
import fc from 'fast-check'
import { encodeCbor } from './cbor.ts'
import { decodeCoseSign1, signCoseSign1 } from './coseSign1.ts'
import { importVerificationKey } from './p256.ts'
import type { PassClaims } from './passToken.ts'
import { encodePassClaims, parsePassClaims, passStatuses, readUnverifiedPass, signPass, verifyPass } from './passToken.ts'
import {
  deviceKey,
  fromHex,
  issuedAt,
  issuerKey,
  nowMs,
  passClaims,
  strangerKey,
  toHex,
  trusted,
  trustList,
} from './testCity.ts'

const sign = (overrides: Partial<PassClaims> = {}): Promise<Uint8Array> =>
  signPass({ ...passClaims, ...overrides }, issuerKey.signer, issuerKey.kid)

async function verdict(bytes: Uint8Array, list = trustList, at = nowMs): Promise<string> {
  const verification = await verifyPass(bytes, list, at)
  return verification.accepted ? 'accepted' : verification.reason
}

test('a signed pass verifies and says what was signed', async () => {
  const bytes = await sign()
  const verification = await verifyPass(bytes, trustList, nowMs)
  assert.ok(verification.accepted)
  assert.deepEqual(verification.pass, passClaims)
  assert.deepEqual(verification.trusted, trusted())
  assert.deepEqual(readUnverifiedPass(bytes), passClaims)
})

test('the claims are those of RFC 8392 and RFC 8747, and another implementation reads them', async () => {
  const message = Sign1.decode(await sign())
  await message.verify(await importVerificationKey(issuerKey.publicKey))
  const claims: unknown = decode(new Uint8Array(message.payload), { useMaps: true })
  assert.ok(claims instanceof Map)
  assert.deepEqual([...claims.keys()], [1, 4, 6, 7, 8, -65537])
  assert.equal(claims.get(1), 'CN-HZ')
  assert.equal(claims.get(4), issuedAt + 86_400)
  assert.equal(claims.get(6), issuedAt)
  assert.deepEqual(claims.get(7), passClaims.passId)
  const x = Buffer.from(deviceKey.publicKey.x, 'base64url')
  const yIsOdd = (Buffer.from(deviceKey.publicKey.y, 'base64url').at(-1) ?? 0) % 2 === 1
  const coseKey = new Map<number, unknown>([[1, 2], [-1, 1], [-2, new Uint8Array(x)], [-3, yIsOdd]])
  assert.deepEqual(claims.get(8), new Map([[1, coseKey]]))
  assert.deepEqual(claims.get(-65537), [1, '欧阳**', '4X', passClaims.portraitDigest, 27, 123_456])
})

test('the status codes are 0 unverified, 1 clear, 2 caution, 3 isolate', () => {
  assert.deepEqual(passStatuses, ['unverified', 'clear', 'caution', 'isolate'])
  passStatuses.forEach((status, code) => {
    assert.ok(toHex(encodePassClaims({ ...passClaims, status })).includes(`3a00010000860${code}`))
  })
})

test('keys come from the trust list alone, by use, issuer and time', async () => {
  const bytes = await sign()
  assert.equal(await verdict(bytes), 'accepted')
  assert.equal(await verdict(bytes, { issuers: [] }), 'unknown-issuer')
  assert.equal(await verdict(bytes, { issuers: [trusted({ use: 'venue' })] }), 'unknown-issuer')
  assert.equal(await verdict(bytes, { issuers: [trusted({ issuer: 'CN-NB' })] }), 'unknown-issuer')
  assert.equal(await verdict(bytes, { issuers: [trusted({ kid: 'AAAA' })] }), 'unknown-issuer')
  assert.equal(await verdict(bytes, { issuers: [trusted({ notAfter: issuedAt + 60 })] }), 'key-not-in-force')
  assert.equal(await verdict(bytes, { issuers: [trusted({ notBefore: issuedAt + 1 })] }), 'key-not-in-force')
})

test('keys that share a kid do not get in each other’s way', async () => {
  const bytes = await sign()
  const other = trusted({ issuer: 'CN-NB', publicKey: strangerKey.publicKey })
  assert.equal(await verdict(bytes, { issuers: [other, trusted()] }), 'accepted')
  assert.equal(await verdict(bytes, { issuers: [other] }), 'bad-signature')
  const ended = trusted({ notAfter: issuedAt })
  assert.equal(await verdict(bytes, { issuers: [ended, trusted({ issuer: 'CN-NB' }), trusted()] }), 'accepted')
})

test('an issuer cannot speak for another', async () => {
  const bytes = await sign({ issuer: 'CN-NB' })
  assert.equal(await verdict(bytes), 'unknown-issuer')
})

test('a stranger who borrows the kid has forged', async () => {
  assert.equal(await verdict(await signPass(passClaims, strangerKey.signer, issuerKey.kid)), 'bad-signature')
  assert.equal(await verdict(await signPass(passClaims, strangerKey.signer, strangerKey.kid)), 'unknown-issuer')
})

test('a pass lives from its issue, less the leeway for clocks, until it expires', async () => {
  const bytes = await sign()
  assert.equal(await verdict(bytes, trustList, (issuedAt - 15) * 1000 - 1), 'not-yet-valid')
  assert.equal(await verdict(bytes, trustList, (issuedAt - 15) * 1000), 'accepted')
  assert.equal(await verdict(bytes, trustList, (issuedAt + 86_400) * 1000 - 1), 'accepted')
  assert.equal(await verdict(bytes, trustList, (issuedAt + 86_400) * 1000), 'expired')
  assert.notEqual(await verdict(bytes, trustList, Number.NaN), 'accepted')
})

test('claims out of bounds are not signed', async () => {
  const bad: Partial<PassClaims>[] = [
    { issuer: '' },
    { issuer: 'TOOLONG' },
    { issuer: '杭州' },
    { issuedAt: 1.5 },
    { issuedAt: -1 },
    { expiresAt: issuedAt },
    { expiresAt: 2 ** 32 },
    { expiresAt: issuedAt + 7 * 86_400 + 1 },
    { passId: new Uint8Array(15) },
    { holderKey: { ...deviceKey.publicKey, y: strangerKey.publicKey.y } },
    { maskedName: '' },
    { maskedName: '欧阳上官诸葛*' },
    { maskedName: 'a\u202eb' },
    { maskedName: 'a\nb' },
    { maskedName: '\ud800' },
    { documentLastTwo: '4' },
    { documentLastTwo: '４Ｘ' },
    { portraitDigest: new Uint8Array(32) },
    { statusListId: 2 ** 32 },
    { statusListIndex: 2 ** 32 },
    { statusListIndex: Number.NaN },
  ]
  for (const overrides of bad) {
    assert.throws(() => encodePassClaims({ ...passClaims, ...overrides }), RangeError, JSON.stringify(overrides))
  }
  await sign({ maskedName: '欧阳上官诸葛', issuer: 'CN-XXX', statusListId: 2 ** 32 - 1, statusListIndex: 2 ** 32 - 1 })
})

test('a payload that says the same in other bytes is refused even under the issuer’s signature', async () => {
  const claimsMap: unknown = decode(encodePassClaims(passClaims), { useMaps: true })
  assert.ok(claimsMap instanceof Map)
  const entries = [...claimsMap]
  const other = [
    new Map([...entries, [99, 'x']]),
    new Map(entries.filter(([key]) => key !== 4)),
    new Map(entries.map(([key, value]) => [key, key === 6 ? String(issuedAt) : value])),
  ]
  for (const claims of other) {
    assert.equal(await verdict(await signCoseSign1(encodeCbor(claims), issuerKey.signer, issuerKey.kid)), 'malformed')
  }
})

test('a payload in another than the deterministic encoding, or with a key that is none, is refused', async () => {
  const payload = encodePassClaims(passClaims)
  const verdictOf = async (changed: Uint8Array): Promise<string> =>
    verdict(await signCoseSign1(changed, issuerKey.signer, issuerKey.kid))
  assert.equal(await verdictOf(payload), 'accepted')
  // the list id 27 in a longer encoding: 18 1b becomes 19 00 1b
  const hex = toHex(payload)
  assert.equal(await verdictOf(fromHex(hex.replace('181b1a0001e240', '19001b1a0001e240'))), 'malformed')
  // the confirmation key on another curve, which must not make a pass without one
  assert.equal(await verdictOf(fromHex(hex.replace('a4010220012158', 'a4010220022158'))), 'malformed')
  // the same claim twice: the map grows by one, and iss comes again in front
  assert.equal(await verdictOf(fromHex(hex.replace(/^a6/, 'a70165434e2d4e42'))), 'malformed')
})

test('an unprotected header, which nobody signs, is refused', async () => {
  const message = decodeCoseSign1(await sign())
  assert.ok(message)
  const { protectedBytes, payload, signature } = message
  assert.equal(await verdict(encodeCbor([protectedBytes, new Map(), payload, signature])), 'accepted')
  assert.equal(await verdict(encodeCbor([protectedBytes, new Map([[99, 1]]), payload, signature])), 'malformed')
})

test('every byte of a pass counts', async () => {
  const bytes = await sign()
  for (const index of bytes.keys()) {
    for (const flip of [1, 0x20, 0x80, 0xff]) {
      const spoiled = bytes.map((byte, at) => (at === index ? byte ^ flip : byte))
      assert.notEqual(await verdict(spoiled), 'accepted', `byte ${index}`)
    }
  }
  for (let length = 0; length < bytes.length; length++) assert.equal(await verdict(bytes.slice(0, length)), 'malformed')
})

test('nothing makes reading or verifying throw', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
      assert.equal(await verdict(bytes), 'malformed')
      assert.equal(readUnverifiedPass(bytes), null)
      assert.equal(parsePassClaims(bytes), null)
    }),
  )
})
