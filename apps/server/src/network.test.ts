import assert from 'node:assert/strict';
import { test } from 'node:test';
import { networkOf } from './network.ts';

test('a network is the /24 of an IPv4 address, however it is written, and the /48 of an IPv6 address', () => {
  for (const [address, network] of [
    ['203.0.113.7', '203.0.113.0/24'], ['203.0.113.255', '203.0.113.0/24'], ['::ffff:203.0.113.7', '203.0.113.0/24'], ['::FFFF:203.0.113.7', '203.0.113.0/24'], ['203.0.114.7', '203.0.114.0/24'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1::/48'], ['2001:0DB8:0001:ffff::1', '2001:db8:1::/48'], ['2001:db8::1', '2001:db8:0::/48'], ['2001:db8::3:4:5:6:7', '2001:db8:0::/48'],
    ['::1', '0:0:0::/48'], ['::2:3:4:5:6:7:8', '0:2:3::/48'], ['fe80::1%eth0', 'fe80:0:0::/48'], ['2001:db8:1::192.0.2.1', '2001:db8:1::/48'],
  ] as const) assert.equal(networkOf(address), network, address);
  for (const text of ['', 'unknown', '203.0.113', '2001:db8']) assert.equal(networkOf(text), null);
});
