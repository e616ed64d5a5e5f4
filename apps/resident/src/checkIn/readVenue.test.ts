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
    const reading = await readVenue(text, trust, 'LJ', nowMs);
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
  assert.equal((await readVenue(venueCodeText(await forger.sign(claims)), trust, 'LJ', nowMs)).kind, 'forged');
  assert.equal((await readVenue(venueCodeText(await forger.sign(claims, own.kid)), trust, 'LJ', nowMs)).kind, 'forged');
});

test('other texts, damaged codes and a clock that lags are told apart from forgeries', async () => {
  const { sign, keys } = await city();
  const trust = trustListOf({ keys });
  assert(trust !== null);
  const bytes = await sign(claims);
  assert.equal((await readVenue('https://example.org/menu', trust, 'LJ', nowMs)).kind, 'other');
  assert.equal((await readVenue(venueCodeText(bytes.slice(0, -20)), trust, 'LJ', nowMs)).kind, 'damaged');
  assert.equal((await readVenue(venueCodeText(bytes), trust, 'LJ', nowMs - 2 * 86_400_000)).kind, 'clock');
});

test('a poster of another city, one whose key is over, and one of a city that nobody here knows are told apart from forgeries', async () => {
  const [own, neighbour, stranger] = [await city(), await city(), await city()];
  const other = { ...claims, issuer: 'HC' };
  const trust = trustListOf({ keys: [...own.keys, ...neighbour.keys.map((key) => ({ ...key, issuer: 'HC', name: 'Haichuan' }))] });
  assert(trust !== null);
  assert.deepEqual(await readVenue(venueCodeText(await neighbour.sign(other)), trust, 'LJ', nowMs), { kind: 'elsewhere', issuer: 'Haichuan' });
  assert.equal((await readVenue(venueCodeText(await stranger.sign({ ...claims, issuer: 'XX' })), trust, 'LJ', nowMs)).kind, 'unknown-city');
  assert.equal((await readVenue(venueCodeText(await stranger.sign(other)), trust, 'LJ', nowMs)).kind, 'forged', 'in the name of a city that is known');
  assert.equal((await readVenue(venueCodeText(await neighbour.sign(claims)), trust, 'LJ', nowMs)).kind, 'forged', 'by the key of one city in the name of another');
  const over = trustListOf({ keys: own.keys.map((key) => ({ ...key, notAfter: nowMs / 1000 - 60 })) });
  assert(over !== null);
  assert.equal((await readVenue(venueCodeText(await own.sign(claims)), over, 'LJ', nowMs)).kind, 'old');
  assert.equal((await readVenue(venueCodeText(await stranger.sign(claims, own.kid)), over, 'LJ', nowMs)).kind, 'forged', 'who only names the old key is a forger');
});

test('what is no venue code is named by its form: a pass, a certificate, a messenger, an address', async () => {
  const { keys } = await city();
  const trust = trustListOf({ keys });
  assert(trust !== null);
  const named: readonly (readonly [string, string])[] = [
    ['HK1:6BFOXN', 'pass'], ['HKP1:6BFOXN', 'pass'], ['HKF1:6BFOXN', 'pass'], ['HC1:6BFOXN', 'certificate'], ['https://kit.example/records/dependants/new#7K2M0Q1Z', 'guardian'],
    ['https://u.wechat.com/kABC', 'chat'], ['https://weixin.qq.com/r/x', 'chat'], ['wxp://f2f0abc', 'chat'], ['https://qr.alipay.com/x', 'chat'],
    ['https://example.org/menu', 'link'], ['https://wechat.com.evil.example/x', 'link'], ['http://example.org', 'link'], ['WIFI:S:guest;;', 'text'], ['', 'text'], ['6901234567892', 'text'],
  ];
  for (const [text, what] of named) assert.deepEqual(await readVenue(text, trust, 'LJ', nowMs), { kind: 'other', what }, text);
});

test('a key list with an entry out of order is no trust list', () => {
  assert.equal(trustListOf({ keys: [{ issuer: 'LJ' }] }), null);
});
