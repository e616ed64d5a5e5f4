import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { approvalChallenge, asksFor, signInChallenge, sunsetChallenge } from './challenges.ts';

const sha256 = (...parts: readonly (string | Buffer)[]) => createHash('sha256').update(Buffer.concat(parts.map((part) => Buffer.from(part)))).digest();
const nonce = Buffer.alloc(32, 7);
const thumbprint = 'a thumbprint of the page\'s own key';
const statement = '{"case":"c","disclosure":"d","fields":["name","phone"],"requestedAt":"2026-11-23T00:00:00Z"}';

test('a sign-in is a challenge of the nonce and the own session key', async () => {
  const expected = await signInChallenge(nonce.toString('base64url'), thumbprint);
  assert.equal(expected, sha256('health-kit sign-in\n', nonce, thumbprint).toString('base64url'));
  assert.notEqual(await signInChallenge(nonce.toString('base64url'), 'of another key'), expected);
  for (const wrong of ['', 'AAAA', '!', Buffer.alloc(33).toString('base64url')]) assert.equal(await signInChallenge(wrong, thumbprint), null);
});

test('a page that signs in signs no other challenge: not a disclosure\'s, an order\'s, an invitation\'s, a release\'s or the end\'s', async () => {
  const expected = await signInChallenge(nonce.toString('base64url'), thumbprint);
  assert.equal(asksFor({ challenge: expected }, expected), true);
  for (const meaning of ['disclosure request', 'disclosure approval', 'order', 'invitation', 'officer release'] as const) {
    assert.equal(asksFor({ challenge: await approvalChallenge(meaning, statement, {}) }, expected), false, meaning);
  }
  assert.equal(asksFor({ challenge: await sunsetChallenge('{"type":"health-kit-sunset-1"}') }, expected), false);
  assert.equal(asksFor({ challenge: sha256(statement).toString('base64url') }, expected), false);
  assert.equal(asksFor({}, expected), false);
  assert.equal(asksFor({ challenge: null }, null), false, 'what could not be reckoned is never what was asked');
});

test('an approval is of what the page shows, with one meaning', async () => {
  const shown = { disclosure: 'd', case: 'c', fields: ['phone', 'name'], requestedAt: new Date('2026-11-23T00:00:00.000Z') };
  assert.equal(await approvalChallenge('disclosure approval', statement, shown), sha256('health-kit disclosure approval\n', sha256(statement)).toString('base64url'));
  assert.notEqual(await approvalChallenge('disclosure request', statement, shown), await approvalChallenge('disclosure approval', statement, shown));
  for (const other of [{ disclosure: 'e' }, { fields: ['name'] }, { fields: ['name', 'phone', 'document'] }, { fields: ['name', 'document'] }, { requestedAt: new Date(0) }, { reason: 'none' }]) {
    assert.equal(await approvalChallenge('disclosure approval', statement, { ...shown, ...other }), null);
  }
  for (const none of ['', '[]', 'null', '{']) assert.equal(await approvalChallenge('order', none, { proposal: 'p' }), null);
  assert.equal(await sunsetChallenge(statement), null);
});
