import assert from 'node:assert/strict';
import { once } from 'node:events';
import { get } from 'node:http';
import { test, type TestContext } from 'node:test';
import { codeIn, messagesInMemory } from './messages.ts';
import { outboxServer } from './outboxServer.ts';
import { escapeHtml } from './page.ts';

async function startOutbox(context: TestContext, capacity?: number): Promise<{ origin: string; port: number }> {
  let time = Date.UTC(2022, 0, 4, 1, 2, 3);
  const server = outboxServer(messagesInMemory(() => (time += 1000), capacity), 'Asia/Shanghai');
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  context.after(() => {
    server.close();
    server.closeAllConnections();
  });
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  return { origin: `http://127.0.0.1:${address.port}`, port: address.port };
}

function send(origin: string, body: unknown, type = 'application/json'): Promise<Response> {
  return fetch(`${origin}/messages`, { method: 'POST', headers: { 'content-type': type }, body: JSON.stringify(body) });
}

async function listTexts(origin: string, query: string): Promise<readonly unknown[]> {
  const body: unknown = await (await fetch(`${origin}/messages?${query}`)).json();
  assert.ok(typeof body === 'object' && body !== null && 'messages' in body && Array.isArray(body.messages));
  return body.messages.map((message: { text: unknown }) => message.text);
}

test('messages of one phone come back newest first, and those of others do not', async (context) => {
  const { origin } = await startOutbox(context);
  for (const [to, text] of [['13800000001', 'first'], ['13800000002', 'other'], ['13800000001', 'second']]) {
    assert.equal((await send(origin, { to, text, kind: 'notice' })).status, 201);
  }
  assert.deepEqual(await listTexts(origin, 'to=13800000001'), ['second', 'first']);
  assert.deepEqual(await listTexts(origin, 'to=13800000001&limit=1'), ['second']);
});

test('the page shows every phone, its newest message first, with the code ready to copy', async (context) => {
  const { origin } = await startOutbox(context);
  await send(origin, { to: '13800000001', text: '【海川健康】验证码 482913，5 分钟内有效。', kind: 'otp' });
  await send(origin, { to: '13800000002', text: 'hello', kind: 'notice' });
  const html = await (await fetch(origin)).text();
  assert.match(html, /仅供开发/);
  assert.match(html, /Development only/);
  assert.match(html, /data-code="482913"/);
  assert.ok(html.indexOf('13800000002') < html.indexOf('13800000001'));
  assert.match(html, /2022-01-04 09:02:04/, 'in the city\'s own time');
});

test('text from a message stays text on the page', async (context) => {
  const { origin } = await startOutbox(context);
  const attack = '<img src=x onerror=alert(1)>"\'&';
  await send(origin, { to: '<b>1</b>', text: attack, kind: '<i>k</i>' });
  const response = await fetch(`${origin}/?to=${encodeURIComponent('<b>1</b>')}`);
  const html = await response.text();
  assert.ok(!html.includes('<img') && !html.includes('<b>') && !html.includes('<i>'));
  assert.ok(html.includes(escapeHtml(attack)));
  const policy = response.headers.get('content-security-policy') ?? '';
  assert.match(policy, /default-src 'none'/);
  assert.doesNotMatch(policy, /unsafe/);
});

test('memory is bounded: the oldest messages give way', async (context) => {
  const { origin } = await startOutbox(context, 3);
  for (const text of ['a', 'b', 'c', 'd', 'e']) await send(origin, { to: '1', text, kind: 'notice' });
  assert.deepEqual(await listTexts(origin, 'limit=100'), ['e', 'd', 'c']);
});

test('what is no message is refused', async (context) => {
  const { origin } = await startOutbox(context);
  assert.equal((await send(origin, { to: '1', text: 'x' })).status, 400);
  assert.equal((await send(origin, { to: '', text: 'x', kind: 'otp' })).status, 400);
  assert.equal((await send(origin, ['x'])).status, 400);
  assert.equal((await send(origin, { to: '1', text: 'x', kind: 'otp' }, 'text/plain')).status, 415);
  assert.equal((await send(origin, { to: '1', text: 'x'.repeat(20_000), kind: 'otp' })).status, 413);
  assert.equal((await fetch(`${origin}/messages`, { method: 'DELETE' })).status, 405);
  assert.equal((await fetch(`${origin}/../package.json`)).status, 404);
  assert.deepEqual(await listTexts(origin, ''), []);
});

test('a foreign name that points at this machine is not answered', async (context) => {
  const { port } = await startOutbox(context);
  const status = await new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port, path: '/messages', headers: { host: 'evil.example' } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    }).on('error', reject);
  });
  assert.equal(status, 421);
});

test('a code is four to eight digits that stand alone', () => {
  assert.equal(codeIn('Your code is 482913.'), '482913');
  assert.equal(codeIn('验证码4829，请勿告诉他人'), '4829');
  assert.equal(codeIn('Call 13800000001'), null);
  assert.equal(codeIn('in 14 days'), null);
});
