import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { decodeBase64url, encodeBase64url } from './base64url.ts'

test('base64url agrees with another implementation on every byte string', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
      const text = encodeBase64url(bytes)
      assert.equal(text, Buffer.from(bytes).toString('base64url'))
      assert.deepEqual(decodeBase64url(text), new Uint8Array(bytes))
    }),
  )
})

test('padding, foreign characters, impossible lengths and stray bits are refused', () => {
  for (const text of ['AA==', 'A', 'AAAAA', 'A+', 'A/', 'AA\n', 'AB', 'AAB', 'ÄA']) {
    assert.equal(decodeBase64url(text), null, text)
  }
  assert.deepEqual(decodeBase64url(''), new Uint8Array())
})
