import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { findTrustedKeys, isInForce, parseTrustList } from './trustList.ts'
import { deviceKey, issuedAt, issuerKey, strangerKey, trusted, trustList } from './testCity.ts'

test('a trust list survives JSON, and members we do not know are dropped', () => {
  assert.deepEqual(parseTrustList(JSON.parse(JSON.stringify(trustList))), trustList)
  assert.deepEqual(parseTrustList({ issuers: [{ ...trusted(), note: 'x' }], version: 3 }), { issuers: [trusted()] })
})

test('a list with one bad entry is refused as a whole', () => {
  const bad: unknown[] = [
    { ...trusted(), issuer: 'cn hz' },
    { ...trusted(), issuer: 'TOO-LONG' },
    { ...trusted(), kid: '' },
    { ...trusted(), kid: 'not base64url' },
    { ...trusted(), use: 'everything' },
    { ...trusted(), notBefore: '2027-01-01' },
    { ...trusted(), notAfter: -1 },
    { ...trusted(), publicKey: { ...issuerKey.publicKey, y: deviceKey.publicKey.y } },
    { ...trusted(), name: undefined },
    null,
  ]
  for (const entry of bad) assert.equal(parseTrustList({ issuers: [trusted(), entry] }), null)
})

test('no JSON makes the reader throw', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      parseTrustList(value)
      parseTrustList({ issuers: value })
      assert.equal(parseTrustList({ issuers: [value] }), null)
    }),
  )
})

test('keys are found by kid and use, all that bear it', async () => {
  const twin = trusted({ publicKey: strangerKey.publicKey, issuer: 'CN-NB' })
  const list = { issuers: [...trustList.issuers, twin] }
  const found = await findTrustedKeys(list, 'pass', issuerKey.kid)
  assert.deepEqual(found.map((key) => key.trusted.issuer), ['CN-HZ', 'CN-NB'])
  assert.equal((await findTrustedKeys(list, 'venue', issuerKey.kid)).length, 1)
  assert.equal((await findTrustedKeys(list, 'pass', 'AAAA')).length, 0)
  assert.equal((await findTrustedKeys(list, 'pass', null)).length, 0)
})

test('a key that cannot be imported is left out and spoils no other', async () => {
  const broken = trusted({ publicKey: { ...issuerKey.publicKey, y: deviceKey.publicKey.y } })
  const found = await findTrustedKeys({ issuers: [broken, trusted()] }, 'pass', issuerKey.kid)
  assert.deepEqual(found.map((key) => key.trusted), [trusted()])
})

test('a key vouches from its first second up to its last', () => {
  const key = trusted({ notBefore: issuedAt, notAfter: issuedAt + 100 })
  assert.equal(isInForce(key, issuedAt, issuedAt * 1000), true)
  assert.equal(isInForce(key, issuedAt - 1, issuedAt * 1000), false)
  assert.equal(isInForce(key, issuedAt, (issuedAt + 100) * 1000 - 1), true)
  assert.equal(isInForce(key, issuedAt, (issuedAt + 100) * 1000), false)
  assert.equal(isInForce(key, issuedAt + 100, issuedAt * 1000), false)
  assert.equal(isInForce(key, issuedAt, Number.NaN), false)
})
