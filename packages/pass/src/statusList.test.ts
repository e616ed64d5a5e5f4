import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { concatBytes } from './bytes.ts'
import { encodeCbor } from './cbor.ts'
import { signCoseSign1 } from './coseSign1.ts'
import type { StatusListClaims, VerifiedStatusList } from './statusList.ts'
import {
  deflateStatusBits,
  encodeStatusBits,
  inflateStatusBits,
  signStatusList,
  statusAt,
  statusListIdOf,
  statusListUri,
  statusOfPass,
  verifyStatusList,
} from './statusList.ts'
import { fromHex, issuedAt, issuerKey, nowMs, strangerKey, toHex, trusted, trustList } from './testCity.ts'

const claims: StatusListClaims = {
  subject: statusListUri('https://health.example/v1/status-lists', 27),
  issuedAt: issuedAt + 3500,
  expiresAt: issuedAt + 7200,
  ttlSeconds: 300,
  list: encodeStatusBits([0, 1, 0, 0, 1]),
}

async function verdict(bytes: Uint8Array, list = trustList, at = nowMs): Promise<string> {
  const verification = await verifyStatusList(bytes, list, at)
  return verification.accepted ? 'accepted' : verification.reason
}

test('the bit arrays of the draft, section 4.1, come out', async () => {
  const one = encodeStatusBits([1, 0, 0, 1, 1, 1, 0, 1, 1, 1, 0, 0, 0, 1, 0, 1], 1)
  assert.equal(toHex(one.bytes), 'b9a3')
  const two = encodeStatusBits([1, 2, 0, 3, 0, 1, 0, 1, 1, 2, 3, 3], 2)
  assert.equal(toHex(two.bytes), 'c944f9')
  assert.deepEqual(await inflateStatusBits(fromHex('78dadbb918000217015d'), 1), one)
  assert.deepEqual(await inflateStatusBits(fromHex('78da3be9f2130003df0207'), 2), two)
  assert.deepEqual(Array.from({ length: 12 }, (_, index) => statusAt(two, index)), [1, 2, 0, 3, 0, 1, 0, 1, 1, 2, 3, 3])
})

test('the test vector of the draft with 2^20 entries of 2 bits reads as it says', async () => {
  const list = await inflateStatusBits(
    fromHex(
      '78daeddb310d00211000412ea1a04004fe5520ed357c28c81d3312b6df68bc65480000000000406e21010000000000000000000000' +
      '000000000000000000000000000000000000000040795b020000000000000000000000000000000000000000000000000000000000' +
      '00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000080f4' +
      'ba0400000000000000000000000000406d764a000000000000000000000000000000000000000000e0922101000000000000000000' +
      '000000000000000000fc131200000000000000000000000000000000000000000000000000000000000000c0912e01000000000000' +
      '000000000000000000000000c07d4b02000000000000000000000000000000a8614a0000000000000000000000406a1fcd60010c',    ),
    2,
  )
  assert.ok(list)
  assert.equal(list.bytes.length, 2 ** 18)
  const said = new Map([[0, 1], [1993, 2], [25_460, 1], [159_495, 3], [495_669, 1], [554_353, 1], [645_645, 2]])
  for (const [index, status] of [[723_232, 1], [854_545, 1], [934_534, 2], [1_000_345, 3]] as const) said.set(index, status)
  for (let index = 0; index < 2 ** 20; index++) {
    if (statusAt(list, index) !== (said.get(index) ?? 0)) assert.fail(`index ${index}`)
  }
  assert.equal(statusAt(list, 2 ** 20), null)
})

