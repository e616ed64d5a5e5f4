import assert from 'node:assert/strict';
import { test } from 'node:test';
import { getTrust, trustDocumentType, type TrustClaims } from '@health-kit/api';
import { base64url, calculateJwkThumbprint, CompactSign, decodeProtectedHeader } from 'jose';
import { fetchTrust, type TrustOutcome } from './fetchTrust.ts';
import { memoryPins, type TrustPins } from './trustPins.ts';

const startMs = Date.parse('2026-11-23T02:00:00Z');
const daySeconds = 86_400;

/** A key that signs documents: the vault's root, or somebody else's. */
async function newRoot() {
  const { publicKey, privateKey } = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify']);
  const { x = '', y = '' } = await crypto.subtle.exportKey('jwk', publicKey);
  const jwk = { kty: 'EC', crv: 'P-256', x, y };
  return {
    fingerprint: await calculateJwkThumbprint(jwk, 'sha256'),
    sign: (claims: unknown, header: Record<string, unknown> = {}) => new CompactSign(new TextEncoder().encode(JSON.stringify(claims)))
      .setProtectedHeader({ alg: 'ES256', typ: trustDocumentType, jwk, ...header }).sign(privateKey),
  };
}

/** What a vault states `afterSeconds` after the start; `sealing` tells one sealing key from another. */
function claims(afterSeconds = 0, sealing = 'the-vaults', changes: Partial<TrustClaims> = {}): TrustClaims {
  const iat = startMs / 1000 + afterSeconds;
  const point = 'A'.repeat(43);
  return {
    iat, exp: iat + 7 * daySeconds, city: { zh: '海川', en: 'Haichuan' }, issuer: 'HC', timeZone: 'Asia/Shanghai',
    sealingKey: { kty: 'EC', crv: 'P-256', x: point, y: point, kid: sealing },
    keys: [{ issuer: 'HC', name: 'Haichuan', kid: 'AAAA', use: 'pass', publicKey: { kty: 'EC', crv: 'P-256', x: point, y: point }, notBefore: iat, notAfter: iat + daySeconds }],
    ledger: { origin: 'city.example/ledger', key: 'city.example/ledger+00000000+AA', witnesses: [] },
    ...changes,
  };
}

/** A device that asks a server, which answers what the test has it answer. */
function device(pins: TrustPins = memoryPins()) {
  let nowMs = startMs;
  return {
    pins,
    later(seconds: number) {
      nowMs = startMs + seconds * 1000;
    },
    ask: (document: string, expectedRoot: string | null = null): Promise<TrustOutcome> => fetchTrust({
      origin: 'https://city.example', now: () => nowMs, randomBytes: (length) => new Uint8Array(length), key: null, ticket: null,
      fetch: () => Promise.resolve(Response.json({ document, outbox: null, hotline: '12320' })),
    }, pins, expectedRoot),
  };
}

function sealingKeyOf(outcome: TrustOutcome): string {
  return outcome.ok ? outcome.value.sealingKey.kid : assert.fail(`not believed: ${JSON.stringify(outcome)}`);
}
function faultOf(outcome: TrustOutcome): string {
  return !outcome.ok && outcome.reason === 'untrusted' ? outcome.fault : assert.fail('a document that must not be believed was');
}

const vault = await newRoot();
const stranger = await newRoot();

test('the root that a device meets first is remembered, and keys that change under it go through by themselves', async () => {
  const phone = device();
  const first = await phone.ask(await vault.sign(claims()));
  assert.equal(sealingKeyOf(first), 'the-vaults');
  assert.equal((await phone.pins.read())?.root, vault.fingerprint);
  phone.later(3 * daySeconds);
  assert.equal(sealingKeyOf(await phone.ask(await vault.sign(claims(3 * daySeconds, 'rotated')))), 'rotated');
});

