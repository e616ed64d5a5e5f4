import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { finishOfficerSignIn, issueDayPass, issueDayTicket, listOfficers, ready, storePortraitDigest } from '@health-kit/api/vault';
import { makeProof } from '@health-kit/proof';
import { identity, origin, startCity, startMs, type City, type Resident } from '../test/city.ts';
import { rawPost, sendRaw } from '../../../test/attack/rawSocket.ts';
import { buildSurface, listenOnSocket } from './socketServer.ts';
import { longestHead, mostConnections, uniformAnswer } from './uniformRefusal.ts';

const slowestMs = 400;
let city: City;
let resident: Resident;
let socketPath: string;
let app: ReturnType<typeof buildSurface>;
before(async () => {
  city = await startCity();
  resident = await city.register(identity(1));
  socketPath = join(city.keyFolder, 'uniform.sock');
  app = buildSurface(city.vault, (operation, error) => assert.fail(`${operation} failed: ${String(error)}`), { slowestMs });
  await listenOnSocket(app, socketPath);
});
after(async () => {
  await app.close();
  await city.close();
});

async function answerTo(...pieces: readonly (Buffer | string)[]): Promise<string> {
  return (await sendRaw(socketPath, pieces)).bytes.toString('latin1');
}

interface Changes {
  readonly origin?: string;
  readonly nowMs?: number;
  readonly key?: CryptoKeyPair;
  readonly ticket?: string | null;
}
/** A caller's request whose proof holds for it, but for the changes. */
async function proven(method: string, path: string, body: unknown, changes: Changes = {}) {
  const text = body === undefined ? '' : JSON.stringify(body);
  const ticket = changes.ticket ?? null;
  const proof = await makeProof({
    key: changes.key ?? resident.keys, method, url: (changes.origin ?? origin) + path, body: Buffer.from(text), ticket, nowMs: changes.nowMs ?? startMs, nonce: city.vault.random(16),
  });
  return { proof, method, path, body: text, ticket };
}
const post = (name: string, caller: unknown) => rawPost(name, JSON.stringify({ caller }));
const ticketRequest = () => proven('POST', '/v1/tickets', {});

test('a request that is proven is served', async () => {
  assert.match(await answerTo(post(issueDayTicket.name, await ticketRequest())), /^HTTP\/1\.1 200 OK\r\n/);
});

test('what is replayed, out of order, expired, for another audience or bound to something else gets one answer, byte for byte', async () => {
  const used = post(issueDayTicket.name, await ticketRequest());
  await answerTo(used);
  const written = post(storePortraitDigest.name, await proven('PUT', '/v1/me/portrait-digest', { digest: Buffer.alloc(16).toString('base64url') }));
  await answerTo(written);
  const stranger = (await city.stranger()).keys;
  const good = await ticketRequest();
  const assertion = { id: 'AAAA', rawId: 'AAAA', type: 'public-key', response: {}, clientExtensionResults: {} };
  const cases: Record<string, Buffer> = {
    'a replay': used,
    'a replay of what changed something': written,
    'the second half before the first': post(finishOfficerSignIn.name, await proven('POST', '/v1/staff/sign-in', { assertion })),
    'two minutes too old': post(issueDayTicket.name, await proven('POST', '/v1/tickets', {}, { nowMs: startMs - 121_000 })),
    'two minutes too new': post(issueDayTicket.name, await proven('POST', '/v1/tickets', {}, { nowMs: startMs + 122_000 })),
    'for another city': post(issueDayTicket.name, await proven('POST', '/v1/tickets', {}, { origin: 'https://elsewhere.example' })),
    'of another operation': post(issueDayPass.name, good),
    'of another path': post(issueDayTicket.name, { ...good, path: '/v1/passes' }),
    'of another method': post(issueDayTicket.name, { ...good, method: 'PUT' }),
    'of another body': post(issueDayTicket.name, { ...good, body: '{ }' }),
    'with a ticket that it does not cover': post(issueDayTicket.name, { ...good, ticket: 'HKT1.x' }),
    'without the ticket that it covers': post(issueDayTicket.name, { ...(await proven('POST', '/v1/tickets', {}, { ticket: 'HKT1.x' })), ticket: null }),
    'by a key that is nobody\'s': post(issueDayTicket.name, await proven('POST', '/v1/tickets', {}, { key: stranger })),
    'by a device, to an officer\'s operation': post(listOfficers.name, await proven('GET', '/v1/staff', undefined)),
    'with another\'s signature': post(issueDayTicket.name, { ...good, proof: `${good.proof.slice(0, -8)}AAAAAAAA` }),
    'with no signature': post(issueDayTicket.name, { ...good, proof: '' }),
  };
  for (const [what, bytes] of Object.entries(cases)) assert.equal(await answerTo(bytes), uniformAnswer, what);
});