test('the status list token of the draft, section 5.2, verifies under the draft’s key', async () => {
  const bytes = fromHex(
    'd2845820a2012610781a6170706c69636174696f6e2f7374617475736c6973742b637774a1044231325850a502782168747470733a' +
    '2f2f6578616d706c652e636f6d2f7374617475736c697374732f31061a648c5bea041a8898dfea19fffe19a8c019fffda264626974' +
    '7301636c73744a78dadbb918000217015d584093fa4d01032b18c35e2fe1101b77fd6cc9440022caa4694450c4e4e9feab4e99d1fa' +
    '6d9772ce2bf3a12e0323ded7c982c5e101a5e67f0cbc1e2b6f57ce99c279',  )
  const publicKey = {
    kty: 'EC',
    crv: 'P-256',
    x: 'I3HWm_0Ds1dPMI-IWmf4mBmH-YaeAVbPVu7vB27CxXo',
    y: '6N_d5Elj9bs1htgV3okJKIdbHEpkgTmAluYKJemzn1M',
  } as const
  const at = 1_686_920_170
  const list = { issuers: [trusted({ kid: 'MTI', publicKey, use: 'status-list', notBefore: at, notAfter: at + 100 })] }
  const verification = await verifyStatusList(bytes, list, at * 1000)
  assert.ok(verification.accepted)
  assert.deepEqual(verification.statusList, {
    issuer: 'CN-HZ',
    subject: 'https://example.com/statuslists/1',
    statusListId: 1,
    issuedAt: at,
    expiresAt: 2_291_720_170,
    ttlSeconds: 43_200,
    list: { bits: 1, bytes: new Uint8Array(fromHex('b9a3')) },
  })
})

test('a signed list verifies, is tagged 18 and typed as the draft asks', async () => {
  const bytes = await signStatusList(claims, issuerKey.signer, issuerKey.kid)
  assert.equal(bytes[0], 0xd2)
  assert.ok(Buffer.from(bytes).includes('application/statuslist+cwt'))
  const verification = await verifyStatusList(bytes, trustList, nowMs)
  assert.ok(verification.accepted)
  assert.deepEqual(verification.statusList, { ...claims, issuer: 'CN-HZ', statusListId: 27 })
})

test('each refusal has its reason', async () => {
  const bytes = await signStatusList(claims, issuerKey.signer, issuerKey.kid)
  assert.equal(await verdict(bytes), 'accepted')
  assert.equal(await verdict(bytes, { issuers: [trusted({ use: 'pass' })] }), 'unknown-issuer')
  assert.equal(await verdict(await signStatusList(claims, strangerKey.signer, issuerKey.kid)), 'bad-signature')
  assert.equal(await verdict(bytes, trustList, (issuedAt + 7200) * 1000), 'expired')
  assert.equal(await verdict(bytes, trustList, issuedAt * 1000), 'not-yet-valid')
  assert.equal(await verdict(bytes, { issuers: [trusted({ use: 'status-list', notAfter: issuedAt })] }), 'key-not-in-force')
  assert.equal(await verdict(bytes.slice(0, -1)), 'malformed')
})

test('a list without its type, its claims or a sound array is refused under a good signature too', async () => {
  const good = new Map<number, number | string | Map<string, number | Uint8Array>>([
    [2, claims.subject],
    [6, issuedAt],
    [65533, new Map<string, number | Uint8Array>([['bits', 2], ['lst', fromHex('78da3be9f2130003df0207')]])],
  ])
  const type = 'application/statuslist+cwt'
  const signed = (map: typeof good, typ: string | null = type): Promise<Uint8Array> =>
    signCoseSign1(encodeCbor(map), issuerKey.signer, issuerKey.kid, typ === null ? {} : { type: typ })
  assert.equal(await verdict(await signed(good)), 'accepted')
  assert.equal(await verdict(await signed(good, null)), 'malformed')
  assert.equal(await verdict(await signed(good, 'application/cwt')), 'malformed')
  for (const missing of [2, 6, 65533]) {
    assert.equal(await verdict(await signed(new Map([...good].filter(([key]) => key !== missing)))), 'malformed')
  }
  const broken: Map<string, number | Uint8Array>[] = [
    new Map<string, number | Uint8Array>([['bits', 3], ['lst', fromHex('78da3be9f2130003df0207')]]),
    new Map<string, number | Uint8Array>([['bits', 2], ['lst', fromHex('78da3be9f2130003df0208')]]),
    new Map<string, number | Uint8Array>([['bits', 2], ['lst', 7]]),
  ]
  for (const list of broken) assert.equal(await verdict(await signed(new Map([...good, [65533, list]]))), 'malformed')
})