test('a sealing key or an issuer key of the server\'s own is refused, signed by whomever', async () => {
  const phone = device();
  await phone.ask(await vault.sign(claims()));
  assert.equal(faultOf(await phone.ask(await stranger.sign(claims(1, 'the-servers')))), 'other-root');

  const [header = '', , signature = ''] = (await vault.sign(claims())).split('.');
  const swapped = (changed: TrustClaims) => `${header}.${base64url.encode(JSON.stringify(changed))}.${signature}`;
  assert.equal(faultOf(await phone.ask(swapped(claims(0, 'the-servers')))), 'unsigned');
  assert.equal(faultOf(await phone.ask(swapped(claims(0, 'the-vaults', { keys: [] })))), 'unsigned');
  // The control: put together again unchanged, it is believed.
  assert.equal(sealingKeyOf(await phone.ask(swapped(claims()))), 'the-vaults');
  assert.equal((await phone.pins.read())?.root, vault.fingerprint, 'what is refused is not remembered either');
});

test('a stranger\'s signature under the header of the root is refused', async () => {
  const phone = device();
  const genuine = await vault.sign(claims());
  await phone.ask(genuine);
  const { jwk } = decodeProtectedHeader(genuine);
  assert.equal(faultOf(await phone.ask(await stranger.sign(claims(1, 'the-servers'), { jwk }))), 'unsigned');
});

test('a document without a signature, with another algorithm or of another type is refused, at the first use too', async () => {
  const body = base64url.encode(JSON.stringify(claims()));
  const none = `${base64url.encode(JSON.stringify({ alg: 'none', typ: trustDocumentType }))}.${body}.`;
  for (const pins of [memoryPins(), memoryPins({ root: vault.fingerprint, newest: null })]) {
    const phone = device(pins);
    for (const document of [none, body, '', '{}', `${body}.${body}`, await vault.sign(claims(), { typ: 'dpop+jwt' }), await vault.sign({ iat: 1 })]) {
      assert.equal(faultOf(await phone.ask(document)), 'unsigned');
    }
  }
});

test('an older document than the one seen is refused; one that servers show unevenly changes nothing', async () => {
  const phone = device();
  const old = await vault.sign(claims(0, 'revoked'));
  phone.later(600);
  assert.equal(sealingKeyOf(await phone.ask(await vault.sign(claims(600, 'new')))), 'new');
  assert.equal(faultOf(await phone.ask(old)), 'older');
  assert.equal(sealingKeyOf(await phone.ask(await vault.sign(claims(599, 'a moment older')))), 'new', 'the newest that was seen is used');
});

test('a document that is a day old is refused even where nothing newer was seen, and an expired one anywhere', async () => {
  const phone = device();
  phone.later(daySeconds + 1);
  assert.equal(faultOf(await phone.ask(await vault.sign(claims(0)))), 'older');
  phone.later(7 * daySeconds);
  assert.equal(faultOf(await phone.ask(await vault.sign(claims(0)))), 'expired');
  assert.equal(faultOf(await phone.ask(await vault.sign(claims(8 * daySeconds)))), 'clock');
});

test('a root that came by another way than the server decides also at the first use', async () => {
  const gate = device();
  assert.equal(faultOf(await gate.ask(await stranger.sign(claims()), vault.fingerprint)), 'other-root');
  assert.equal(await gate.pins.read(), null, 'the stranger is not remembered');
  assert.equal(sealingKeyOf(await gate.ask(await vault.sign(claims()), vault.fingerprint)), 'the-vaults');
  assert.equal(faultOf(await gate.ask(await vault.sign(claims()), stranger.fingerprint)), 'other-root', 'a link that names another root does not replace the one that is known');
});

test('the server signs nothing itself: the contract has no other member that names a key', () => {
  assert.deepEqual(Object.keys(getTrust.response?.properties ?? {}), ['document', 'outbox', 'hotline', 'identityProvider']);
  assert.equal(getTrust.response?.properties.identityProvider.type, 'string', 'a name for people, and no key of it');
});
