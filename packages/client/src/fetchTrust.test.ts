import assert from 'node:assert/strict';
import { test } from 'node:test';
import { trustDocumentType } from '@health-kit/api';
import { calculateJwkThumbprint, CompactSign } from 'jose';
import type { Connection } from './connection.ts';
import { adoptRoot, fetchTrust, type TrustOutcome } from './fetchTrust.ts';
import { memoryPins, type TrustPins } from './trustPins.ts';

const nowMs = Date.parse('2026-11-23T02:00:00Z');

async function newRoot() {
  const { publicKey, privateKey } = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify']);
  const { x = '', y = '' } = await crypto.subtle.exportKey('jwk', publicKey);
  const jwk = { kty: 'EC', crv: 'P-256', x, y };
  const point = 'A'.repeat(43);
  return {
    fingerprint: await calculateJwkThumbprint(jwk, 'sha256'),
    /** A document of `ageSeconds` before now. */
    document: (ageSeconds = 0) => {
      const iat = nowMs / 1000 - ageSeconds;
      return new CompactSign(new TextEncoder().encode(JSON.stringify({
        iat, exp: iat + 604_800, city: { zh: '海川', en: 'Haichuan' }, issuer: 'HC', timeZone: 'Asia/Shanghai',
        sealingKey: { kty: 'EC', crv: 'P-256', x: point, y: point, kid: `of ${ageSeconds} s ago` }, keys: [],
        ledger: { origin: 'city.example/ledger', key: 'city.example/ledger+00000000+AA', witnesses: [] },
      }))).setProtectedHeader({ alg: 'ES256', typ: trustDocumentType, jwk }).sign(privateKey);
    },
  };
}
const [vault, server] = await Promise.all([newRoot(), newRoot()]);

/** A request to a server that answers it when, and with what, the test says. */
function request(): { readonly connection: Connection; answer(document: string): void } {
  const { promise, resolve } = Promise.withResolvers<string>();
  return {
    connection: {
      origin: 'https://city.example', now: () => nowMs, randomBytes: (length) => new Uint8Array(length), key: null, ticket: null,
      fetch: async () => Response.json({ document: await promise, outbox: null, hotline: '12320' }),
    },
    answer: resolve,
  };
}
/** A browser's storage: each step of it takes a turn, in which others have theirs. */
function slowPins(): TrustPins {
  const pins = memoryPins();
  const turn = () => new Promise((resolve) => setTimeout(resolve, 1));
  return {
    read: () => turn().then(() => pins.read()),
    keep: (pin, seenRoot) => turn().then(() => pins.keep(pin, seenRoot)),
  };
}
const rootOf = async (pins: TrustPins) => (await pins.read())?.root ?? null;
const faultOf = (outcome: TrustOutcome) => (!outcome.ok && outcome.reason === 'untrusted' ? outcome.fault : outcome.ok ? 'believed' : outcome.reason);

/** Asks with a given fingerprint and without one at the same time; the server answers in either order, or both at once. */
const orders = ['given first', 'given last', 'at once'] as const;
async function answered(order: (typeof orders)[number], given: ReturnType<typeof request>, asked: Promise<unknown>, other: ReturnType<typeof request>, otherAsked: Promise<unknown>): Promise<void> {
  const [trueOne, ownOne] = await Promise.all([vault.document(), server.document()]);
  if (order !== 'given last') given.answer(trueOne);
  if (order === 'given first') await asked;
  other.answer(ownOne);
  if (order === 'given last') await otherAsked;
  given.answer(trueOne);
  await Promise.all([asked, otherAsked]);
}

for (const order of orders) {
  test(`a root that came with an invitation or a gate code stays, whatever the server tells another page meanwhile (${order})`, async () => {
    const pins = slowPins();
    const [withCode, without] = [request(), request()];
    const invited = fetchTrust(withCode.connection, pins, vault.fingerprint);
    const met = fetchTrust(without.connection, pins);
    await answered(order, withCode, invited, without, met);
    assert.equal(faultOf(await invited), 'believed');
    assert.equal(await rootOf(pins), vault.fingerprint);
    if (order === 'given first') assert.equal(faultOf(await met), 'other-root', 'nor is what that page heard believed there');
    const after = request();
    after.answer(await server.document());
    assert.equal(faultOf(await fetchTrust(after.connection, pins)), 'other-root');
  });

  test(`a fingerprint that was typed is not undone by a request that was under way (${order})`, async () => {
    const pins = slowPins();
    await pins.keep({ root: server.fingerprint, newest: null }, null);
    const [withTyped, without] = [request(), request()];
    const typed = adoptRoot(withTyped.connection, pins, vault.fingerprint);
    const refreshed = fetchTrust(without.connection, pins);
    await answered(order, withTyped, typed, without, refreshed);
    assert.equal(faultOf(await typed), 'believed');
    assert.equal(await rootOf(pins), vault.fingerprint);
  });
}

test('a code and a typed fingerprint replace no root that came with another code meanwhile', async () => {
  for (const ask of [fetchTrust, adoptRoot]) {
    const pins = slowPins();
    const [first, second] = [request(), request()];
    const [one, other] = [fetchTrust(first.connection, pins, vault.fingerprint), ask(second.connection, pins, server.fingerprint)];
    first.answer(await vault.document());
    assert.equal(faultOf(await one), 'believed');
    second.answer(await server.document());
    assert.equal(faultOf(await other), 'other-root');
    assert.equal(await rootOf(pins), vault.fingerprint);
  }
});

test('an older document that comes late neither replaces the newest nor is used in its place', async () => {
  const [newest, little, hour] = await Promise.all([0, 60, 3600].map((age) => vault.document(age)));
  assert.ok(newest !== undefined && little !== undefined && hour !== undefined);
  for (const atOnce of [false, true]) {
    const pins = slowPins();
    const [first, second, third] = [request(), request(), request()];
    const [early, late, tooLate] = [fetchTrust(first.connection, pins), fetchTrust(second.connection, pins), fetchTrust(third.connection, pins)];
    first.answer(newest);
    if (!atOnce) await early;
    second.answer(little);
    third.answer(hour);
    const outcome = await late;
    assert.equal(outcome.ok ? outcome.value.sealingKey.kid : outcome.reason, 'of 0 s ago', 'servers show a document unevenly');
    assert.equal(faultOf(await tooLate), 'older');
    assert.equal((await pins.read())?.newest?.issuedAt, nowMs / 1000);
  }
});
