import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { encodeBase45 } from './base45.ts'
import { concatBytes } from './bytes.ts'
import type { FaceMediaType } from './faceFrame.ts'
import {
  faceFrameMaximumCharacters,
  faceImageMaximumBytes,
  faceMediaTypes,
  makeFaceFrame,
  matchFace,
  portraitDigest,
  readFaceFrame,
} from './faceFrame.ts'
import { fromHex, toHex } from './testCity.ts'

const openings: Record<FaceMediaType, Uint8Array> = {
  'image/webp': fromHex('524946461a000000574542505650384c'),
  'image/jpeg': fromHex('ffd8ffe0'),
  'image/avif': fromHex('0000001c6674797061766966'),
  'image/png': fromHex('89504e470d0a1a0a'),
}

/** An image as far as this package looks at it: the opening bytes of its type, then anything. */
function image(mediaType: FaceMediaType, length: number): Uint8Array {
  const rest = Uint8Array.from({ length: length - openings[mediaType].length }, (_, index) => (index * 31) & 255)
  return concatBytes(openings[mediaType], rest)
}

test('a face frame survives, whatever its image type', () => {
  for (const mediaType of faceMediaTypes) {
    const bytes = image(mediaType, 500)
    assert.deepEqual(readFaceFrame(makeFaceFrame(bytes, mediaType)), { ok: true, frame: { mediaType, image: bytes } })
  }
})

test('the largest image fills a frame, and one byte more is refused', () => {
  const text = makeFaceFrame(image('image/webp', faceImageMaximumBytes), 'image/webp')
  assert.equal(text.length, faceFrameMaximumCharacters)
  assert.ok(readFaceFrame(text).ok)
  assert.throws(() => makeFaceFrame(image('image/webp', faceImageMaximumBytes + 1), 'image/webp'), RangeError)
  const larger = concatBytes(Uint8Array.of(1), image('image/webp', faceImageMaximumBytes + 1))
  assert.deepEqual(readFaceFrame(`HKF1:${encodeBase45(larger)}`), { ok: false, reason: 'malformed' })
})

test('an image that is not what its type says is refused, on making and on reading', () => {
  const jpeg = image('image/jpeg', 100)
  assert.throws(() => makeFaceFrame(jpeg, 'image/webp'), RangeError)
  assert.throws(() => makeFaceFrame(new TextEncoder().encode('<svg onload="x"/>'), 'image/png'), RangeError)
  for (const mediaTypeCode of [0, 1, 3, 4, 5, 255]) {
    const text = `HKF1:${encodeBase45(concatBytes(Uint8Array.of(mediaTypeCode), jpeg))}`
    assert.deepEqual(readFaceFrame(text), { ok: false, reason: 'malformed' })
  }
})

test('the digest is the first half of SHA-256 (FIPS 180-4, the message "abc")', async () => {
  assert.equal(toHex(await portraitDigest(new TextEncoder().encode('abc'))), 'ba7816bf8f01cfea414140de5dae2223')
})

test('a frame belongs to the pass that signs its digest, and to no other', async () => {
  const reading = readFaceFrame(makeFaceFrame(image('image/webp', 400), 'image/webp'))
  assert.ok(reading.ok)
  const digest = await portraitDigest(reading.frame.image)
  assert.deepEqual(await matchFace({ portraitDigest: digest }, reading.frame), { matched: true })
  const other = { mediaType: 'image/webp', image: new Uint8Array(image('image/webp', 401)) } as const
  assert.deepEqual(await matchFace({ portraitDigest: digest }, other), { matched: false, reason: 'other-face' })
  assert.deepEqual(await matchFace({ portraitDigest: null }, reading.frame), { matched: false, reason: 'no-portrait' })
})

test('every character of a frame counts', async () => {
  const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:'
  const bytes = image('image/webp', 300)
  const pass = { portraitDigest: await portraitDigest(bytes) }
  const text = makeFaceFrame(bytes, 'image/webp')
  for (let index = 0; index < text.length; index++) {
    for (const step of [1, 7, 22, 44]) {
      const other = alphabet.charAt((alphabet.indexOf(text.charAt(index)) + step) % 45)
      const reading = readFaceFrame(text.slice(0, index) + other + text.slice(index + 1))
      assert.equal(reading.ok && (await matchFace(pass, reading.frame)).matched, false)
    }
  }
})

test('nothing makes the reader throw', () => {
  fc.assert(
    fc.property(fc.constantFrom('', 'HKF1:'), fc.oneof(fc.string(), fc.uint8Array().map(encodeBase45)), (prefix, text) => {
      const reading = readFaceFrame(prefix + text)
      if (prefix === '' && !text.startsWith('HKF1:')) assert.deepEqual(reading, { ok: false, reason: 'not-a-face-frame' })
    }),
  )
})
