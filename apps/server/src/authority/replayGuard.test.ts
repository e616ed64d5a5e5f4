import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeReplayGuard } from './replayGuard.ts';

test('a proof is admitted once for as long as it could be accepted', () => {
  const guard = makeReplayGuard();
  assert.equal(guard.admit('key', 'proof', 1_000_000), true);
  // Other proofs come and go; the generations turn.
  for (let ms = 0; ms <= 240_000; ms += 1000) {
    guard.admit('key', `other ${ms}`, 1_000_000 + ms);
    assert.equal(guard.admit('key', 'proof', 1_000_000 + ms), false, `${ms} ms later`);
  }
});

test('the same proof id of another key is another proof', () => {
  const guard = makeReplayGuard();
  assert.equal(guard.admit('key', 'proof', 0), true);
  assert.equal(guard.admit('other key', 'proof', 0), true);
});
