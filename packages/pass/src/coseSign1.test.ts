import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { Algorithms, Headers, ProtectedHeaders, Sign1, UnprotectedHeaders } from '@auth0/cose'
import fc from 'fast-check'
import { decodeBase64url, encodeBase64url } from './base64url.ts'
import { concatBytes } from './bytes.ts'
import { encodeCbor } from './cbor.ts'
import type { CoseSign1Verification } from './coseSign1.ts'
import { encodeCoseSign1, signCoseSign1, verifyCoseSign1 } from './coseSign1.ts'
import type { P256PublicJwk } from './p256.ts'
import { importVerificationKey, parseP256PublicJwk } from './p256.ts'
import { deviceKey, fromHex, issuerKey, strangerKey, toHex } from './testCity.ts'

const payload = new TextEncoder().encode('This is the content.')
const kid = encodeBase64url(new TextEncoder().encode('11'))

async function verifyWith(
  bytes: Uint8Array,
  keys: readonly P256PublicJwk[],
  options: { externalAad?: Uint8Array } = {},
): Promise<CoseSign1Verification<{ cryptoKey: CryptoKey }>> {
  const imported = await Promise.all(keys.map(async (key) => ({ cryptoKey: await importVerificationKey(key) })))
  return verifyCoseSign1(bytes, () => imported, options)
}

function reasonOf(verification: CoseSign1Verification<{ cryptoKey: CryptoKey }>): string {
  return verification.verified ? 'verified' : verification.reason
}

test('what we sign, @auth0/cose verifies', async () => {
  const bytes = await signCoseSign1(payload, issuerKey.signer, issuerKey.kid)
  const message = Sign1.decode(bytes)
  await message.verify(await importVerificationKey(issuerKey.publicKey))
  assert.deepEqual(new Uint8Array(message.payload), payload)
  await assert.rejects(message.verify(await importVerificationKey(strangerKey.publicKey)))
})

test('what @auth0/cose signs, we verify', async () => {
  const kidBytes = decodeBase64url(issuerKey.kid) ?? new Uint8Array()
  const message = await Sign1.sign(
    new ProtectedHeaders([[Headers.Algorithm, Algorithms.ES256]]),
    new UnprotectedHeaders([[Headers.KeyID, kidBytes]]),
    payload,
    issuerKey.privateKey,
  )
  const verification = await verifyCoseSign1(new Uint8Array(message.encode()), async (found) => {
    assert.equal(found, issuerKey.kid)
    return [{ cryptoKey: await importVerificationKey(issuerKey.publicKey) }]
  })
  assert.ok(verification.verified)
  assert.deepEqual(verification.message.payload, new Uint8Array(payload))
})

test('the protected header is {1: -7, 4: kid} in deterministic CBOR', async () => {
  const bytes = await signCoseSign1(payload, issuerKey.signer, kid)
  assert.equal(toHex(bytes).slice(0, 26), '84' + '47a2012604423131' + 'a0' + '54' + '5468')
})

test('the example with external data of the COSE working group verifies, and only with it', async () => {
  // cose-wg/Examples, sign1-tests/sign-pass-02
  const bytes = fromHex(
    'd28443a10126a10442313154546869732069732074686520636f6e74656e742e584010729cd711cb3813d8d8e944a8da7111e7b258c9' +
      'bdca6135f7ae1adbee9509891267837e1e33bd36c150326ae62755c6bd8e540c3e8f92d7d225e8db72b8820b',
  )
  const externalAad = fromHex('11aa22bb33cc44dd55006699')
  assert.equal(reasonOf(await verifyWith(bytes, [deviceKey.publicKey], { externalAad })), 'verified')
  assert.equal(reasonOf(await verifyWith(bytes, [deviceKey.publicKey])), 'bad-signature')
})

test('untagged and tagged 18 are accepted, any other tag is not', async () => {
  const bytes = await signCoseSign1(payload, issuerKey.signer, kid)
  const keys = [issuerKey.publicKey]
  assert.equal(reasonOf(await verifyWith(bytes, keys)), 'verified')
  assert.equal(reasonOf(await verifyWith(concatBytes(Uint8Array.of(0xd2), bytes), keys)), 'verified')
  for (const tag of [[0xd1], [0xd8, 0x12], [0xd2, 0xd2], [0xd8, 0x3d, 0xd2]]) {
    assert.equal(reasonOf(await verifyWith(concatBytes(Uint8Array.from(tag), bytes), keys)), 'malformed')
  }
})

test('all keys that bear the kid are tried', async () => {
  const bytes = await signCoseSign1(payload, issuerKey.signer, kid)
  const keys = [strangerKey.publicKey, deviceKey.publicKey, issuerKey.publicKey]
  assert.equal(reasonOf(await verifyWith(bytes, keys)), 'verified')
  assert.equal(reasonOf(await verifyWith(bytes, keys.slice(0, 2))), 'bad-signature')
  assert.equal(reasonOf(await verifyWith(bytes, [])), 'unknown-key')
})

test('each refusal has its reason', async () => {
  const signature = new Uint8Array(64)
  const message = (header: Uint8Array): Uint8Array => encodeCoseSign1(header, payload, signature)
  const reason = async (bytes: Uint8Array): Promise<string> => reasonOf(await verifyWith(bytes, [issuerKey.publicKey]))
  assert.equal(await reason(new Uint8Array()), 'malformed')
  assert.equal(await reason(encodeCbor([new Uint8Array(), new Map(), payload])), 'malformed')
  assert.equal(await reason(message(Uint8Array.of(0xff))), 'malformed')
  assert.equal(await reason(message(new Uint8Array())), 'unknown-algorithm')
  assert.equal(await reason(message(encodeCbor(new Map([[1, -8]])))), 'unknown-algorithm')
  assert.equal(await reason(message(encodeCbor(new Map([[1, -35]])))), 'unknown-algorithm')
  const critical = encodeCbor(new Map<number, number | number[]>([[1, -7], [2, [99]]]))
  assert.equal(await reason(message(critical)), 'unsupported-critical-header')
  assert.equal(await reason(message(encodeCbor(new Map([[1, -7]])))), 'bad-signature')
})

