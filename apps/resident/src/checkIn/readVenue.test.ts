import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keyIdOf, parseP256PublicJwk, signerFromCryptoKey, signVenueCode, venueCodeText, venueCodeUrl, type VenueClaims } from '@health-kit/pass';
import { issuerName, readVenue, trustListOf } from './readVenue.ts';

const nowMs = Date.UTC(2026, 10, 23, 4);
const claims: VenueClaims = { issuer: 'LJ', issuedAt: nowMs / 1000 - 86_400, venueId: new Uint8Array(16).fill(7), venueName: '东方商场', usualStayMinutes: 30, venueKind: 'shop' };

async function city() {
  const pair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify']);
  const publicKey = parseP256PublicJwk(await crypto.subtle.exportKey('jwk', pair.publicKey));
  assert(publicKey !== null);
  const kid = await keyIdOf(publicKey);
  return {
    kid, sign: (venue: VenueClaims, as = kid) => signVenueCode(venue, signerFromCryptoKey(pair.privateKey), as),
    keys: [{ issuer: 'LJ', name: '临江市', kid, use: 'venue', publicKey, notBefore: 0, notAfter: 0xffffffff }],
  };
}

test('the poster of a trusted city is genuine, as a link of any host and as bare text', async () => {
  const { sign, keys } = await city();
  const trust = trustListOf({ keys });
  assert(trust !== null);
  const bytes = await sign(claims);
  for (const text of [venueCodeUrl('https://elsewhere.example', bytes), venueCodeText(bytes), ` ${venueCodeText(bytes)}\n`]) {
    const reading = await readVenue(text, trust, nowMs);
    assert(reading.kind === 'genuine');
    assert.equal(reading.venue.venueName, '东方商场');
    assert.equal(reading.issuer, '临江市');
  }
});

test('the own city is named in the reader\'s language, and another one as its key is', () => {
  const own = { zh: '海川市', en: 'Haichuan' };
  assert.deepEqual([issuerName('Haichuan', own, 'zh'), issuerName('Haichuan', own, 'en'), issuerName('Linjiang', own, 'zh'), issuerName('Haichuan', null, 'zh')], ['海川市', 'Haichuan', 'Linjiang', 'Haichuan']);
});

test('a poster signed by a key of nobody is named as forged, also when it claims the city\'s key', async () => {
  const [own, forger] = [await city(), await city()];
  const trust = trustListOf({ keys: own.keys });
  assert(trust !== null);
  assert.equal((await readVenue(venueCodeText(await forger.sign(claims)), trust, nowMs)).kind, 'forged');
  assert.equal((await readVenue(venueCodeText(await forger.sign(claims, own.kid)), trust, nowMs)).kind, 'forged');
});

test('other texts, damaged codes and a clock that lags are told apart from forgeries', async () => {
  const { sign, keys } = await city();
  const trust = trustListOf({ keys });
  assert(trust !== null);
  const bytes = await sign(claims);
  assert.equal((await readVenue('https://example.org/menu', trust, nowMs)).kind, 'other');
  assert.equal((await readVenue(venueCodeText(bytes.slice(0, -20)), trust, nowMs)).kind, 'damaged');
  assert.equal((await readVenue(venueCodeText(bytes), trust, nowMs - 2 * 86_400_000)).kind, 'clock');
});

test('a key list with an entry out of order is no trust list', () => {
  assert.equal(trustListOf({ keys: [{ issuer: 'LJ' }] }), null);
});