test('what is malformed or oversized gets the same answer, byte for byte', async () => {
  const name = issueDayTicket.name;
  const valid = JSON.stringify({ caller: await ticketRequest() });
  const cases: Record<string, Buffer | string> = {
    'no JSON': rawPost(name, '{'), 'an empty body': rawPost(name, ''), 'no members': rawPost(name, '{}'), 'a list': rawPost(name, '[]'), 'null': rawPost(name, 'null'),
    'a member more': rawPost(name, valid.replace('{', '{"extra":1,')), 'a member of the prototype': rawPost(name, valid.replace('{', '{"__proto__":{},')),
    'bytes that are no UTF-8': rawPost(name, Buffer.from([0x7b, 0xff, 0xfe, 0x7d])),
    'a body beyond the limit': rawPost(name, JSON.stringify({ large: 'x'.repeat(1_100_000) })),
    'a length beyond the limit, and nothing': rawPost(name, '', ['Content-Length: 99999999999']),
    'a length that is none': rawPost(name, valid, ['Content-Length: many']),
    'two lengths': rawPost(name, valid, ['Content-Length: 5', 'Content-Length: 6']),
    'a length and chunks': rawPost(name, '0\r\n\r\n', ['Content-Length: 5', 'Transfer-Encoding: chunked']),
    'chunks of a malformed body': rawPost(name, '1\r\n{\r\n0\r\n\r\n', ['Transfer-Encoding: chunked']),
    'chunks that are none': rawPost(name, 'zz\r\n{}\r\n0\r\n\r\n', ['Transfer-Encoding: chunked']),
    'another media type': rawPost(name, valid, ['Content-Type: text/plain']), 'a media type that is none': rawPost(name, valid, ['Content-Type: ;;']),
    'an expectation': rawPost(name, valid, ['Expect: 100-continue']), 'a strange expectation': rawPost(name, valid, ['Expect: miracles']),
    'a head beyond the limit': rawPost(name, valid, [`X: ${'x'.repeat(longestHead)}`]), 'very many header lines': rawPost(name, valid, Array.from({ length: 3000 }, (_, index) => `x${index}: y`)),
    'no operation': rawPost('no-such-operation', valid), 'nothing named': rawPost('', valid), 'a strange path': rawPost('%zz', valid), 'an operation and more': rawPost(`${name}/`, valid), 'a query': rawPost(`${name}x?y`, valid),
    'other methods': `GET /${name} HTTP/1.1\r\nHost: x\r\n\r\n`, 'HEAD': `HEAD /${name} HTTP/1.1\r\nHost: x\r\n\r\n`, 'OPTIONS': `OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n`, 'DELETE': `DELETE /${name} HTTP/1.1\r\nHost: x\r\n\r\n`,
    'CONNECT': 'CONNECT x:1 HTTP/1.1\r\nHost: x\r\n\r\n', 'TRACE': 'TRACE / HTTP/1.1\r\nHost: x\r\n\r\n', 'PROPFIND': 'PROPFIND / HTTP/1.1\r\nHost: x\r\n\r\n', 'an unknown method': `STEAL /${name} HTTP/1.1\r\nHost: x\r\n\r\n`,
    'another version': `POST /${name} HTTP/9.9\r\n\r\n`, 'HTTP/2': 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'TLS': Buffer.from('160301020001000', 'hex'), 'noise': '\0\0\0\0\r\n\r\n', 'another protocol': 'EHLO x\r\n\r\n',
  };
  for (const [what, bytes] of Object.entries(cases)) assert.equal(await answerTo(bytes), uniformAnswer, what);
});

test('a body in chunks that is well formed and proven is served', async () => {
  const valid = JSON.stringify({ caller: await ticketRequest() });
  assert.match(await answerTo(rawPost(issueDayTicket.name, `${Buffer.byteLength(valid).toString(16)}\r\n${valid}\r\n0\r\n\r\n`, ['Transfer-Encoding: chunked'])), /^HTTP\/1\.1 200 /);
});

test('whoever sends a second request before the first is answered gets the first answer, then the refusal, and the end', async () => {
  const one = rawPost(ready.name, '{}');
  const { bytes, ended } = await sendRaw(socketPath, [Buffer.concat([one, one, one])]);
  const text = bytes.toString('latin1');
  assert.equal(ended, true);
  assert.match(text, /^HTTP\/1\.1 200 OK\r\n/);
  assert.equal(text.endsWith(uniformAnswer), true, text);
  assert.equal(text.split('HTTP/1.1 ').length, 3, 'two answers');
});

test('requests one after the other share a connection', async () => {
  const { bytes, ended } = await sendRaw(socketPath, [rawPost(ready.name, '{}')], 5_000, 200);
  assert.deepEqual([ended, bytes.toString('latin1').startsWith('HTTP/1.1 200 OK')], [false, true]);
});

test('whoever sends too slowly is refused like everybody else, and in time', async () => {
  const name = issueDayTicket.name;
  const slow = { 'a head that does not end': `POST /${name} HTTP/1.1\r\nHost:`, 'a body that does not come': rawPost(name, '{', ['Content-Length: 100']), 'a chunk that does not come': rawPost(name, '5\r\n{', ['Transfer-Encoding: chunked']), 'nothing': '' };
  for (const [what, bytes] of Object.entries(slow)) {
    const began = performance.now();
    assert.equal(await answerTo(bytes), uniformAnswer, what);
    assert.ok(performance.now() - began < slowestMs * 10, what);
  }
});

test('a flood of connections is cut off, and after it the vault serves', async () => {
  const flood = Array.from({ length: mostConnections * 3 }, () => connect(socketPath));
  let closed = 0;
  for (const socket of flood) {
    socket.on('error', () => undefined);
    socket.on('close', () => (closed += 1));
  }
  await new Promise((resolve) => setTimeout(resolve, slowestMs / 4));
  const open = await new Promise<number>((resolve, reject) => app.server.getConnections((error, count) => (error === null ? resolve(count) : reject(error))));
  assert.ok(open <= mostConnections, `${open} connections`);
  assert.ok(closed >= mostConnections, `${closed} were cut off`);
  for (const socket of flood) socket.destroy();
  await new Promise((resolve) => setTimeout(resolve, 100));
  assert.match(await answerTo(post(issueDayTicket.name, await ticketRequest())), /^HTTP\/1\.1 200 /);
});
