import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer as createHttpsServer } from 'node:https';
import { connect as connectPlain, createServer, type Socket } from 'node:net';
import { after, before, test } from 'node:test';
import { connect, type ConnectionOptions, type TlsOptions } from 'node:tls';
import type { TlsEnd } from '@health-kit/api/process-settings';
import { dayKeys, issueDayTicket, ready } from '@health-kit/api/vault';
import { openVaultClient, VaultUnavailableError } from '../../apps/server/src/vault/index.ts';
import { localDay } from '../../apps/vault/src/identifiers.ts';
import { buildSurface, listenOnTls } from '../../apps/vault/src/socketServer.ts';
import { tlsServer } from '../../apps/vault/src/tlsServer.ts';
import { mostConnections, uniformAnswer } from '../../apps/vault/src/uniformRefusal.ts';
import { startCity, type City } from '../../apps/vault/test/city.ts';
import { rawPost } from '../attack/rawSocket.ts';
import { makeCertificates, type Certificates } from './certificates.ts';

/** Long enough for a handshake on a busy machine. */
const slowestMs = 2_000;
let certificates: Certificates;
let city: City;
let listener: Listener;

interface Listener {
  readonly port: number;
  /** Connections from which HTTP would be read, and requests that were. */
  read(): { readonly connections: number; readonly requests: number };
  open(): Promise<number>;
  close(): Promise<void>;
}
/** The vault's surface behind TLS, on a free port. */
async function listen(changes: Partial<TlsEnd> = {}): Promise<Listener> {
  const app = buildSurface(city.vault, (operation, error) => assert.fail(`${operation} failed: ${String(error)}`), { slowestMs, tls: { ...certificates.end('vault', 1), ...changes } });
  const seen = { connections: 0, requests: 0 };
  app.server.on('secureConnection', () => (seen.connections += 1));
  app.server.on('request', () => (seen.requests += 1));
  await listenOnTls(app, { host: '127.0.0.1', port: 0 });
  const address = app.server.address();
  assert.ok(address !== null && typeof address === 'object');
  return {
    port: address.port, read: () => ({ ...seen }), close: () => app.close(),
    open: () => new Promise((resolve, reject) => app.server.getConnections((error, count) => (error === null ? resolve(count) : reject(error)))),
  };
}

