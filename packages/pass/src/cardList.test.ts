import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sha256 } from './bytes.ts'
import type { CardListClaims } from './cardList.ts'
import { cardTagBytes, cardTagMessage, joinCardTags, signCardList, statusOfCard, verifyCardList } from './cardList.ts'
import { signStatusList, encodeStatusBits, statusListUri, verifyStatusList } from './statusList.ts'
import { issuedAt, issuerKey, nowMs, strangerKey, trusted } from './testCity.ts'
import { signPass } from './passToken.ts'
import { passClaims } from './testCity.ts'

const listKey = trusted({ use: 'status-list' })
const trustList = { issuers: [listKey] }
const salt = new Uint8Array(16).fill(9)
const cards = Array.from({ length: 40 }, (_, number) => new Uint8Array(16).fill(number))
const card = (number: number) => ({ issuer: 'CN-HZ', issuedAt, passId: cards[number] ?? assert.fail('no such card') })
const tagsOf = async (numbers: readonly number[], withSalt = salt) => joinCardTags(await Promise.all(
  numbers.map(async (number) => (await sha256(cardTagMessage(withSalt, card(number).passId))).subarray(0, cardTagBytes)),
))
const claims: CardListClaims = {
  issuer: 'CN-HZ', issuedAt: issuedAt + 3500, salt,
  tags: { clear: await tagsOf([...Array(30).keys()]), caution: await tagsOf([30, 31]), isolate: await tagsOf([32]) },
}
const signed = await signCardList(claims, issuerKey.signer, issuerKey.kid)

async function read(bytes: Uint8Array, at = nowMs) {
  const verification = await verifyCardList(bytes, trustList, at)
  return verification.accepted ? verification.cardList : assert.fail(verification.reason)
}
async function verdict(bytes: Uint8Array, at = nowMs): Promise<string> {
  const verification = await verifyCardList(bytes, trustList, at)
  return verification.accepted ? 'accepted' : verification.reason
}

test('each card has the status that its list says, and one that is in no list has ended', async () => {
  const list = await read(signed)
  const said = await Promise.all(cards.map((_, number) => statusOfCard(card(number), list)))
  assert.deepEqual(said.slice(0, 30), Array(30).fill('clear'))
  assert.deepEqual(said.slice(30, 34), ['caution', 'caution', 'isolate', 'ended'])
})

test('a card made after the list, and one of another issuer, are unknown to it; one made after it that it nevertheless has is known', async () => {
  const list = await read(signed)
  assert.equal(await statusOfCard({ ...card(35), issuedAt: list.issuedAt + 1 }, list), 'unknown')
  assert.equal(await statusOfCard({ ...card(3), issuer: 'CN-SZ' }, list), 'unknown')
  assert.equal(await statusOfCard({ ...card(3), issuedAt: list.issuedAt + 1 }, list), 'clear')
})

test('of a tag under two statuses the stricter counts', async () => {
  const list = await read(await signCardList({ ...claims, tags: { ...claims.tags, isolate: await tagsOf([5, 32]) } }, issuerKey.signer, issuerKey.kid))
  assert.equal(await statusOfCard(card(5), list), 'isolate')
})

test('two lists with salts of their own have no tag in common: who has not seen a card cannot follow it', async () => {
  const next = await tagsOf([...Array(30).keys()], new Uint8Array(16).fill(10))
  const tags = (joined: Uint8Array) => Array.from({ length: joined.length / cardTagBytes }, (_, index) => Buffer.from(joined.subarray(index * cardTagBytes, (index + 1) * cardTagBytes)).toString('hex'))
  const known = new Set(tags(claims.tags.clear))
  assert.equal(known.size, 30)
  assert.deepEqual(tags(next).filter((tag) => known.has(tag)), [])
})

test('a list that anything was changed in, that a stranger signed, or that is of the future is refused', async () => {
  for (let index = 0; index < signed.length; index += 7) {
    const altered = Uint8Array.from(signed)
    altered[index] = (altered[index] ?? 0) ^ 1
    assert.notEqual(await verdict(altered), 'accepted', `byte ${index}`)
  }
  assert.equal(await verdict(await signCardList(claims, strangerKey.signer, issuerKey.kid)), 'bad-signature')
  assert.equal(await verdict(signed, (claims.issuedAt - 60) * 1000), 'not-yet-valid')
})

test('no other statement of the same key passes for a card list, nor a card list for another', async () => {
  const statusList = await signStatusList(
    { subject: statusListUri('https://health.example/v1/status-lists', 27), issuedAt, expiresAt: issuedAt + 7200, ttlSeconds: 60, list: encodeStatusBits([0, 1]) },
    issuerKey.signer, issuerKey.kid,
  )
  assert.equal(await verdict(statusList), 'malformed')
  assert.equal(await verdict(await signPass(passClaims, issuerKey.signer, issuerKey.kid)), 'malformed')
  assert.deepEqual(await verifyStatusList(signed, trustList, nowMs), { accepted: false, reason: 'malformed' })
})

test('nothing out of bounds is signed', async () => {
  const sign = (changes: Partial<CardListClaims>) => signCardList({ ...claims, ...changes }, issuerKey.signer, issuerKey.kid)
  await assert.rejects(async () => sign({ salt: new Uint8Array(8) }), RangeError)
  await assert.rejects(async () => sign({ issuer: '' }), RangeError)
  await assert.rejects(async () => sign({ tags: { ...claims.tags, clear: new Uint8Array(7) } }), RangeError)
  await assert.rejects(async () => sign({ tags: { ...claims.tags, clear: Uint8Array.of(2, 0, 0, 0, 0, 1, 0, 0, 0, 0) } }), RangeError)
  assert.throws(() => joinCardTags([new Uint8Array(4)]), RangeError)
})
