import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { decodeBase45, encodeBase45 } from './base45.ts'
import { concatBytes, sha256 } from './bytes.ts'
import type { CborValue } from './cbor.ts'
import { encodeCbor } from './cbor.ts'
import { packPass, unpackPass } from './packedPass.ts'
import type { PassClaims } from './passToken.ts'
import { passStatuses, signPass } from './passToken.ts'
import { deviceKey, fromHex, issuedAt, issuerKey, nowMs, passClaims, strangerKey, toHex, trusted, trustList } from './testCity.ts'
import {
  codeMaximumCharacters,
  makePrintedCode,
  makeTurningCode,
  readCode,
  slotAt,
  verifyCode,
  verifyTurningCode,
} from './turningCode.ts'

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:'
const slotMs = 15_000

const pass = await signPass(passClaims, issuerKey.signer, issuerKey.kid)
const printedPass = await signPass({ ...passClaims, holderKey: null, status: 'listed', statusListId: 0, statusListIndex: 0 }, issuerKey.signer, issuerKey.kid)
const code = await makeTurningCode(pass, nowMs, deviceKey.signer)

async function verdict(text: string, at = nowMs, toleranceSlots: 0 | 1 = 1): Promise<string> {
  const verification = await verifyCode(text, trustList, at, { toleranceSlots })
  return verification.accepted ? verification.kind : verification.reason
}

/** A code with the parts exchanged, as a forger would put it together. */
async function forge(passBytes: Uint8Array, slot: number, signer = deviceKey.signer, signedSlot = slot): Promise<string> {
  const slotBytes = Uint8Array.of(0, 0, signedSlot >> 8, signedSlot & 255)
  const message = concatBytes(new TextEncoder().encode('hk-holder-1'), await sha256(passBytes), slotBytes)
  return `HK1:${encodeBase45(encodeCbor([packPass(passBytes) ?? [], slot, await signer(message)]))}`
}

test('a code made now is accepted and gives the pass', async () => {
  const verification = await verifyTurningCode(code, trustList, nowMs)
  assert.ok(verification.accepted)
  assert.equal(verification.kind, 'turning')
  assert.deepEqual(verification.pass, passClaims)
  assert.deepEqual(verification.passBytes, pass)
})

test('the holder signs domain, pass and slot, as the page on formats says', async () => {
  assert.equal(await verdict(await forge(pass, slotAt(issuedAt, nowMs))), 'turning')
})

test('a code is dead 30 s after its slot began, and sooner without tolerance', async () => {
  assert.equal(await verdict(code, nowMs + 2 * slotMs - 1), 'turning')
  assert.equal(await verdict(code, nowMs + 2 * slotMs), 'stale-code')
  assert.equal(await verdict(code, nowMs + slotMs, 0), 'stale-code')
  assert.equal(await verdict(code, nowMs + slotMs - 1, 0), 'turning')
})

test('a code from a clock that is ahead is refused likewise', async () => {
  assert.equal(await verdict(code, nowMs - slotMs), 'turning')
  assert.equal(await verdict(code, nowMs - slotMs - 1), 'stale-code')
  assert.equal(await verdict(code, nowMs - 1, 0), 'stale-code')
})

test('no code older than 30 s is accepted, at whatever moment it was made', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: 80_000_000 }), fc.integer({ min: 30_000, max: 4_000_000 }), async (at, age) => {
      const madeMs = issuedAt * 1000 + at
      const made = await makeTurningCode(pass, madeMs, deviceKey.signer)
      assert.equal(await verdict(made, madeMs), 'turning')
      assert.equal(await verdict(made, madeMs + age), 'stale-code')
      assert.equal(await verdict(made, madeMs - age), madeMs - age < (issuedAt - 15) * 1000 ? 'not-yet-valid' : 'stale-code')
    }),
    { numRuns: 50 },
  )
})

test('tolerance cannot be widened by a caller without types', async () => {
  const untyped = [code, trustList, nowMs + 60_000, { toleranceSlots: 1000 }]
  const verification: unknown = await Reflect.apply(verifyTurningCode, undefined, untyped)
  assert.deepEqual(verification, { accepted: false, reason: 'stale-code' })
})

test('a clock that is not a number accepts nothing', async () => {
  assert.notEqual(await verdict(code, Number.NaN), 'turning')
})

test('another phone cannot show the pass, and a proof fits its slot and its pass only', async () => {
  const slot = slotAt(issuedAt, nowMs)
  assert.equal(await verdict(await forge(pass, slot, strangerKey.signer)), 'bad-holder-proof')
  assert.equal(await verdict(await forge(pass, slot, deviceKey.signer, slot - 100)), 'bad-holder-proof')
  const otherPass = await signPass({ ...passClaims, status: 'isolate' }, issuerKey.signer, issuerKey.kid)
  const proofOfOther = readCode(await makeTurningCode(otherPass, nowMs, deviceKey.signer))
  assert.ok(proofOfOther.ok && proofOfOther.code.kind === 'turning')
  const spliced = encodeCbor([packPass(pass) ?? [], slot, proofOfOther.code.holderSignature])
  assert.equal(await verdict(`HK1:${encodeBase45(spliced)}`), 'bad-holder-proof')
})

