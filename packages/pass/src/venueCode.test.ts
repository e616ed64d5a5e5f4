import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { encodeBase64url } from './base64url.ts'
import { signPass } from './passToken.ts'
import { issuedAt, issuerKey, nowMs, passClaims, strangerKey, trusted, trustList } from './testCity.ts'
import type { VenueClaims } from './venueCode.ts'
import {
  readUnverifiedVenueCode,
  readVenueCodeUrl,
  signVenueCode,
  venueCodeText,
  venueCodeUrl,
  verifyVenueCode,
} from './venueCode.ts'

const claims: VenueClaims = {
  issuer: 'CN-HZ',
  issuedAt,
  venueId: Uint8Array.from({ length: 16 }, (_, index) => index * 16),
  venueName: '市图书馆 West Hall',
  usualStayMinutes: 90,
  venueKind: 'library',
}
const bytes = await signVenueCode(claims, issuerKey.signer, issuerKey.kid)
const url = venueCodeUrl('https://health.example', bytes)

async function verdict(code: Uint8Array, list = trustList, at = nowMs): Promise<string> {
  const verification = await verifyVenueCode(code, list, at)
  return verification.accepted ? 'accepted' : verification.reason
}

test('a venue code verifies and says what was signed', async () => {
  const verification = await verifyVenueCode(bytes, trustList, nowMs)
  assert.ok(verification.accepted)
  assert.deepEqual(verification.venue, claims)
  assert.equal(verification.trusted.use, 'venue')
  assert.deepEqual(readUnverifiedVenueCode(bytes), claims)
})

test('forged is told apart from malformed', async () => {
  assert.equal(await verdict(await signVenueCode(claims, strangerKey.signer, issuerKey.kid)), 'bad-signature')
  assert.equal(await verdict(await signVenueCode(claims, strangerKey.signer, strangerKey.kid)), 'unknown-issuer')
  assert.equal(await verdict(bytes.slice(1)), 'malformed')
  assert.equal(await verdict(bytes, { issuers: [trusted({ use: 'venue', notAfter: issuedAt + 1 })] }), 'key-not-in-force')
  assert.equal(await verdict(bytes, trustList, (issuedAt - 16) * 1000), 'not-yet-valid')
})

test('a pass is no venue code, even under one key listed for both', async () => {
  const pass = await signPass(passClaims, issuerKey.signer, issuerKey.kid)
  assert.equal(await verdict(pass), 'malformed')
  assert.equal(await verdict(bytes, { issuers: [trusted({ use: 'pass' })] }), 'unknown-issuer')
})

test('claims out of bounds are not signed', () => {
  const bad: Partial<VenueClaims>[] = [
    { issuer: 'c n' },
    { issuedAt: 0.5 },
    { venueId: new Uint8Array(8) },
    { venueName: '' },
    { venueName: '馆'.repeat(21) },
    { venueName: 'a\u0000' },
    { venueName: '\udc00' },
    { usualStayMinutes: 0 },
    { usualStayMinutes: 1441 },
    { venueKind: 'Library' },
    { venueKind: '' },
  ]
  for (const overrides of bad) {
    assert.throws(() => void signVenueCode({ ...claims, ...overrides }, issuerKey.signer, issuerKey.kid), RangeError)
  }
})

test('the code travels in the fragment of a URL, or bare', () => {
  assert.equal(url, `https://health.example/v#${encodeBase64url(bytes)}`)
  assert.equal(venueCodeUrl('https://health.example/some/page?x=1', bytes), url)
  assert.deepEqual(readVenueCodeUrl(url), { ok: true, bytes })
  assert.deepEqual(readVenueCodeUrl(venueCodeText(bytes)), { ok: true, bytes })
  for (const origin of ['http://localhost:8080/v', 'https://other.example/city/v', 'https://other.example/v?lang=zh']) {
    assert.deepEqual(readVenueCodeUrl(`${origin}#${encodeBase64url(bytes)}`), { ok: true, bytes })
  }
  assert.throws(() => venueCodeUrl('javascript:alert(1)', bytes), RangeError)
  assert.throws(() => venueCodeUrl('health.example', bytes), RangeError)
})

test('other texts are told apart from damaged ones', () => {
  for (const text of ['', 'hello', 'https://health.example/', 'https://health.example/v', 'javascript:/v#AAAA', 'HK1:AB']) {
    assert.deepEqual(readVenueCodeUrl(text), { ok: false, reason: 'not-a-venue-code' }, text)
  }
  for (const text of ['https://health.example/v#', 'HKV1.', 'HKV1.A', 'https://health.example/v#A=', `${url} `]) {
    assert.deepEqual(readVenueCodeUrl(text), { ok: false, reason: 'malformed' }, text)
  }
  assert.equal(readVenueCodeUrl(`https://health.example/v#${'A'.repeat(1000)}`).ok, false)
})

test('every byte of the code and every character of its text counts', async () => {
  for (const index of bytes.keys()) {
    for (const flip of [1, 0x20, 0x80, 0xff]) {
      const spoiled = bytes.map((byte, at) => (at === index ? byte ^ flip : byte))
      assert.notEqual(await verdict(spoiled), 'accepted', `byte ${index}`)
    }
  }
  const text = venueCodeText(bytes)
  for (let index = 0; index < text.length; index++) {
    for (const other of ['A', 'q', '_', '+']) {
      if (other === text.charAt(index)) continue
      const reading = readVenueCodeUrl(text.slice(0, index) + other + text.slice(index + 1))
      assert.ok(!reading.ok || (await verdict(reading.bytes)) !== 'accepted', `character ${index}`)
    }
  }
})

test('every venue within the bounds comes back, in at most 300 characters after the origin', async () => {
  const arbitrary = fc.record({
    issuer: fc.stringMatching(/^[!-~]{1,6}$/),
    issuedAt: fc.nat(2 ** 32 - 1),
    venueId: fc.uint8Array({ minLength: 16, maxLength: 16 }),
    venueName: fc.oneof(fc.constant('馆'.repeat(20)), fc.stringMatching(/^[\u4e00-\u9fff]{1,20}$/)),
    usualStayMinutes: fc.integer({ min: 1, max: 1440 }),
    venueKind: fc.stringMatching(/^[a-z0-9-]{1,24}$/),
  })
  await fc.assert(
    fc.asyncProperty(arbitrary, async (venue) => {
      const signed = await signVenueCode(venue, issuerKey.signer, issuerKey.kid)
      assert.deepEqual(readUnverifiedVenueCode(signed), { ...venue })
      assert.ok(encodeBase64url(signed).length <= 300)
    }),
  )
})

test('nothing that can be scanned makes reading or verifying throw', async () => {
  await fc.assert(
    fc.asyncProperty(fc.oneof(fc.string(), fc.webUrl({ withFragments: true })), fc.uint8Array(), async (text, noise) => {
      readVenueCodeUrl(text)
      readVenueCodeUrl(`HKV1.${text}`)
      readVenueCodeUrl(`https://health.example/v#${text}`)
      assert.equal(await verdict(noise), 'malformed')
    }),
  )
})
