import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';
import { httpProvider, waitOf } from './httpProvider.ts';

let url = '';
let answers: (readonly [status: number, headers: Readonly<Record<string, string>>])[] = [];
const received: string[] = [];
const gateway = createServer((request, response) => {
  let text = '';
  request.on('data', (chunk: Buffer) => (text += chunk.toString('utf8')));
  request.on('end', () => {
    received.push(text);
    const [status, headers] = answers.shift() ?? [200, {}];
    response.writeHead(status, headers).end('{}');
  });
});
before(async () => {
  await new Promise<void>((resolve) => gateway.listen(0, '127.0.0.1', resolve));
  const address = gateway.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  url = `http://127.0.0.1:${address.port}/messages`;
});
after(() => new Promise((resolve) => gateway.close(resolve)));

const message = { to: '+8613800138000', text: 'text', kind: 'notice' as const };

test('what the gateway answers decides whether a message is taken, refused or tried again, and when', async () => {
  answers = [[202, {}], [400, {}], [404, {}], [429, { 'retry-after': '7' }], [503, {}], [301, { location: 'http://127.0.0.1:1/' }]];
  const provider = httpProvider(url);
  const outcomes = [];
  for (let index = 0; index < 6; index += 1) outcomes.push(await provider.submit(message));
  assert.deepEqual(outcomes, [
    { outcome: 'taken' }, { outcome: 'refused' }, { outcome: 'refused' }, { outcome: 'later', afterMs: 7000 }, { outcome: 'later', afterMs: 5000 }, { outcome: 'later', afterMs: 5000 },
  ]);
  assert.deepEqual(JSON.parse(received[0] ?? ''), message);
});

test('a gateway that is not there, or does not answer, is asked again later', async () => {
  assert.deepEqual(await httpProvider('http://127.0.0.1:1/messages').submit(message), { outcome: 'later', afterMs: 5000 });
});

test('a wait is of seconds, at least one and at most a quarter of an hour', () => {
  assert.deepEqual(['0', '30', '100000', 'Wed, 21 Oct 2026 07:28:00 GMT', null].map(waitOf), [1000, 30_000, 900_000, 5000, 5000]);
});