test('a forged, foreign or expired pass is refused for its own reason', async () => {
  const forged = await signPass({ ...passClaims, status: 'clear' }, strangerKey.signer, issuerKey.kid)
  assert.equal(await verdict(await makeTurningCode(forged, nowMs, deviceKey.signer)), 'bad-signature')
  const foreign = await signPass(passClaims, strangerKey.signer, strangerKey.kid)
  assert.equal(await verdict(await makeTurningCode(foreign, nowMs, deviceKey.signer)), 'unknown-issuer')
  const short = await signPass({ ...passClaims, expiresAt: issuedAt + 3601 }, issuerKey.signer, issuerKey.kid)
  assert.equal(await verdict(await makeTurningCode(short, nowMs, deviceKey.signer), nowMs + 1000), 'expired')
  const refused = await verifyTurningCode(code, { issuers: [trusted({ notAfter: issuedAt + 1 })] }, nowMs)
  assert.deepEqual(refused, { accepted: false, reason: 'key-not-in-force' })
})

test('a printed pass verifies, as printed', async () => {
  const printed = makePrintedCode(printedPass)
  assert.match(printed, /^HKP1:/)
  assert.equal(await verdict(printed), 'printed')
  assert.deepEqual(await verifyTurningCode(printed, trustList, nowMs), { accepted: false, reason: 'printed-code' })
  const reading = readCode(printed)
  assert.deepEqual(reading, { ok: true, code: { kind: 'printed', passBytes: printedPass } })
})

test('a phone’s pass cannot be turned into a printed one to get rid of the proof', async () => {
  assert.throws(() => makePrintedCode(pass), RangeError)
  const stripped = `HKP1:${encodeBase45(encodeCbor(packPass(pass) ?? []))}`
  assert.equal(await verdict(stripped), 'holder-proof-missing')
})

test('a printed pass cannot be turned into a code with a proof of one’s own', async () => {
  await assert.rejects(makeTurningCode(printedPass, nowMs, strangerKey.signer), RangeError)
  assert.equal(await verdict(await forge(printedPass, slotAt(issuedAt, nowMs), strangerKey.signer)), 'bad-holder-proof')
})

test('no code is made outside the life of the pass, nor from other bytes', async () => {
  await assert.rejects(makeTurningCode(pass, issuedAt * 1000 - 1, deviceKey.signer), RangeError)
  await assert.rejects(makeTurningCode(pass, (issuedAt + 86_400) * 1000, deviceKey.signer), RangeError)
  await assert.rejects(makeTurningCode(new Uint8Array(200), nowMs, deviceKey.signer), RangeError)
})

test('other texts are told apart from damaged ones', async () => {
  for (const text of ['', 'HK2:ABC', 'hk1:ABC', 'HC1:ABC', 'https://example.org/v#AAAA']) {
    assert.equal(await verdict(text), 'not-a-pass-code')
  }
  for (const text of ['HK1:', 'HK1:a', 'HKP1:', 'HK1:BB8', `${code}0`, code.slice(0, -1)]) {
    assert.equal(await verdict(text), 'malformed')
  }
  assert.equal(await verdict(`HK1:${'0'.repeat(codeMaximumCharacters)}`), 'malformed')
})

test('packing a pass loses nothing', async () => {
  assert.deepEqual(unpackPass(packPass(pass)), pass)
  assert.deepEqual(unpackPass(packPass(concatBytes(Uint8Array.of(0xd2), pass))), pass)
})

test('every character of a code counts, turning or printed', async () => {
  for (const whole of [code, makePrintedCode(printedPass)]) {
    for (let index = 0; index < whole.length; index++) {
      const original = alphabet.indexOf(whole.charAt(index))
      for (const step of [1, 22]) {
        const other = alphabet.charAt((original + step) % 45)
        const verification = await verdict(whole.slice(0, index) + other + whole.slice(index + 1))
        assert.ok(!['turning', 'printed'].includes(verification), `character ${index}`)
      }
    }
  }
})

test('cutting, doubling and exchanging characters is refused', async () => {
  const position = fc.nat(code.length - 1)
  await fc.assert(
    fc.asyncProperty(position, position, fc.constantFrom('cut', 'double', 'exchange'), async (a, b, how) => {
      const characters = [...code]
      if (how === 'cut') characters.splice(a, 1 + (b % 20))
      else if (how === 'double') characters.splice(a, 0, code.charAt(b))
      else [characters[a], characters[b]] = [code.charAt(b), code.charAt(a)]
      const changed = characters.join('')
      if (changed !== code) assert.notEqual(await verdict(changed), 'turning')
    }),
    { numRuns: 300 },
  )
})

