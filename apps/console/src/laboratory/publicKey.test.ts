import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readPublicKey } from './publicKey.ts';

async function newJwk(which: 'publicKey' | 'privateKey'): Promise<JsonWebKey> {
  const pair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify']);
  return crypto.subtle.exportKey('jwk', pair[which]);
}

test('a public key is read alone or as a set of one, without the members that say how it is used', async () => {
  const { kty, crv, x, y, ...rest } = await newJwk('publicKey');
  assert.ok('key_ops' in rest);
  const expected = { ok: true, key: { kty, crv, x, y, kid: 'a' } };
  assert.deepEqual(readPublicKey(JSON.stringify({ kty, crv, x, y, kid: 'a', ...rest })), expected);
  assert.deepEqual(readPublicKey(JSON.stringify({ keys: [{ kty, crv, x, y, kid: 'a' }] })), expected);
});

test('a private key is refused in every form it is pasted in', async () => {
  const key = await newJwk('privateKey');
  for (const pasted of [JSON.stringify(key), JSON.stringify({ keys: [key] }), '-----BEGIN PRIVATE KEY-----\nMIG']) {
    assert.deepEqual(readPublicKey(pasted), { ok: false, fault: 'private' });
  }
});

test('what is no single key of a known curve says why', async () => {
  const key = await newJwk('publicKey');
  assert.deepEqual(readPublicKey('  '), { ok: false, fault: 'empty' });
  assert.deepEqual(readPublicKey('{"kty":'), { ok: false, fault: 'json' });
  assert.deepEqual(readPublicKey(JSON.stringify({ keys: [key, key] })), { ok: false, fault: 'several' });
  assert.deepEqual(readPublicKey(JSON.stringify({ ...key, crv: 'P-521' })), { ok: false, fault: 'kind' });
  assert.deepEqual(readPublicKey(JSON.stringify({ kty: 'RSA', n: 'AQ', e: 'AQAB' })), { ok: false, fault: 'kind' });
});
