import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compactDecrypt } from 'jose';
import { makeKey, signHolder } from './deviceKey.ts';
import { sealTo } from './sealTo.ts';

test('the private half of a device key cannot be exported', async () => {
  const key = await makeKey();
  await assert.rejects(crypto.subtle.exportKey('jwk', key.privateKey));
});

test('the holder signature is 64 bytes that verify over exactly what was signed', async () => {
  const key = await makeKey();
  const signature = await signHolder(key)(new Uint8Array([1, 2, 3]));
  assert.equal(signature.length, 64);
  const verify = (bytes: Uint8Array<ArrayBuffer>) => crypto.subtle.verify({ name: 'ECDSA', hash: 'SHA-256' }, key.publicKey, signature, bytes);
  assert.equal(await verify(new Uint8Array([1, 2, 3])), true);
  assert.equal(await verify(new Uint8Array([1, 2, 4])), false);
});

test('what is sealed opens with the private half of the sealing key and with no other', async () => {
  const makeSealing = () => crypto.subtle.generateKey({ name: 'ECDH', namedCurve: 'P-256' }, true, ['deriveBits']);
  const [sealing, other] = [await makeSealing(), await makeSealing()];
  const jwk = await crypto.subtle.exportKey('jwk', sealing.publicKey);
  const sealed = await sealTo({ kty: 'EC', crv: 'P-256', x: jwk.x ?? '', y: jwk.y ?? '', kid: 'seal-1' }, { familyName: '王' });
  const opened = await compactDecrypt(sealed, sealing.privateKey);
  assert.deepEqual(JSON.parse(new TextDecoder().decode(opened.plaintext)), { familyName: '王' });
  assert.deepEqual({ alg: opened.protectedHeader.alg, enc: opened.protectedHeader.enc, kid: opened.protectedHeader.kid }, { alg: 'ECDH-ES', enc: 'A256GCM', kid: 'seal-1' });
  await assert.rejects(compactDecrypt(sealed, other.privateKey));
});