test('a small token that inflates beyond all measure is refused', async () => {
  const bomb = await deflateStatusBits({ bits: 2, bytes: new Uint8Array(8 * 1024 * 1024 + 1) })
  assert.ok(bomb.length < 20_000)
  assert.equal(await inflateStatusBits(bomb, 2), null)
})

test('what is out of bounds is neither packed nor signed', async () => {
  assert.throws(() => encodeStatusBits([0, 4]), RangeError)
  assert.throws(() => encodeStatusBits([2], 1), RangeError)
  assert.throws(() => statusListUri('https://health.example', 2 ** 32), RangeError)
  const bad: Partial<StatusListClaims>[] = [
    { subject: 'https://health.example/' },
    { issuedAt: -1 },
    { expiresAt: claims.issuedAt },
    { ttlSeconds: 0 },
  ]
  for (const overrides of bad) {
    await assert.rejects(signStatusList({ ...claims, ...overrides }, issuerKey.signer, issuerKey.kid), RangeError)
  }
})

test('a list’s id is the last part of its URI', () => {
  assert.equal(statusListUri('https://health.example/s/', 0), 'https://health.example/s/0')
  for (const id of [0, 9, 20_270_115, 2 ** 32 - 1]) assert.equal(statusListIdOf(statusListUri('https://health.example', id)), id)
  for (const uri of ['27', 'https://a/027', 'https://a/4294967296', 'https://a/1/', 'https://a/x']) {
    assert.equal(statusListIdOf(uri), null)
  }
})

test('a pass is judged by the latest list of its own issuer and id', () => {
  const list = (overrides: Partial<VerifiedStatusList>): VerifiedStatusList => ({
    ...claims,
    issuer: 'CN-HZ',
    statusListId: 27,
    ...overrides,
  })
  const older = list({ issuedAt: issuedAt - 100, list: encodeStatusBits([1, 0]) })
  const pass = { issuer: 'CN-HZ', statusListId: 27, statusListIndex: 1 }
  assert.equal(statusOfPass(pass, [list({}), older]), 'invalid')
  assert.equal(statusOfPass(pass, [older, list({})]), 'invalid')
  assert.equal(statusOfPass({ ...pass, statusListIndex: 0 }, [older, list({})]), 'valid')
  assert.equal(statusOfPass({ ...pass, statusListIndex: 8 }, [list({})]), 'unknown')
  assert.equal(statusOfPass({ ...pass, issuer: 'CN-NB' }, [list({})]), 'unknown')
  assert.equal(statusOfPass({ ...pass, statusListId: 28 }, [list({})]), 'unknown')
  assert.equal(statusOfPass(pass, []), 'unknown')
})

test('every list of every width comes back', async () => {
  const widths = fc.constantFrom(1, 2, 4, 8)
  await fc.assert(
    fc.asyncProperty(widths, fc.array(fc.nat(255), { maxLength: 200 }), async (bits, values) => {
      const statuses = values.map((value) => value % 2 ** bits)
      const list = encodeStatusBits(statuses, bits)
      const inflated = await inflateStatusBits(await deflateStatusBits(list), bits)
      assert.deepEqual(inflated, list)
      assert.deepEqual(statuses.map((_, index) => statusAt(list, index)), statuses)
      for (const index of [-1, 0.5, Number.NaN, list.bytes.length * (8 / bits)]) assert.equal(statusAt(list, index), null)
    }),
  )
})

test('every byte of a list token counts, and no bytes make verification throw', async () => {
  const bytes = await signStatusList(claims, issuerKey.signer, issuerKey.kid)
  for (const index of bytes.keys()) {
    const spoiled = bytes.map((byte, at) => (at === index ? byte ^ 0x41 : byte))
    assert.notEqual(await verdict(spoiled), 'accepted', `byte ${index}`)
  }
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (noise) => {
      assert.equal(await verdict(noise), 'malformed')
      assert.equal(await verdict(concatBytes(Uint8Array.of(0xd2), noise)), 'malformed')
      await inflateStatusBits(noise, 2)
    }),
  )
})
