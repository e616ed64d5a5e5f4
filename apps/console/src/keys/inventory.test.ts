import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keyKinds, rotatedKinds, type KeyEntry, type KeyRotation } from '@health-kit/api';
import { endingKeys, inOrder, percentDone, reasonAgainst, rotateCommand, runningRotation, sectorOf } from './inventory.ts';

const now = Date.parse('2026-11-24T08:00:00Z');
const inDays = (days: number) => new Date(now + days * 86_400_000).toISOString();
const key = (over: Partial<KeyEntry>): KeyEntry => ({
  name: 'issuer/pass/1', kind: 'pass', version: 1, state: 'current', createdAt: inDays(-100), from: null, until: inDays(500), kekVersion: 1, ...over,
});
const rotation = (over: Partial<KeyRotation>): KeyRotation => ({
  rotationId: 'a', kind: 'kek', revokes: false, startedAt: inDays(0), finishedAt: null, done: 0, total: 10, ...over,
});

test('an issuer key warns within sixty days of its end, and past it', () => {
  const left = (days: number) => endingKeys([key({ until: inDays(days) })], now).map(({ daysLeft }) => daysLeft);
  assert.deepEqual(left(60), []);
  assert.deepEqual(left(59.9), [59]);
  assert.deepEqual(left(0.5), [0]);
  assert.deepEqual(left(-0.5), [-1]);
});

test('a key does not warn that has no end, signs nothing for outside, is no longer used, or has a successor', () => {
  assert.deepEqual(endingKeys([key({ until: null }), key({ kind: 'sealing', name: 'sealing/1', until: inDays(3) }), key({ state: 'former', until: inDays(3) }), key({ state: 'revoked', until: inDays(3) })], now), []);
  const ending = key({ until: inDays(3) });
  assert.deepEqual(endingKeys([ending, key({ name: 'issuer/pass/2', version: 2, state: 'next' })], now), []);
  assert.equal(endingKeys([ending, key({ name: 'issuer/pass/2', version: 2, state: 'next', until: inDays(2) })], now).length, 1, 'a successor that ends before');
  assert.equal(endingKeys([ending, key({ name: 'issuer/pass/2', version: 2, state: 'revoked' })], now).length, 1, 'a successor that is refused');
  assert.equal(endingKeys([ending, key({ name: 'issuer/venue/1', kind: 'venue' })], now).length, 1, 'a key of another kind');
});

test('keys stand by kind, then by name, the newest version first', () => {
  const names = ['sector/visit', 'issuer/pass/1', 'kek/1', 'sector/health', 'issuer/pass/10', 'kek/2'];
  const entries = names.map((name) => key({ name, kind: name.startsWith('kek') ? 'kek' : name.startsWith('sector') ? 'sector' : 'pass', version: Number(/\d+$/.exec(name)?.[0] ?? 1) }));
  assert.deepEqual(inOrder(entries).map(({ name }) => name), ['kek/2', 'kek/1', 'issuer/pass/10', 'issuer/pass/1', 'sector/health', 'sector/visit']);
});

test('a sector is told by its name, and an unknown one is none', () => {
  assert.equal(sectorOf(key({ kind: 'sector', name: 'sector/visit/2' })), 'visit');
  assert.equal(sectorOf(key({ kind: 'sector', name: 'sector/moon' })), null);
  assert.equal(sectorOf(key({ kind: 'venue', name: 'issuer/venue/1' })), null);
});

test('a rotation under way is found by its kind, and its share is never more than all', () => {
  const running = rotation({ done: 999, total: 1000 });
  assert.equal(runningRotation([rotation({ kind: 'pass' }), rotation({ finishedAt: inDays(0) }), running], 'kek'), running);
  assert.equal(runningRotation([rotation({ finishedAt: inDays(0) })], 'kek'), null);
  assert.equal(percentDone(running), 99);
  assert.equal(percentDone(rotation({ done: 12, total: 10 })), 100);
  assert.equal(percentDone(rotation({ total: 0 })), null);
});

test('the kinds that the command replaces have it, and every other has a reason', () => {
  for (const kind of ['kek', 'data', 'status-list', 'blind-index'] as const) assert.equal(rotateCommand(kind), `npm run healthkit -- keys rotate ${kind}`);
  const without = keyKinds.filter((kind) => rotateCommand(kind) === null);
  assert.deepEqual(without.map((kind) => [kind, reasonAgainst(kind)]), [['day', 'day'], ['pass-id-root', 'pass-id-root'], ['ledger', 'ledger'], ['trust-root', 'trust-root'], ['sector', 'sector'], ['other', 'other']]);
  assert.equal(without.length + rotatedKinds.length, keyKinds.length);
  for (const kind of rotatedKinds) assert.equal(reasonAgainst(kind), null);
});