/** Node's own server behind TLS with the vault's certificate, which answers whoever gets in. */
async function listenCarelessly(options: TlsOptions): Promise<{ readonly port: number; close(): Promise<void> }> {
  const { certificate: cert, key, authority: ca } = certificates.end('vault', 1);
  const server = createHttpsServer({ cert, key, ca, requestCert: true, ...options }, (_request, response) => response.end('{"ready":true}'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  const address = server.address();
  assert.ok(address !== null && typeof address === 'object');
  return { port: address.port, close: () => new Promise((resolve) => server.close(() => resolve())) };
}

before(async () => {
  certificates = await makeCertificates();
  city = await startCity();
  listener = await listen();
});
after(async () => {
  await listener.close();
  await city.close();
  await certificates.remove();
});

/** Sends bytes as soon as there is a connection, and returns all that comes back until it ends. */
async function answerOver(socket: Socket, ...pieces: readonly (Buffer | string)[]): Promise<string> {
  const received: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => received.push(chunk));
  socket.on('error', () => undefined);
  for (const piece of pieces) socket.write(piece);
  await new Promise((resolve) => socket.on('close', resolve));
  return Buffer.concat(received).toString('latin1');
}
const asking = rawPost(ready.name, '{}', ['Connection: close']);
/** What a client gets that does not mind who the vault is. */
function ask(shown: ConnectionOptions, port = listener.port, ...pieces: readonly (Buffer | string)[]): Promise<string> {
  return answerOver(connect({ host: '127.0.0.1', port, rejectUnauthorized: false, ...shown }), ...(pieces.length === 0 ? [asking] : pieces));
}
const shown = (name: string): ConnectionOptions => {
  const { certificate: cert, key } = certificates.end(name, 1);
  return { cert, key };
};

test('the server\'s certificate gets in, over TLS 1.3', async () => {
  assert.match(await ask(shown('server')), /^HTTP\/1\.1 200 OK\r\n[\s\S]*\{"ready":true\}$/);
  const socket = connect({ host: '127.0.0.1', port: listener.port, rejectUnauthorized: false, ...shown('server') });
  await once(socket, 'secureConnect');
  assert.equal(socket.getProtocol(), 'TLSv1.3');
  socket.destroy();
});

const refused: Readonly<Record<string, () => Promise<string>>> = {
  'no certificate': () => ask({}),
  'a certificate of another authority': () => ask(shown('stranger')),
  'an authority that signed itself': () => ask(shown('other')),
  'a certificate that ran out': () => ask(shown('expired')),
  'a certificate that is for the vault': () => ask(shown('vault')),
  'TLS 1.2': () => ask({ ...shown('server'), maxVersion: 'TLSv1.2' }),
  'plain HTTP': () => answerOver(connectPlain(listener.port, '127.0.0.1'), asking),
};
for (const [what, attempt] of Object.entries(refused)) {
  test(`${what} is refused before a byte of HTTP is read`, async () => {
    const before = listener.read();
    assert.doesNotMatch(await attempt(), /HTTP|refusal/);
    assert.deepEqual(listener.read(), before);
  });
}

test('the same strangers get in where their authority is the one that counts, or where none does: these attempts would find a hole', async () => {
  const theirs = await listen({ authority: certificates.end('other', 1).certificate });
  assert.match(await ask(shown('stranger'), theirs.port), /^HTTP\/1\.1 200 /);
  assert.deepEqual(theirs.read(), { connections: 1, requests: 1 });
  await theirs.close();

  const hole = await listenCarelessly({ rejectUnauthorized: false });
  for (const who of [{}, shown('stranger'), shown('expired'), shown('vault')]) assert.match(await ask(who, hole.port), /^HTTP\/1\.1 200 /);
  await hole.close();
});

test('behind TLS there is the same uniform refusal, to the byte', async () => {
  const get = (...pieces: readonly (Buffer | string)[]) => ask(shown('server'), listener.port, ...pieces);
  const strange = {
    'no operation': rawPost('no-such-operation', '{}'), 'no JSON': rawPost(issueDayTicket.name, '{'), 'nothing proven': rawPost(issueDayTicket.name, '{}'), 'no HTTP': 'hello\r\n\r\n',
    'a head too long': `POST /ready HTTP/1.1\r\nX: ${'x'.repeat(8_000)}\r\n\r\n`, 'another method': 'HEAD / HTTP/1.1\r\n\r\n', 'an expectation': rawPost(ready.name, '{}', ['Expect: 100-continue']),
    'a head that does not end': 'POST /ready HTTP/1.1\r\nHost:', 'nothing': '',
  };
  for (const [what, bytes] of Object.entries(strange)) assert.equal(await get(bytes), uniformAnswer, what);
});

test('who says nothing before the handshake is over is cut off in time, and so is a flood; then the vault serves', async () => {
  const began = performance.now();
  assert.equal(await answerOver(connectPlain(listener.port, '127.0.0.1')), '');
  assert.ok(performance.now() - began < slowestMs * 5);

  const flood = Array.from({ length: mostConnections * 2 }, () => connectPlain(listener.port, '127.0.0.1'));
  let closed = 0;
  for (const socket of flood) {
    socket.on('error', () => undefined);
    socket.on('close', () => (closed += 1));
  }
  await new Promise((resolve) => setTimeout(resolve, slowestMs / 4));
  assert.ok((await listener.open()) <= mostConnections);
  assert.ok(closed >= mostConnections / 2, `${closed} were cut off`);
  for (const socket of flood) socket.destroy();
  await new Promise((resolve) => setTimeout(resolve, 200));
  assert.match(await ask(shown('server')), /^HTTP\/1\.1 200 /);
});

test('a session cannot be taken up again without the certificate, as it could with a listener of the usual kind', async () => {
  const careless = await listenCarelessly({});
  for (const [port, again] of [[listener.port, /^$/], [careless.port, /^HTTP\/1\.1 200 /]] as const) {
    const sessions: Buffer[] = [];
    const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false, ...shown('server') });
    socket.on('session', (session: Buffer) => sessions.push(session));
    assert.match(await answerOver(socket, asking), /^HTTP\/1\.1 200 /);
    const [session] = sessions;
    assert.match(await ask(session === undefined ? {} : { session }, port), again);
  }
  await careless.close();
});

test('the server calls the vault over TLS, and takes no other for it', async () => {
  const client = openVaultClient(certificates.end('server', listener.port));
  assert.deepEqual(await client.call(ready, {}), { ok: true, value: { ready: true } });
  assert.deepEqual(await client.call(dayKeys, { day: localDay('1999-01-01') }), { ok: false, refusal: 'not-found' });
  client.close();

  const elsewhere = await listen(certificates.end('elsewhere', 1));
  const stranger = await listen({ certificate: certificates.end('stranger', 1).certificate, key: certificates.end('stranger', 1).key });
  const plain = createServer((socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 14\r\n\r\n{"ready":true}'));
  await new Promise<void>((resolve) => plain.listen(0, '127.0.0.1', () => resolve()));
  const address = plain.address();
  assert.ok(address !== null && typeof address === 'object');
  for (const { port } of [elsewhere, stranger, address]) {
    const fooled = openVaultClient(certificates.end('server', port));
    await assert.rejects(fooled.call(ready, {}), VaultUnavailableError);
    fooled.close();
  }
  assert.deepEqual([elsewhere.read().requests, stranger.read().requests], [0, 0]);
  for (const each of [elsewhere, stranger]) await each.close();
  plain.close();
});

test('a key of another certificate, or what is no PEM, is said in a sentence', () => {
  const { key } = certificates.end('server', 1);
  assert.throws(() => tlsServer({ ...certificates.end('vault', 1), key }, { handshakeTimeout: slowestMs })(() => undefined), /^SocketError: The vault cannot use its certificate/);
});
