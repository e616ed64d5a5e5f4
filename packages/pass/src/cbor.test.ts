import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decode, encode, rfc8949EncodeOptions } from 'cborg'
import fc from 'fast-check'
import { decodeCbor, encodeCbor, type CborValue } from './cbor.ts'

/** A general library with the same strictness. */
function decodeByLibrary(bytes: Uint8Array): unknown {
  try {
    const value: unknown = decode(bytes, { useMaps: true, rejectDuplicateMapKeys: true, allowIndefinite: false, allowUndefined: false, allowInfinity: false, allowNaN: false })
    return value
  } catch {
    return undefined
  }
}

const { value: anyValue } = fc.letrec<{ value: CborValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.maxSafeInteger(), fc.integer({ min: -300, max: 70_000 }), fc.string({ unit: 'grapheme' }), fc.boolean(), fc.constant(null), fc.uint8Array({ maxLength: 300 }),
    fc.array(tie('value'), { maxLength: 30 }),
    fc.array(fc.tuple(fc.oneof(fc.integer({ min: -30, max: 300 }), fc.string({ maxLength: 4 })), tie('value')), { maxLength: 30 }).map((entries) => new Map(entries)),
  ),
}))

test('what is written is what a general library writes, byte by byte, and is read back', () => {
  fc.assert(fc.property(anyValue, (value) => {
    const bytes = encodeCbor(value)
    assert.deepEqual(bytes, new Uint8Array(encode(value, rfc8949EncodeOptions)))
    assert.deepEqual(decodeCbor(bytes), value)
  }), { numRuns: 1000 })
})

test('of what others write, whole or damaged, the same is read as by a general library, and the same refused', () => {
  let read = 0
  let refused = 0
  const agree = (bytes: Uint8Array<ArrayBuffer>) => {
    const [ours, theirs] = [decodeCbor(bytes), decodeByLibrary(bytes)]
    if (ours === undefined) refused += 1
    else read += 1
    // Text that is no UTF-8 is refused here, and patched there.
    if (ours === undefined && theirs !== undefined && JSON.stringify(theirs, (_, member: unknown) => (member instanceof Map ? [...member] : typeof member === 'bigint' ? String(member) : member)).includes('\ufffd')) return
    assert.deepEqual(ours, theirs, Buffer.from(bytes).toString('hex'))
  }
  const pieces = fc.array(fc.oneof(fc.integer({ min: 0, max: 255 }), fc.constantFrom(0x18, 0x19, 0x1a, 0x1b, 0x38, 0x3b, 0x5f, 0x61, 0x7f, 0x80, 0x81, 0x82, 0x9f, 0xa0, 0xa1, 0xa2, 0xbf, 0xc2, 0xd2, 0xf4, 0xf6, 0xf7, 0xf9, 0xfa, 0xfb, 0xff)), { maxLength: 14 })
  fc.assert(fc.property(pieces, (bytes) => agree(Uint8Array.from(bytes))), { numRuns: 20_000 })
  fc.assert(fc.property(anyValue, fc.nat(), fc.integer({ min: 0, max: 255 }), (value, place, byte) => {
    const bytes = encodeCbor(value)
    bytes[place % bytes.length] = byte
    agree(bytes)
    agree(bytes.slice(0, place % bytes.length))
  }), { numRuns: 3000 })
  assert.ok(read > 1000 && refused > 1000, `${read} read, ${refused} refused`)
})

test('what is nested beyond the stack is refused', () => {
  assert.equal(decodeCbor(new Uint8Array(1_000_000).fill(0x81)), undefined)
})
