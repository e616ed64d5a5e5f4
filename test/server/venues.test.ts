import assert from 'node:assert/strict';
import { inflateSync } from 'node:zlib';
import { after, before, test } from 'node:test';
import { registerVenue, renewGateTicket, type VenueId } from '@health-kit/api';
import { makeKey } from '@health-kit/client';
import { decodeBase64url, parseTrustList, verifyVenueCode } from '@health-kit/pass';
import { Gate, Host, connect, perform } from '@health-kit/simulate';
import { startCity, type City } from './city.ts';
import { refused } from './refused.ts';

let city: City;
before(async () => {
  city = await startCity();
});
after(() => city.close());

const shop = { name: '百家超市', kind: 'shop', address: '和平路 66 号', latitude: 24.5, longitude: 118.1 } as const;

test('a registered venue bears a code that the trust list verifies and that says what was registered', async () => {
  const { host, venue } = await city.venue(shop);
  const trust = await city.world.trust();
  const list = parseTrustList({ issuers: trust.keys });
  const bytes = decodeBase64url(venue.venueCode);
  assert.ok(list !== null && bytes !== null);
  const verified = await verifyVenueCode(bytes, list, city.now());
  assert.ok(verified.accepted);
  assert.deepEqual([verified.venue.venueName, verified.venue.venueKind, verified.venue.usualStayMinutes], ['百家超市', 'shop', 30]);
  assert.deepEqual(await host.venues(), [venue]);
});

test('only a resident whose identity is proven registers a venue', async () => {
  const resident = await city.resident();
  await refused(perform(await resident.connection(), registerVenue, { body: shop }), 'identity-not-proven');
});

test('a code that was lost between the row and its signature is made when it is next needed', async () => {
  const { host, venue } = await city.venue(shop);
  await city.rows('UPDATE venue.venue SET venue_code = NULL WHERE venue_id = $1', [venue.venueId]);
  const [again] = await host.venues();
  assert.ok(again !== undefined && again.venueCode.length > 40);
  const [row] = await city.rows<{ venue_code: string }>('SELECT venue_code FROM venue.venue WHERE venue_id = $1', [venue.venueId]);
  assert.equal(row?.venue_code, again.venueCode);
});

test('the poster is one A4 page, and no host gets the poster or the gates of a venue of another', async () => {
  const { host, venue } = await city.venue({ ...shop, name: '一二三四五六七八九十一二三四五六七八九十' });
  const poster = Buffer.from(await host.poster(venue.venueId)).toString('latin1');
  assert.match(poster, /^%PDF-1\./);
  assert.equal(poster.match(/\/Type \/Page\b/g)?.length, 1);
  assert.match(poster, /\/MediaBox \[0 0 595\.28 841\.89\]/);
  // The code is drawn as rectangles: more than a thousand of them stand in the page's content.
  const drawn = [...poster.matchAll(/stream\r?\n([\s\S]*?)\r?\nendstream/g)].map(([, content]) => inflated(content ?? '')).join('\n');
  assert.ok((drawn.match(/ re$/gm)?.length ?? 0) > 500);

  const stranger = new Host(await city.resident({ verified: true }));
  await refused(stranger.poster(venue.venueId), 'not-found');
  await refused(stranger.inviteGate(venue.venueId, 'Back door'), 'not-found');
  assert.deepEqual(await stranger.venues(), []);
});

function inflated(stream: string): string {
  try {
    return inflateSync(Buffer.from(stream, 'latin1')).toString('latin1');
  } catch {
    return '';
  }
}

test('a gate is enrolled once with its code, and its key alone renews its ticket', async () => {
  const { host, venue } = await city.venue(shop);
  const { code, gateId } = await host.inviteGate(venue.venueId, '东门 East');
  const gate = await Gate.enrol(city.world, code);
  assert.deepEqual([gate.session.gateId, gate.session.gateName, gate.session.venueId], [gateId, '东门 East', venue.venueId]);
  await refused(Gate.enrol(city.world, code), 'code-refused');
  await refused(Gate.enrol(city.world, 'A'.repeat(32)), 'code-refused');
  await gate.renewTicket();
  await refused(perform(connect(city.world, { key: await makeKey() }), renewGateTicket, { body: {} }), 'not-authorized');
  const [listed] = await host.venues();
  assert.equal(listed?.gates[0]?.gateId, gateId);
  assert.notEqual(listed?.gates[0]?.enrolledAt, null);
});

test("a gate's invitation dies after a day, and its ticket the night after", async () => {
  const { host, venue } = await city.venue(shop);
  const { code } = await host.inviteGate(venue.venueId, 'Late');
  const gate = await city.gate(host, venue);
  const resident = await city.resident();
  await city.advance(25 * 3_600_000);
  await refused(Gate.enrol(city.world, code), 'code-refused');
  await refused(gate.scan([await resident.turningCode()]), 'not-authorized');
  await gate.renewTicket();
  assert.deepEqual((await gate.scan([await resident.turningCode()])).map(({ outcome }) => outcome), ['recorded']);
});

test('a ticket without the key it is bound to opens nothing of its owner', async () => {
  const { host, venue } = await city.venue(shop);
  const { ticket } = await host.resident.ticket();
  const thief = connect(city.world, { key: await makeKey(), ticket });
  await refused(perform(thief, registerVenue, { body: shop }), 'not-authorized');
  const poster: VenueId = venue.venueId;
  const answer = await fetch(`${city.system.origin}/v1/venues/${poster}/poster`, { headers: { authorization: `DPoP ${ticket}` } });
  assert.equal(answer.status, 401);
});
