import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { after, before, test } from 'node:test';
import fastify, { type FastifyInstance } from 'fastify';
import { problemTypeUri } from '@health-kit/api';
import { answerUnreadable } from './answerUnreadable.ts';

const requestTimeout = 300;
let app: FastifyInstance;
let port = 0;
before(async () => {
  app = fastify({ requestTimeout, http: { connectionsCheckingInterval: 20 }, clientErrorHandler: answerUnreadable });
  app.get('/notices', () => ({ notices: [] }));
  await app.listen({ host: '127.0.0.1', port: 0 });
  const address = app.server.address();
  assert(typeof address === 'object' && address !== null);
  port = address.port;
});
after(() => app.close());

const request = 'GET /notices HTTP/1.1\r\nhost: kit.example\r\n\r\n';

/** Opens a connection, does something with it, and resolves with all that came back once it is closed. */
function over(use: (write: (text: string) => void) => void): Promise<string> {
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect(port, '127.0.0.1', () => use((text) => socket.write(text)));
    socket.setEncoding('utf8').on('data', (text: string) => { answer += text; }).on('close', () => resolve(answer)).on('error', () => undefined);
  });
}

test('a connection that was opened in store and never used is closed without a word', async () => {
  assert.equal(await over(() => undefined), '');
});

test('a request over such a connection, while a late server closes it, gets no answer that was not meant for it', async () => {
  const answer = await over((write) => setTimeout(() => setImmediate(() => {
    write(request);
    // The process is late: when it comes round to its timers, the connection's time is over, and the request not yet read.
    const until = performance.now() + requestTimeout;
    while (performance.now() < until);
  }), requestTimeout / 2));
  assert.equal(answer, '');
});

test('a request that does not come whole in time is told so, and what is no request as well', async () => {
  const late = await over((write) => write(request.slice(0, 20)));
  assert.match(late, /^HTTP\/1\.1 408 Request Timeout\r\n/);
  assert.ok(late.includes(problemTypeUri('request-timeout')));
  const strange = await over((write) => write('what is this\r\n\r\n'));
  assert.match(strange, /^HTTP\/1\.1 400 Bad Request\r\n/);
  assert.ok(strange.includes(problemTypeUri('invalid-request')));
});