test('the same content in other bytes is refused: one statement has one text', async () => {
  const decoded = decodeBase45(code.slice(4))
  assert.ok(decoded.ok)
  // slot 240 is 18 f0; 19 00 f0 is the same number in a longer encoding
  const bytes = decoded.bytes
  const at = bytes.findIndex((byte, index) => byte === 0x18 && bytes[index + 1] === 240 && bytes[index + 2] === 0x58)
  const longer = concatBytes(bytes.subarray(0, at), Uint8Array.of(0x19, 0, 240), bytes.subarray(at + 2))
  assert.equal(await verdict(`HK1:${encodeBase45(longer)}`), 'malformed')
})

test('a printed code in other bytes is refused likewise', async () => {
  const decoded = decodeBase45(makePrintedCode(printedPass).slice(5))
  assert.ok(decoded.ok)
  const hex = toHex(decoded.bytes)
  assert.ok(hex.includes('1a6b49d200'))
  const longer = fromHex(hex.replace('1a6b49d200', '1b000000006b49d200'))
  assert.equal(await verdict(`HKP1:${encodeBase45(longer)}`), 'malformed')
})

test('the largest pass the API signs fits a QR code of version 12 at level M', async () => {
  const scalar = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 18 })
  const claims: fc.Arbitrary<PassClaims> = fc.record({
    issuer: fc.oneof(fc.constant('CN-XXX'), fc.stringMatching(/^[!-~]{1,6}$/)),
    issuedAt: fc.integer({ min: issuedAt, max: 2 ** 32 - 7 * 86_400 - 1 }),
    expiresAt: fc.constant(0),
    passId: fc.uint8Array({ minLength: 16, maxLength: 16 }),
    holderKey: fc.constantFrom(deviceKey.publicKey, strangerKey.publicKey, issuerKey.publicKey),
    status: fc.constantFrom(...passStatuses),
    maskedName: fc.oneof(fc.constant('一二三四五六'), scalar),
    documentLastTwo: fc.constantFrom('4X', '~~'),
    portraitDigest: fc.oneof(fc.constant(null), fc.uint8Array({ minLength: 16, maxLength: 16 })),
    statusListId: fc.oneof(fc.constant(2 ** 32 - 1), fc.nat(2 ** 32 - 1)),
    statusListIndex: fc.oneof(fc.constant(2 ** 32 - 1), fc.nat(2 ** 32 - 1)),
  })
  let longest = 0
  await fc.assert(
    fc.asyncProperty(claims, fc.integer({ min: 0, max: 7 * 86_400 - 1 }), async (given, age) => {
      const lived = { ...given, expiresAt: given.issuedAt + 7 * 86_400 }
      let signed: Uint8Array
      try {
        signed = await signPass(lived, issuerKey.signer, issuerKey.kid)
      } catch (error) {
        // names beyond 18 bytes, or with invisible characters, are refused on signing
        assert.ok(error instanceof RangeError && error.message.startsWith('maskedName'))
        return
      }
      const atMs = (lived.issuedAt + age) * 1000
      const text = await makeTurningCode(signed, atMs, deviceKey.signer)
      longest = Math.max(longest, text.length)
      assert.ok(text.length <= codeMaximumCharacters)
      assert.ok([...text].every((character) => alphabet.includes(character)))
      const reading = readCode(text)
      assert.deepEqual(reading.ok && reading.code.passBytes, signed)
    }),
    { numRuns: 300 },
  )
  const worst = await signPass(
    { ...passClaims, issuer: 'CN-XXX', maskedName: '一二三四五六', statusListId: 2 ** 32 - 1, statusListIndex: 2 ** 32 - 1, expiresAt: issuedAt + 7 * 86_400 },
    issuerKey.signer,
    issuerKey.kid,
  )
  const worstText = await makeTurningCode(worst, (issuedAt + 7 * 86_400) * 1000 - 1, deviceKey.signer)
  assert.equal(worstText.length, 402)
  assert.ok(longest <= worstText.length)
})

test('nothing that can be scanned makes verification throw', async () => {
  const value: fc.Arbitrary<CborValue> = fc.letrec<{ value: CborValue }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      fc.integer(),
      fc.string(),
      fc.uint8Array({ maxLength: 70 }),
      fc.constant(null),
      fc.boolean(),
      fc.array(tie('value'), { maxLength: 14 }),
    ),
  })).value
  const structured = value.map((content) => encodeBase45(encodeCbor(content)))
  const misshapen = fc.tuple(fc.nat(12), value).map(([index, other]) => {
    const packed = [...(packPass(pass) ?? [])]
    packed[index] = other
    return encodeBase45(encodeCbor([packed, 240, new Uint8Array(64)]))
  })
  const body = fc.oneof(structured, misshapen, fc.string({ unit: fc.constantFrom(...alphabet), maxLength: 419 }), fc.string())
  await fc.assert(
    fc.asyncProperty(fc.constantFrom('HK1:', 'HKP1:', ''), body, async (prefix, text) => {
      assert.ok(!['turning', 'printed'].includes(await verdict(prefix + text)))
    }),
    { numRuns: 1000 },
  )
})
