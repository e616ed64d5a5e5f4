import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { base45Length, decodeBase45, encodeBase45 } from './base45.ts'

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:'
const utf8 = new TextEncoder()

test('the examples of RFC 9285, sections 4.3 and 4.4, come out both ways', () => {
  for (const [plain, encoded] of [
    ['AB', 'BB8'],
    ['Hello!!', '%69 VD92EX0'],
    ['base-45', 'UJCLQE7W581'],
    ['ietf!', 'QED8WEX0'],
    ['', ''],
  ] as const) {
    assert.equal(encodeBase45(utf8.encode(plain)), encoded)
    assert.deepEqual(decodeBase45(encoded), { ok: true, bytes: utf8.encode(plain) })
  }
})

test('what RFC 9285, section 6, calls illegal is refused with its reason', () => {
  assert.deepEqual(decodeBase45('GGW'), { ok: false, reason: 'overflow' })
  assert.deepEqual(decodeBase45(':::'), { ok: false, reason: 'overflow' })
  assert.deepEqual(decodeBase45('::'), { ok: false, reason: 'overflow' })
  assert.deepEqual(decodeBase45('BB8A'), { ok: false, reason: 'bad-length' })
  assert.deepEqual(decodeBase45('bb8'), { ok: false, reason: 'bad-character' })
  assert.deepEqual(decodeBase45('BB8\n'), { ok: false, reason: 'bad-character' })
  assert.deepEqual(decodeBase45('B😀8'), { ok: false, reason: 'bad-character' })
})

test('the largest groups decode', () => {
  assert.deepEqual(decodeBase45('FGW'), { ok: true, bytes: Uint8Array.of(255, 255) })
  assert.deepEqual(decodeBase45('U5'), { ok: true, bytes: Uint8Array.of(255) })
})

test('every byte string comes back, in the length that was foretold', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      const text = encodeBase45(bytes)
      assert.equal(text.length, base45Length(bytes.length))
      assert.deepEqual(decodeBase45(text), { ok: true, bytes: new Uint8Array(bytes) })
    }),
  )
})

test('an accepted text is the only text of its bytes, and nothing makes the decoder throw', () => {
  const inAlphabet = fc.string({ unit: fc.constantFrom(...alphabet), maxLength: 40 })
  fc.assert(
    fc.property(fc.oneof(inAlphabet, fc.string({ unit: 'binary' })), (text) => {
      const decoded = decodeBase45(text)
      if (decoded.ok) assert.equal(encodeBase45(decoded.bytes), text)
    }),
    { numRuns: 1000 },
  )
})