test('an algorithm in the unprotected header counts for nothing', async () => {
  const bytes = encodeCbor([new Uint8Array(), new Map([[1, -7]]), payload, new Uint8Array(64)])
  assert.equal(reasonOf(await verifyWith(bytes, [issuerKey.publicKey])), 'unknown-algorithm')
})

test('a label in both headers, or twice in one, is malformed', async () => {
  const header = encodeCbor(new Map<number, number | Uint8Array>([[1, -7], [4, new Uint8Array(2)]]))
  const both = encodeCbor([header, new Map([[4, new Uint8Array(3)]]), payload, new Uint8Array(64)])
  assert.equal(reasonOf(await verifyWith(both, [issuerKey.publicKey])), 'malformed')
  const twice = encodeCoseSign1(fromHex('a2012601382e'), payload, new Uint8Array(64))
  assert.equal(reasonOf(await verifyWith(twice, [issuerKey.publicKey])), 'malformed')
})

test('a key finder that fails refuses the message', async () => {
  const bytes = await signCoseSign1(payload, issuerKey.signer, kid)
  const verification = await verifyCoseSign1(bytes, () => Promise.reject(new Error('no list')))
  assert.equal(reasonOf(verification), 'bad-signature')
})

test('a signer that returns another form of signature, and a kid that is none, are refused on signing', async () => {
  await assert.rejects(signCoseSign1(payload, () => Promise.resolve(new Uint8Array(71)), kid), RangeError)
  for (const bad of ['', '=', 'AAAAAAAAAAAA', 'A']) {
    await assert.rejects(signCoseSign1(payload, issuerKey.signer, bad), RangeError)
  }
})

test('no bytes make verification throw, and none verify by chance', async () => {
  const bytes = await signCoseSign1(payload, issuerKey.signer, kid)
  const spoiled = fc
    .tuple(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }))
    .map(([at, flip]) => bytes.map((byte, index) => (index === at ? byte ^ flip : byte)))
  await fc.assert(
    fc.asyncProperty(fc.oneof(fc.uint8Array({ maxLength: 200 }), spoiled), async (input) => {
      // the unprotected header (its one byte is 0xa0) is not signed, yet no other byte fits there
      assert.notEqual(reasonOf(await verifyWith(input, [issuerKey.publicKey])), 'verified')
    }),
    { numRuns: 500 },
  )
})

test('deep nesting is refused, not a crash', async () => {
  const bytes = new Uint8Array(200_000).fill(0x81)
  assert.equal(reasonOf(await verifyWith(bytes, [issuerKey.publicKey])), 'malformed')
})

function member(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (found, name) => (typeof found === 'object' && found !== null ? Object.entries(found).find(([key]) => key === name)?.[1] : undefined),
    value,
  )
}

const shared = process.env.HK_SHARED_DATA
const vectors = shared === undefined ? null : join(shared, 'vectors', 'cose')

test(
  'the ES256 vectors of the COSE working group come out as they say',
  { skip: vectors === null || !existsSync(vectors) ? 'HK_SHARED_DATA names no folder with vectors/cose' : false },
  async () => {
    assert.ok(vectors !== null)
    const verdicts: Record<string, string> = {}
    for (const folder of ['sign1-tests', 'ecdsa-examples', 'CWT']) {
      for (const file of readdirSync(join(vectors, folder))) {
        const vector: unknown = JSON.parse(readFileSync(join(vectors, folder, file), 'utf8'))
        if (member(vector, 'input', 'sign0') === undefined) continue
        const coordinate = (name: string): unknown => {
          const hex = member(vector, 'input', 'sign0', 'key', `${name}_hex`)
          return typeof hex === 'string' ? encodeBase64url(fromHex(hex)) : member(vector, 'input', 'sign0', 'key', name)
        }
        const [kty, crv] = ['kty', 'crv'].map((name) => member(vector, 'input', 'sign0', 'key', name))
        const publicKey = parseP256PublicJwk({ kty, crv, x: coordinate('x'), y: coordinate('y') })
        const external = member(vector, 'input', 'sign0', 'external')
        const options = typeof external === 'string' ? { externalAad: fromHex(external) } : {}
        const bytes = fromHex(String(member(vector, 'output', 'cbor')))
        const verification = await verifyWith(bytes, publicKey === null ? [] : [publicKey], options)
        verdicts[file] = reasonOf(verification)
      }
    }
    assert.deepEqual(verdicts, {
      'sign-fail-01.json': 'malformed',
      'sign-fail-02.json': 'bad-signature',
      'sign-fail-03.json': 'unknown-algorithm',
      'sign-fail-04.json': 'unknown-algorithm',
      'sign-fail-06.json': 'bad-signature',
      'sign-fail-07.json': 'bad-signature',
      // names its algorithm in the unprotected header, which RFC 9052 allows and we do not
      'sign-pass-01.json': 'unknown-algorithm',
      'sign-pass-02.json': 'verified',
      'sign-pass-03.json': 'verified',
      'ecdsa-sig-01.json': 'verified',
      'ecdsa-sig-02.json': 'unknown-algorithm',
      'ecdsa-sig-03.json': 'unknown-algorithm',
      'ecdsa-sig-04.json': 'unknown-algorithm',
      'A_3.json': 'verified',
    })
  },
)
